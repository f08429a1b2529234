"""The maps of one method at every layer that it can explain with."""

from collections.abc import Iterator
from dataclasses import replace

from app.attribution.explain import Explanation, explain, ignore_overflow, to_explanation
from app.attribution.method import Method, Options
from app.attribution.suitable_layers import suitable_layers
from app.attribution.task import AttributionTask
from app.attribution.weighted_maps import upsample_to_input
from app.errors import InvalidRequest


def explain_all_layers(task: AttributionTask, method: Method, options: Options) -> Iterator[Explanation]:
    """The method's map at every suitable layer, inputs first.

    A method that only weights a layer's maps by their gradient takes one run for all layers.

    Raises:
        InvalidRequest: the method takes no layer.
    """
    if not method.at_layer:
        raise InvalidRequest(f"{method.title} takes no layer, so it has only one map.")
    layers = suitable_layers(task.network.graph, task.target_layer)
    tasks = [replace(task, layer=layer) for layer in layers]
    if method.weighting is None:
        yield from (explain(each, method, options) for each in tasks)
        return
    pairs = task.activations_and_gradients([layer.id for layer in layers])
    for each in tasks:
        with ignore_overflow():
            cells = method.weighting(*pairs[each.required_layer.id])
        yield to_explanation(each, method, options, upsample_to_input(each, cells, options))
