"""The figures of a network in a comparison: those of its graph and its card."""

import pytest

from app.engine.engine import Engine
from app.web.pages.comparison.entry import network_entry


@pytest.mark.parametrize(("model", "original"), [("lenet5", None), ("vgg16-imagenette", "vgg16"), ("vgg16", None)])
def test_the_figures_are_those_of_the_graph(engine: Engine, model: str, original: str | None) -> None:
    network = engine.network(model)
    entry, graph = network_entry(engine, network), network.graph
    assert (entry.depth, entry.params, entry.macs) == (graph.depth, graph.params, graph.macs)
    assert (entry.nbytes, entry.activation_bytes) == (network.nbytes, graph.activation_bytes)
    assert entry.params_sum.total == graph.params
    assert entry.macs_sum.total == graph.macs
    assert entry.ready is network.has_weights
    assert entry.original == (engine.network(original).card.name if original else None)
    assert graph.last_map is not None
    assert entry.field == max(graph.last_map.receptive_field.size)
    assert (entry.published is None) == (
        original is not None or network.card.paper is None or not network.card.paper.top1
    )


def test_the_time_is_that_which_was_measured(engine: Engine) -> None:
    network = engine.network("lenet5")
    assert network_entry(engine, network).milliseconds is None
    seconds = engine.timings.measure(network).result()
    assert network_entry(engine, network).milliseconds == pytest.approx(1000 * seconds)
    assert network_entry(engine, network, has_copy=True).has_copy
