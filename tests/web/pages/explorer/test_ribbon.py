"""The ribbon as a drawing: connections as lines and arcs, what passes through, and how much of it is sent."""

import re
from collections.abc import Callable, Iterator
from itertools import combinations, pairwise

import pytest

from app.engine.engine import Engine
from app.settings import read_settings
from app.web.pages.address import Address
from app.web.pages.explorer.gather import LayerData, PageData
from app.web.pages.explorer.ribbon import EDGE, LANE, STEM, THUMB, TOP, NodeView, RibbonView, TargetView, ribbon_view
from tests.nets.models_folder import SQUASHED, place
from tests.nets.onnx_text import parse_network
from tests.web.pages.explorer.conftest import Gather
from tests.web.pages.explorer.svg_path import is_forward, points_of

ENDS = re.compile(r"^M([\d.]+) ([\d.]+)V.*Q([\d.]+) [\d.]+ [\d.]+ [\d.]+V([\d.]+)$")
Draw = Callable[..., RibbonView]
# Seventeen layers, so that not each has a station: two skips, one within the other.
DOWN = ["d1 = Relu(x)", "d2 = Tanh(d1)", *(f"m{at} = Sigmoid({f'm{at - 1}' if at else 'd2'})" for at in range(9))]
UP = ["u2 = Add(m8, d2)", "u4 = Add(u2, d1)", "o = Dropout(u4)", "p = GlobalAveragePool(o)", "y = Flatten(p)"]

BRANCHES = [  # two branches beside a skip, and a third one from another place
    "s = Conv(x, w) b1 = Conv(s, w) b2 = Conv(s, w) b3 = Relu(b2) j = Concat<axis = 1>(s, b1, b3)",
    "e = MaxPool<kernel_shape = [2, 2]>(s) g = GlobalAveragePool(j) h = GlobalAveragePool(e)",
    "k = Concat<axis = 1>(g, h) y = Flatten(k)",
]
NODE_NAMES = ("low.a", "low.b", "low.c", "high.a", "high.b", "high.c", "pool", "flat")
BLOCKS = [
    "a = Relu(x) b = Tanh(a) c = Sigmoid(b) d = Relu(c) e = Add(d, b) f = Add(e, a)",
    "p = GlobalAveragePool(f) y = Flatten(p)",
]
OPENED = [
    *(("unet", None), ("unet", "Conv_4"), ("skips", "Tanh_1")),
    *(("branches", "Relu_1"), ("branches", "input"), ("blocks", "low.c")),
]
NAME = 7  # pixels of a letter
LABEL_LINES = 36  # pixels below a station's picture: its name and its shape


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
    bodies |= {"branches": [kernel, *BRANCHES], "blocks": BLOCKS}
    for name, body in bodies.items():
        labels = [str(label) for label in range(12 if name == "branches" else 3)]
        model = parse_network(" ".join(body))
        if name == "blocks":
            for node, at in zip(model.graph.node, NODE_NAMES, strict=True):
                node.name = at
        place(folder, name, model, labels, resize=SQUASHED)
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


def ends_of(node: NodeView) -> tuple[float, float]:
    return node.x, node.x + node.side


def read_connections(ribbon: RibbonView) -> list[tuple[str, str]]:
    """Which layer each line leads from and to; "" is what stands outside the open station."""
    frame, middle = ribbon.frame, ribbon.input_y + THUMB / 2
    small = [node for node in ribbon.nodes if node.small]
    ways = {} if frame is None else {(frame.x, middle): "", (frame.x + frame.width, middle): ""}
    starts, ends = ways.copy(), ways.copy()
    for node in small:
        starts |= {(node.x + node.side, node.y): node.layer.id, (node.x + node.side, node.middle): node.layer.id}
        ends |= {(node.x, node.y): node.layer.id, (node.x, node.middle): node.layer.id}
    lines = [points_of(edge) for edge in ribbon.edges if "C" in edge or "Q" in edge]
    return [(starts[line[0]], ends[line[-1]]) for line in lines]


@pytest.mark.parametrize(
    ("name", "layer", "left"),
    [
        ("unet", "Conv_4", {"Add_2"}),
        ("branches", "Concat_2", {"Concat_2"}),
        ("blocks", "low.b", {"low.a", "low.b", "low.c"}),
        ("blocks", "high.a", {"high.c"}),
    ],
)
def test_the_lines_of_an_open_station_say_which_layer_reads_which(
    draw: Draw, name: str, layer: str, left: set[str]
) -> None:
    """`left` are the layers whose outputs leave the station."""
    ribbon = draw(name, layer)
    inside = {node.layer.id: node.layer for node in ribbon.nodes if node.small}
    expected = {(source if source in inside else "", each.id) for each in inside.values() for source in each.inputs}
    assert set(read_connections(ribbon)) == expected | {(last, "") for last in left}


