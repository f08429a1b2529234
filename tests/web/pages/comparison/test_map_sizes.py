"""Layers with maps of the same size: each is there once, in steps, below a size that two networks have."""

from itertools import pairwise

from app.engine.engine import Engine
from app.web.pages.comparison.gather import NetworkRun
from app.web.pages.comparison.map_sizes import shared_map_sizes, steps_by_size

NAMES = ("resnet18", "vgg16", "lenet5")


def test_every_layer_with_maps_is_in_one_step_of_its_size(engine: Engine) -> None:
    for network in map(engine.network, NAMES):
        sizes = steps_by_size(network)
        listed = [layer.id for steps in sizes.values() for step in steps for layer in step]
        assert sorted(listed) == sorted(layer.id for layer in network.graph.layers if layer.has_maps)
        for size, steps in sizes.items():
            assert {layer.map_size for step in steps for layer in step} == {size}
            blocks = [{layer.block for layer in step} for step in steps]
            assert {len(names) for names in blocks} == {1}
            assert not [one for one, other in pairwise(blocks) if one == other != {None}], "a block is one step"


def test_only_sizes_of_two_networks_are_shown_from_the_largest_on(engine: Engine) -> None:
    networks = [engine.network(name) for name in NAMES]
    views = shared_map_sizes("cat", [NetworkRun(network, None) for network in networks])
    maps = [{layer.map_size for layer in network.graph.layers if layer.has_maps} for network in networks]
    wanted = {size for own in maps for size in own if sum(size in other for other in maps) >= 2}
    assert len(wanted) > 1
    assert [(view.height, view.width) for view in views] == sorted(wanted, key=lambda size: -size[0] * size[1])
    for view in views:
        assert [bool(steps) for steps in view.steps] == [(view.height, view.width) in own for own in maps]
        assert all(step.thumbnail is None for steps in view.steps for step in steps), "nothing has been run"
    assert not shared_map_sizes("cat", [NetworkRun(networks[0], None)])


def test_a_step_has_the_name_of_its_block_and_leads_to_its_last_layer(engine: Engine) -> None:
    network = engine.network("resnet18")
    (view, *_) = shared_map_sizes("cat", [NetworkRun(network, None)] * 2)
    (first, *_) = view.steps[0]
    (layers, *_) = steps_by_size(network)[view.height, view.width]
    assert (first.name, first.channels) == (layers[-1].block or layers[0].name, layers[-1].channels)
    assert first.href == f"./?model={network.id}&image=cat&layer={layers[-1].id}"
