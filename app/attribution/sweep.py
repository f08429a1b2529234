"""One method over every layer that it can be put to."""

from collections.abc import Iterator
from dataclasses import replace

from app.attribution.case import Case
from app.attribution.explain import Explanation, explain, told, unwarned
from app.attribution.method import Method, Options
from app.attribution.suitable_layers import suitable_layers
from app.attribution.weighted_maps import shown
from app.errors import InvalidRequest


def sweep(case: Case, method: Method, options: Options) -> Iterator[Explanation]:
    """The method's map at every suitable layer, inputs first.

    A method that weighs a layer's maps by their gradient takes one run for all of them.

    Raises:
        InvalidRequest: the method takes no layer.
    """
    if not method.at_layer:
        raise InvalidRequest(f"{method.title} takes no layer: there is nothing to sweep over.")
    layers = suitable_layers(case.network.graph, case.goal)
    cases = [replace(case, layer=layer) for layer in layers]
    if method.weighing is None:
        yield from (explain(each, method, options) for each in cases)
        return
    found = case.at_layers([layer.id for layer in layers])
    for each in cases:
        with unwarned():
            cells = method.weighing(*found[each.maps.id])
        yield told(each, method, options, shown(each, cells, options))
