"""One explanation: the map of a method for a network, an input and a target."""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass

import numpy as np

from app.attribution.maps import MapValues, evidence_note
from app.attribution.method import AttributionMap, Method, Options
from app.attribution.suitable_layers import suitable_layer_or_default
from app.attribution.target import Target
from app.attribution.task import AttributionTask
from app.errors import InvalidRequest, NonFinite
from app.gradients.single_precision import OTHER_FLOATS
from app.gradients.straight_through import EXPANSIONS
from app.nets.layer import Layer
from app.nets.network import Network

STRAIGHT_THROUGH = "The network rounds its values; the gradient passes through the rounding as if it did not."
SINGLE_PRECISION = "The network computes in another precision; the gradient is that of the same network in float32."


@dataclass(frozen=True, slots=True)
class Explanation:
    """A signed map of the view, (H, W) float32, read-only, with its range and a note for the reader, mostly empty.

    `figures` are the method's own, by name. `layer` is the id of the layer whose maps explain, if the method takes one.
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
    """The explanation of a task by a method.

    Raises:
        NonFinite: the map holds NaN or infinity.
        NotAvailable, InvalidRequest: the method can't explain this network, or this target.
        ConvScopeError: the task was stopped; the error is the reason.
    """
    with ignore_overflow():
        return to_explanation(task, method, options, method.explain(task, options))


def ignore_overflow() -> AbstractContextManager[None]:
    """A context without NumPy's warnings of overflow; `to_explanation` checks the finished map instead."""
    return np.errstate(over="ignore", invalid="ignore")


def to_explanation(task: AttributionTask, method: Method, options: Options, result: AttributionMap) -> Explanation:
    """The explanation of a method's map; raises NonFinite if the map holds NaN or infinity."""
    values = np.ascontiguousarray(result.values, np.float32)
    low, high = float(values.min()), float(values.max())
    if not (np.isfinite(low) and np.isfinite(high)):
        raise NonFinite(f"{method.title} gives NaN or infinity: the network's values overflow for this picture.")
    values.flags.writeable = False
    note = evidence_note(values) if method.about_target else f"{method.title} gives the same map for every class."
    if method.needs_gradients:
        note = " ".join(filter(None, (note, *_reservations(task.network))))
    layer = task.layer.id if task.layer is not None else None
    return Explanation(method.name, task.target, layer, options, values, low, high, note, result.figures)


def _reservations(network: Network) -> Iterator[str]:
    """In what the network that is differentiated differs from the one that runs."""
    if any(layer.op == "QuantizeLinear" or layer.op in EXPANSIONS for layer in network.graph.layers):
        yield STRAIGHT_THROUGH
    if any(network.graph.operators.values[layer.output].dtype in OTHER_FLOATS for layer in network.graph.layers):
        yield SINGLE_PRECISION


def resolve_layer(network: Network, method: Method, target: Target, layer: str) -> Layer | None:
    """The layer whose maps a method uses: of this id, or the default one for an empty id. None if it takes no layer.

    Raises:
        UnknownLayer: the network has no such layer.
        InvalidRequest: the method takes no layer, or this one can't explain; the error lists those that can.
    """
    if method.at_layer:
        return suitable_layer_or_default(network, target.layer(network.graph), layer)
    if layer:
        raise InvalidRequest(f"{method.title} takes no layer.")
    return None
