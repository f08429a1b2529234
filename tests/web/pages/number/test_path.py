"""The path of the largest contribution on a page: its rows, its way over the input, and the pixel at its end."""

from pathlib import Path

import pytest

from app.analysis.operator_kind import operator_kind
from app.engine.engine import Engine
from app.nets.card import read_card
from app.web.pages.number.path import PathRowView, PathView
from tests.web.pages.number.conftest import Panel

SCORE = {"model": "resnet18-imagenette", "layer": "softmax", "channel": 2}
TAKEN = read_card(Path(__file__).parents[4] / "models" / "resnet18-imagenette.json").input


@pytest.fixture(scope="module")
def path(panel: Panel) -> PathView:
    found = panel(**SCORE, path=True).path
    assert found is not None
    return found


def row_of(path: PathView, layer: str) -> PathRowView:
    return next(row for row in path.rows if layer in [step.link.layer for step in row.steps])


def test_a_path_is_followed_on_request(panel: Panel) -> None:
    without = panel(**SCORE)
    assert without.path is None
    assert "path=1" in without.path_href
    assert "path" not in panel(**SCORE, path=True).path_href


def test_the_number_beside_is_followed_too(panel: Panel) -> None:
    view = panel(**SCORE, path=True)
    assert view.next is not None
    assert "path=1" in view.next


def test_numbers_that_pass_on_one_place_stand_in_one_row(path: PathView) -> None:
    assert [step.link.layer for step in row_of(path, "conv1").steps] == ["relu1", "bn1", "conv1"]
    assert row_of(path, "pool1").steps[-1].link.layer == "pool1"
    assert {len({(step.link.channel, step.link.y, step.link.x) for step in row.steps}) for row in path.rows} == {1}


def test_only_what_is_added_has_a_share(path: PathView) -> None:
    assert [row.share for row in path.rows if row.steps[0].link.layer in ("softmax", "relu1")] == [None, None]
    shares = [row.share for row in path.rows if row.share is not None]
    assert path.pixel is not None
    assert path.least == min(*shares, path.pixel.share or 1)
    assert all(0 < share <= 1 for share in shares)


def test_the_path_ends_at_the_pixel_that_the_input_is_computed_from(path: PathView) -> None:
    at_input = path.rows[-1].steps[0].link
    assert (at_input.layer, at_input.name) == ("input", "")
    assert path.points[-1] == (at_input.x + 0.5, at_input.y + 0.5)
    assert path.pixel is not None
    assert not path.pixel.is_ink
    height, width = 300, 451  # of the photo of the cat, which is squashed
    assert path.pixel.y == pytest.approx((at_input.y + 0.5) * height / TAKEN.height, abs=3)
    assert path.pixel.x == pytest.approx((at_input.x + 0.5) * width / TAKEN.width, abs=4)


def test_a_tile_holds_its_cell_and_lies_on_the_map(path: PathView) -> None:
    tiles = [row.tile for row in path.rows if row.tile]
    assert tiles
    for tile in tiles:
        assert tile.left <= tile.x < tile.left + tile.width <= tile.map_width
        assert tile.top <= tile.y < tile.top + tile.height <= tile.map_height
    assert path.rows[0].tile is None


def test_the_path_of_a_digit_ends_in_ink(panel: Panel) -> None:
    path = panel(layer="softmax", channel=6, path=True).path
    assert path is not None
    assert path.pixel is not None
    assert path.pixel.is_ink


def test_a_tile_has_its_cell_in_the_middle_where_the_map_goes_on(path: PathView) -> None:
    for tile in (row.tile for row in path.rows if row.tile):
        for at, first, count, length in (
            (tile.x, tile.left, tile.width, tile.map_width),
            (tile.y, tile.top, tile.height, tile.map_height),
        ):
            assert count == min(16, length)
            assert (
                at - first == 8 or (first == 0 and at < 8) or (first == length - 16 and at - first > 8) or length < 16
            )
        assert tile.magnify == 64 / max(tile.width, tile.height)


def test_the_points_are_the_middles_of_the_receptive_fields(path: PathView, engine: Engine) -> None:
    graph = engine.network("resnet18-imagenette").graph
    middles = []
    for link in (step.link for row in path.rows for step in row.steps):
        if link.layer == "input":
            middles.append((link.x + 0.5, link.y + 0.5))
        elif graph.by_id[link.layer].moves_over_input:
            box = graph.box(link.layer, link.y, link.x)
            middles.append((box.left + (box.right - box.left) / 2, box.top + (box.bottom - box.top) / 2))
    assert path.points == tuple(dict.fromkeys(middles))
    assert (path.width, path.height) == (TAKEN.width, TAKEN.height)
    assert path.src.endswith("/view.png")
    assert path.steps == sum(len(row.steps) for row in path.rows) + 1, "and the pixel"


def test_each_step_has_the_kind_of_its_operator_and_each_row_what_it_adds(path: PathView, engine: Engine) -> None:
    graph = engine.network("resnet18-imagenette").graph
    for row in path.rows:
        for step in row.steps:
            layer = graph.by_id.get(step.link.layer)
            assert step.kind == (operator_kind(layer.op) if layer else "other")
            assert step.op == (layer.op if layer else step.op)
        assert (row.adds is None) is (row.share is None)
    assert path.rows[0].steps[0].link.layer == "softmax"
    assert path.rows[-1].tile is not None
    assert path.rows[-1].tile.scale is None
    assert all(row.tile.scale for row in path.rows[:-1] if row.tile)
