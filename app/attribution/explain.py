"""One explanation: a method put to a network, a picture and a target."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass

import numpy as np

from app.attribution.maps import evidence_note
from app.attribution.method import AttributionMap, MapValues, Method, Options
from app.attribution.suitable_layers import suitable_layer_or_default
from app.attribution.target import Target
from app.attribution.task import AttributionTask
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
    values: MapValues
    min: float
    max: float
    note: str
    figures: Mapping[str, float]


def explain(task: AttributionTask, method: Method, options: Options) -> Explanation:
    """The method's map for this task.

    Raises:
        NonFinite: the map holds NaN or infinity.
        NotAvailable, InvalidRequest: the method can't explain this network, or this target.
        ConvScopeError: the reason of the task's stop.
    """
    with ignore_overflow():
        return to_explanation(task, method, options, method.explain(task, options))


def ignore_overflow() -> AbstractContextManager[None]:
    """In it NumPy says nothing of numbers that run over: whether the map holds any is looked at in the end."""
    return np.errstate(over="ignore", invalid="ignore")


def to_explanation(task: AttributionTask, method: Method, options: Options, found: AttributionMap) -> Explanation:
    """The explanation that a method's map is; raises NonFinite if that holds NaN or infinity."""
    values = np.ascontiguousarray(found.values, np.float32)
    low, high = float(values.min()), float(values.max())
    if not (np.isfinite(low) and np.isfinite(high)):
        raise NonFinite(f"{method.title} came to NaN or infinity: the network's numbers run over for this picture.")
    values.flags.writeable = False
    note = evidence_note(values) if method.about_target else f"{method.title} does not ask which class."
    layer = task.layer.id if task.layer is not None else None
    return Explanation(method.name, task.target, layer, options, values, low, high, note, found.figures)


def resolve_layer(network: Network, method: Method, target: Target, layer: str) -> Layer | None:
    """The layer that a method is put to: `layer` is an id, or empty for the default.

    Raises:
        UnknownLayer: the network has no such layer.
        InvalidRequest: the method takes no layer, or this one can't explain; the error names those that can.
    """
    if method.at_layer:
        return suitable_layer_or_default(network, target.layer(network.graph), layer)
    if layer:
        raise InvalidRequest(f"{method.title} takes no layer.")
    return None
