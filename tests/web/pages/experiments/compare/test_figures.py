"""The addresses and the sizes of the maps that are compared."""

from math import ceil, sqrt
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.rendering.scale import Scale
from app.web.pages.experiments.compare.figures import difference_maps, side_maps
from app.web.pages.legend import Legend


def layer_of(*shape: int, name: str = "conv") -> Any:
    network = SimpleNamespace(id="net", fingerprint="0" * 16)
    layer = SimpleNamespace(id=name, has_maps=len(shape) > 1, map_shape=shape, map_size=shape[1:])
    return SimpleNamespace(inference=SimpleNamespace(network=network, image="1"), layer=layer)


@pytest.mark.parametrize(
    ("shape", "cell"),
    [
        ((64, 7, 7), 49),  # eight columns of 55 pixels with a gap: seven times as large
        ((64, 40, 30), 40),
        ((64, 55, 55), 55),
        ((64, 110, 110), 110),  # twice as large as there is room for: the browser shrinks it
        ((64, 112, 112), 56),
        ((1, 10, 10), 440),
        ((300_000, 2, 2), 2),
    ],
)
def test_cells_are_whole_multiples_that_fit_or_are_shrunk(shape: tuple[int, int, int], cell: int) -> None:
    view = side_maps(layer_of(*shape), 5, Scale(0, 2, "layer", signed=False))
    assert view.layout is not None
    assert max(view.layout.cell_w, view.layout.cell_h) == cell
    query = parse_qs(urlsplit(view.sheet).query)
    assert query == {"end": ["2"], "size": [str(cell)], "columns": [str(view.layout.columns)]}
    assert view.crisp is (cell > max(shape[1:]))


def test_a_side_has_a_map_and_its_values() -> None:
    view = side_maps(layer_of(64, 7, 7), 5, Scale(-0.5, 0.5, "layer", signed=True))
    assert view.map is not None
    assert view.map.endswith("/layers/conv/channels/5.png?end=0.5&signed=true&size=448")
    assert view.values == view.map.partition("?")[0].replace(".png", ".npy")
    assert (view.legend.lo, view.legend.hi, view.map_size) == (-0.5, 0.5, (7, 7))


def test_a_vector_has_bars_alone() -> None:
    view = side_maps(layer_of(10), 5, Scale(0, 0, "layer", signed=False))
    assert (view.map, view.values, view.layout, view.map_size, view.crisp) == (None, None, None, (1, 1), False)
    assert view.sheet.endswith("/layers/conv.png?domain=layer&size=448")


def test_a_difference_is_against_the_first_layer() -> None:
    scale = Scale(-1, 1, "layer", signed=True)
    pair = layer_of(64, 7, 7, name="first"), layer_of(64, 7, 7, name="second")
    view = difference_maps(pair, 5, scale, Legend(-1, 1, True, "layer"))
    assert view.map is not None
    assert "/layers/second/channels/5/difference.png?against_model=net" in view.map
    assert "against_image=1&against_layer=first&end=1&signed=true&size=448" in view.map.replace("1.0", "1")
    assert view.values is None


@given(channels=st.integers(1, 600), longer=st.integers(1, 500), shorter=st.integers(1, 500))
def test_maps_are_drawn_in_whole_multiples_or_shrunk_by_whole_numbers(channels: int, longer: int, shorter: int) -> None:
    longer, shorter = max(longer, shorter), min(longer, shorter)
    view = side_maps(layer_of(channels, longer, shorter), 0, Scale(0, 2, "layer", signed=False))
    assert view.layout is not None
    cell, room = max(view.layout.cell_w, view.layout.cell_h), max(1, 448 // ceil(sqrt(channels)) - 1)
    if longer <= 2 * room:
        assert cell % longer == 0
        assert cell <= max(room, longer) < cell + longer or cell == longer
    else:
        factor = ceil(longer / (2 * room))
        assert ceil(longer / factor) == cell <= 2 * room
    assert view.crisp is (cell > longer)
    assert int(parse_qs(urlsplit(view.sheet).query)["size"][0]) == cell
