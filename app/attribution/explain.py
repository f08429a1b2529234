"""One explanation: a method put to a network, a picture and a target."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass

import numpy as np

from app.attribution.case import Case
from app.attribution.maps import note_on
from app.attribution.method import Found, Map, Method, Options
from app.attribution.suitable_layers import chosen_layer
from app.attribution.target import Target
from app.errors import InvalidRequest, NonFinite
from app.nets.layer import Layer
from app.nets.network import Network


@dataclass(frozen=True, slots=True)
class Explanation:
    """A map of the view, (H, W) float32, read-only, signed, with its range and what must be said of it.

    `figures` are the method's own, by name. `layer` is the id of the layer it was made at, if there is one.
    """

    method: str
    target: Target
    layer: str | None
    options: Options
    values: Map
    min: float
    max: float
    note: str
    figures: Mapping[str, float]


def explain(case: Case, method: Method, options: Options) -> Explanation:
    """The method's map for this case.

    Raises:
        NonFinite: the map holds NaN or infinity.
        NotAvailable, InvalidRequest: the method can't explain this network, or this target.
        ConvScopeError: the reason of the case's stop.
    """
    with unwarned():
        return told(case, method, options, method.explain(case, options))


def unwarned() -> AbstractContextManager[None]:
    """In it NumPy says nothing of numbers that run over: whether the map holds any is looked at in the end."""
    return np.errstate(over="ignore", invalid="ignore")


def told(case: Case, method: Method, options: Options, found: Found) -> Explanation:
    """The explanation that a method's map is; raises NonFinite if that holds NaN or infinity."""
    values = np.ascontiguousarray(found.values, np.float32)
    low, high = float(values.min()), float(values.max())
    if not (np.isfinite(low) and np.isfinite(high)):
        raise NonFinite(f"{method.title} came to NaN or infinity: the network's numbers run over for this picture.")
    values.flags.writeable = False
    note = note_on(values) if method.about_target else f"{method.title} does not ask which class."
    layer = case.layer.id if case.layer is not None else None
    return Explanation(method.name, case.target, layer, options, values, low, high, note, found.figures)


def layer_for(network: Network, method: Method, target: Target, layer: str) -> Layer | None:
    """The layer that a method is put to: `layer` is an id, or empty for the default.

    Raises:
        UnknownLayer: the network has no such layer.
        InvalidRequest: the method takes no layer, or this one can't explain; the error names those that can.
    """
    if method.at_layer:
        return chosen_layer(network, target.layer(network.graph), layer)
    if layer:
        raise InvalidRequest(f"{method.title} takes no layer.")
    return None
