"""The ribbon as a drawing: connections as lines and arcs, what passes through, and how much of it is sent."""

import re
from collections.abc import Callable, Iterator
from itertools import pairwise

import pytest

from app.engine.engine import Engine
from app.settings import read_settings
from app.web.pages.address import Address
from app.web.pages.explorer.gather import LayerData, PageData
from app.web.pages.explorer.ribbon import RibbonView, ribbon_view
from tests.nets.models_folder import SQUASHED, place
from tests.nets.onnx_text import parse_network

ENDS = re.compile(r"^M([\d.]+) ([\d.]+)V.*Q([\d.]+) [\d.]+ [\d.]+ [\d.]+V([\d.]+)$")
Draw = Callable[..., RibbonView]
# Seventeen layers, so that not each has a station: two skips, one within the other.
DOWN = ["d1 = Relu(x)", "d2 = Tanh(d1)", *(f"m{at} = Sigmoid({f'm{at - 1}' if at else 'd2'})" for at in range(9))]
UP = ["u2 = Add(m8, d2)", "u4 = Add(u2, d1)", "o = Dropout(u4)", "p = GlobalAveragePool(o)", "y = Flatten(p)"]


@pytest.fixture(scope="module")
def draw(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Draw]:
    """The ribbon of a network of that name without a picture, with a layer chosen."""
    folder = tmp_path_factory.mktemp("models")
    names = ["x", *(f"r{at}" for at in range(3000)), "z"]
    chain = [f"{after} = Relu({before})" for before, after in pairwise(names)]
    kernel = "w = Constant<value = float[3, 3, 1, 1] {1, 0, 0, 0, 1, 0, 0, 0, 1}>()"
    down = "c1 = Conv(x, w) c2 = Conv(c1, w) c3 = Conv(c2, w) c4 = Conv(c3, w)"
    up = "a1 = Add(c4, c2) c5 = Conv(a1, w) a2 = Add(c5, c1)"
    unet = [kernel, down, up, "p = GlobalAveragePool(a2) y = Flatten(p)"]
    bodies = {"unet": unet, "skips": [*DOWN, *UP], "long": [*chain, "p = GlobalAveragePool(z) y = Flatten(p)"]}
    for name, body in bodies.items():
        place(folder, name, parse_network(" ".join(body)), ["a", "b", "c"], resize=SQUASHED)
    engine = Engine(read_settings(models_dir=folder, data_dir=tmp_path_factory.mktemp("data")))

    def ribbon(name: str, layer: str | None = None) -> RibbonView:
        network, address = engine.network(name), Address(model=name, layer=layer)
        return ribbon_view(PageData(network, address, "inspector", None, None, LayerData(), None, None, None))

    yield ribbon
    engine.close(5)


def test_a_skip_over_stations_is_an_arc_between_them(draw: Draw) -> None:
    ribbon = draw("skips")
    x = {node.full_name: node.x for node in ribbon.nodes}
    ends = [match.groups() for arc in ribbon.arcs if (match := ENDS.match(arc))]
    assert len(ends) == len(ribbon.arcs) == 2
    for (left, _, right, _), (source, reader) in zip(
        sorted(ends), [("Relu 1", "Add 2"), ("Tanh 1", "Add 1")], strict=True
    ):
        assert x[source] < float(left) < x[source] + 96
        assert x[reader] - 52 < float(right) < x[reader]
    heights = {float(arc.split("V")[1].split("Q")[0]) for arc in ribbon.arcs}
    assert len(heights) == 2
    assert all(0 < height < min(node.y for node in ribbon.nodes) for height in heights)


def test_dropout_is_drawn_as_what_passes_through(draw: Draw) -> None:
    (node,) = (node for node in draw("skips").nodes if node.full_name == "Dropout 1")
    assert (node.kind, node.thumbnail) == ("passthrough", None)


def test_its_height_does_not_change_with_the_layer(draw: Draw) -> None:
    assert {draw("skips", layer).height for layer in (None, "Relu_1", "Dropout_1")} == {draw("skips").height}


@pytest.mark.parametrize("layer", [None, "Relu_1", "Relu_1500", "Flatten_1"])
def test_a_very_long_network_is_sent_in_part(draw: Draw, layer: str | None) -> None:
    ribbon = draw("long", layer)
    assert len(ribbon.nodes) < 200
    assert sum(node.count for node in ribbon.nodes) == 3003
    assert any(node.current for node in ribbon.nodes) == (layer is not None)


def test_skips_within_one_block_run_beside_each_other(draw: Draw) -> None:
    """As in a U-Net whose layers have no names: one block from the first skip to the last."""
    ribbon = draw("unet", "Conv_2")
    heights = {match[1] for edge in ribbon.edges if (match := re.search(r" ([\d.]+)H[\d.]+Q", edge))}
    assert len(heights) == 2
    assert ribbon.frame is not None
    assert all(ribbon.frame.y < float(height) for height in heights)
    assert ribbon.height == draw("unet").height


def test_a_long_name_is_shortened_from_the_front(draw: Draw) -> None:
    names = {node.full_name: node.name for node in draw("skips").nodes}
    assert names["GlobalAveragePool 1"] == "…eragePool 1"
    assert names["Dropout 1"] == "Dropout 1"
