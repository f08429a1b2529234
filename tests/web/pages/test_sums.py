"""The counts of a network as sums: by layer in a small one, by kind in others, and always their total."""

from app.engine.engine import Engine
from app.web.pages.sums import sum_view


def test_a_small_network_has_a_term_for_each_layer(engine: Engine) -> None:
    graph = engine.network("lenet5").graph
    found = sum_view(graph.layers, "params", graph.params)
    assert [term.number for term in found.terms] == [156, 2416, 48120, 10164, 850]
    assert found.total == 61706


def test_a_large_network_has_a_term_for_each_kind(engine: Engine) -> None:
    graph = engine.network("resnet50").graph
    found = sum_view(graph.layers, "params", graph.params)
    assert [term.kind for term in found.terms] == ["convolution", "dense", "normalisation"]


def test_a_sum_is_its_total_or_is_not_shown(engine: Engine) -> None:
    for network in engine.catalog:
        graph = network.graph
        for view in (sum_view(graph.layers, "params", graph.params), sum_view(graph.layers, "macs", graph.macs)):
            assert not view.terms or sum(term.number for term in view.terms) == view.total, network.id
    assert sum_view(engine.network("lenet5").graph.layers, "params", 1).terms == ()
