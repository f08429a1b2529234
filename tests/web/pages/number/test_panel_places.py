"""Where the panel of a number leads and what it frames: its neighbours, its window, its readers and its layers."""

from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest

from app.engine.engine import Engine
from app.engine.inference import Inference
from app.web.pages.address import Address
from app.web.pages.number.panel import FramedMap
from tests.web.pages.number.conftest import Panel, Work

RESNET = {"model": "resnet18-imagenette", "channel": 3, "cell": "4,6"}


def there(link: str | None) -> Address:
    return Address.model_validate({name: values[0] for name, values in parse_qs(urlsplit(link or "").query).items()})


@pytest.mark.parametrize("at", [0, 9, 10, 46, 90, 99])
def test_the_numbers_before_and_after_are_those_along_the_rows_of_the_map(panel: Panel, at: int) -> None:
    view = panel(layer="conv_c3", channel=3, cell=f"{at // 10},{at % 10}")
    for link, other in ((view.previous, at - 1), (view.next, at + 1)):
        if not 0 <= other < 100:
            assert link is None
            continue
        place = there(link)
        assert (place.view, place.layer, place.channel) == ("number", "conv_c3", 3)
        assert place.cell == f"{other // 10},{other % 10}"


@pytest.mark.parametrize("channel", [0, 1, 82, 83])
def test_of_a_vector_they_are_its_units(panel: Panel, channel: int) -> None:
    view = panel(layer="dense_f6", channel=channel)
    found = [there(link).channel if link else None for link in (view.previous, view.next)]
    assert found == [channel - 1 if channel else None, channel + 1 if channel < 83 else None]


def test_the_panel_leads_to_its_layer_its_channel_and_its_path(panel: Panel) -> None:
    view = panel(layer="conv_c3", channel=3, cell="4,6")
    assert (there(view.layer_href).layer, there(view.layer_href).channel) == ("conv_c3", None)
    channel = there(view.channel_href)
    assert (channel.layer, channel.channel, channel.cell, channel.view) == ("conv_c3", 3, "4,6", "none")
    assert there(view.path_href).path
    assert (view.kind, view.layer and view.layer.id, view.trail) == ("convolution", "conv_c3", ())
    assert (view.place.layer, view.place.channel, view.place.y, view.place.x) == ("conv_c3", 3, 4, 6)
    at_input = panel(layer="input", channel=0, cell="4,6")
    assert (at_input.kind, at_input.layer, at_input.channel_href) == ("other", None, None)


def check_framed(found: FramedMap | None, size: int, window: tuple[int, int, int, int], path: str) -> None:
    assert found is not None
    assert (found.width, found.height) == (size, size)
    assert (found.top, found.left, found.rows, found.columns) == window
    assert found.magnify == max(1, 192 // size), "a whole multiple of its cells, about as wide as its place"
    assert path in found.src


def test_the_window_and_the_number_are_framed_on_their_maps(work: Work, engine: Engine, image: str) -> None:
    working = work(layer="conv_c3", channel=3, cell="4,6", plane=2)
    assert working.plane is not None
    check_framed(working.map, 10, (4, 6, 1, 1), "/layers/conv_c3/channels/3.png")
    check_framed(working.plane.map, 14, (4, 6, 5, 5), "/layers/pool_s2/channels/2.png")
    assert working.map is not None
    assert working.plane.map is not None
    run = engine.layers.activations(Inference(engine.network("lenet5"), image)).result()
    for framed, values in (
        (working.map, run.layers["conv_c3"][3]),
        (working.plane.map, run.layers["pool_s2"][2]),
    ):
        assert framed.scale is not None
        assert framed.scale.hi == np.abs(values).max()
    assert (working.plane.layer, working.plane.channel, working.plane.is_picture) == ("pool_s2", 2, False)
    first = work(layer="conv_c1", channel=3, cell="4,6").plane
    assert first is not None
    check_framed(first.map, 32, (4, 6, 5, 5), f"/images/{image}/view.png")
    assert first.map is not None
    assert (first.layer, first.map.scale) == ("", None)
    pool = work(layer="pool_s2", channel=3, cell="4,6").plane
    assert pool is not None
    check_framed(pool.map, 28, (8, 12, 2, 2), "/layers/tanh_c1/channels/3.png")
    assert work(layer="dense_f6", channel=3).map is None


def test_a_window_begins_in_the_padding(work: Work) -> None:
    for cell, top, left in (("0,6", -3, 9), ("4,0", 5, -3)):
        plane = work(**RESNET | {"cell": cell}, layer="conv1").plane
        assert plane is not None
        assert plane.map is not None
        assert (plane.map.top, plane.map.left, plane.map.rows, plane.map.columns) == (top, left, 7, 7)


def test_a_pixel_is_framed_on_the_photo_which_fills_its_place(work: Work) -> None:
    plane = work(model="resnet18-imagenette", layer="input", channel=1, cell="20,36").plane
    assert plane is not None
    assert plane.map is not None
    assert plane.map.magnify == pytest.approx(192 / 451)
    assert 0 <= plane.map.top <= plane.map.top + plane.map.rows <= 300
    assert plane.channel == 1


@pytest.mark.parametrize(
    ("cell", "cells", "middle"),
    [("4,6", (5, 5), (2, 4)), ("0,0", (1, 1), (0, 0)), ("13,1", (1, 2), (9, 1)), ("2,12", (3, 2), (1, 9))],
)
def test_a_layer_that_reads_the_number_is_entered_in_the_middle_of_its_cells(
    work: Work, cell: str, cells: tuple[int, int], middle: tuple[int, int]
) -> None:
    (reader,) = work(layer="pool_s2", channel=3, cell=cell).readers
    assert (reader.link.layer, reader.cells, reader.channels) == ("conv_c3", cells, 16)
    assert (reader.link.y, reader.link.x) == middle


@pytest.mark.parametrize(
    ("query", "reads", "has_what_if"),
    [
        ({"layer": "conv_c3", "channel": 3, "cell": "4,6"}, ["pool_s2"], True),
        ({"layer": "conv_c1", "channel": 3, "cell": "4,6"}, ["input"], True),
        ({"layer": "dense_f6", "channel": 3}, ["flatten"], True),
        ({"layer": "pool_s2", "channel": 3, "cell": "4,6"}, ["tanh_c1"], False),
        ({"layer": "tanh_c1", "channel": 3, "cell": "4,6"}, ["conv_c1"], False),
        ({"layer": "softmax", "channel": 3}, ["output"], False),
        (RESNET | {"layer": "conv2_1.add"}, ["conv2_1.bn2", "pool1"], False),
        ({"layer": "input", "channel": 0, "cell": "4,6"}, [], False),
    ],
)
def test_the_layers_that_are_read_are_named_and_factors_can_be_typed_over_in_sums_of_products(
    work: Work, query: dict[str, int | str], reads: list[str], has_what_if: bool
) -> None:
    working = work(**query)
    assert sorted(there(href).layer or "" for _, href in working.reads) == sorted(reads)
    for name, href in working.reads:
        layer = there(href).layer or ""
        assert name == ("" if layer == "input" else name)
        assert name.replace("/", ".") in layer
        assert there(href).channel is None
    assert (working.has_what_if, working.is_finite) == (has_what_if, True)