@pytest.mark.parametrize(("name", "layer"), OPENED)
def test_a_line_leads_from_each_station_to_the_next(draw: Draw, name: str, layer: str | None) -> None:
    ribbon = draw(name, layer)
    places = [ends_of(node) for node in ribbon.nodes if not node.small]
    frame = [(ribbon.frame.x, ribbon.frame.x + ribbon.frame.width)] if ribbon.frame else []
    stations = sorted([(EDGE, EDGE + THUMB), *places, *frame])
    middle = ribbon.input_y + THUMB / 2
    straight = [points_of(edge) for edge in ribbon.edges if "C" not in edge and "Q" not in edge]
    assert straight == [[(one[1], middle), (other[0], middle)] for one, other in pairwise(stations)]
    assert len({other[0] - one[1] for one, other in pairwise(stations)}) == 1, "evenly spaced"


@pytest.mark.parametrize(("name", "layer"), OPENED)
def test_all_is_within_the_drawing_and_no_target_is_on_another(draw: Draw, name: str, layer: str | None) -> None:
    ribbon = draw(name, layer)
    middle, frame = ribbon.input_y + THUMB / 2, ribbon.frame
    assert 0 <= ribbon.input_y < ribbon.input_y + THUMB + LABEL_LINES <= ribbon.height
    assert 0 < ribbon.width - max(node.target.x + node.target.width for node in ribbon.nodes) < EDGE
    for node in ribbon.nodes:
        target, below = node.target, 0 if node.small else LABEL_LINES
        end = node.x + node.side + (6 + NAME * len(node.name) if node.small else 0)
        assert target.x <= node.x < end <= target.x + target.width <= ribbon.width
        assert 0 <= target.y <= node.y < node.y + node.side + below <= target.y + target.height <= ribbon.height
        if node.small:
            assert frame is not None
            assert frame.x < target.x < target.x + target.width < frame.x + frame.width
            assert frame.y <= target.y < target.y + target.height <= frame.y + frame.height
        else:
            assert node.middle == middle
            assert (target.x + target.width / 2, target.y) == (node.x + THUMB / 2, node.y - 8)
    for one, other in combinations([node.target for node in ribbon.nodes], 2):
        assert do_not_meet(one, other)
    for path in (*ribbon.edges, *ribbon.arcs):
        assert is_forward(path)
        assert all(0 < x < ribbon.width and 0 < y < ribbon.height for x, y in points_of(path))


def do_not_meet(one: TargetView, other: TargetView) -> bool:
    beside = one.x + one.width <= other.x or other.x + other.width <= one.x
    return beside or one.y + one.height <= other.y or other.y + other.height <= one.y


@pytest.mark.parametrize(("name", "layer", "lanes"), [("unet", "Conv_4", 1), ("branches", "Relu_1", 0)])
def test_the_highest_station_has_room_for_its_name_and_no_more(draw: Draw, name: str, layer: str, lanes: int) -> None:
    ribbon = draw(name, layer)
    rows = {node.y for node in ribbon.nodes if node.small}
    assert ribbon.frame is not None
    assert min(rows) - max(rows) + ribbon.frame.height == 40 + lanes * LANE
    assert ribbon.frame.y == pytest.approx(TOP, abs=2), "at least as high as a station's picture"


def test_layers_have_maps_where_there_is_a_run(gather: Gather) -> None:
    ribbon = ribbon_view(gather("inspector", layer="conv_c3"))
    assert all(node.thumbnail and f"/layers/{node.layer.id}" in node.thumbnail.src for node in ribbon.nodes)
    assert ribbon.input_src is not None
    assert ribbon.input_shape == "1×32×32"


def test_arcs_leave_after_their_station_and_arrive_before_their_reader(draw: Draw) -> None:
    ribbon = draw("skips")
    x = {node.full_name: ends_of(node) for node in ribbon.nodes}
    for arc, (source, reader) in zip(ribbon.arcs, [("Relu 1", "Add 2"), ("Tanh 1", "Add 1")], strict=True):
        begin, *_, end = points_of(arc)
        middle = ribbon.input_y + THUMB / 2
        assert (begin, end) == ((x[source][1] + STEM, middle), (x[reader][0] - STEM, middle))
    tops = sorted(min(y for _, y in points_of(arc)) for arc in ribbon.arcs)
    assert tops == [LANE / 2, 1.5 * LANE], "each in the middle of its lane"


def test_the_current_place_is_the_middle_of_its_picture(draw: Draw) -> None:
    for name, layer in OPENED:
        ribbon = draw(name, layer)
        middles = [sum(ends_of(node)) / 2 for node in ribbon.nodes if node.current] or [EDGE + THUMB / 2]
        assert [ribbon.current_x] == middles
        assert ribbon.input_current == (layer == "input")
