"""Drawings of activations, read back pixel by pixel."""

import io
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

from app.errors import InvalidRequest
from app.nets.graph import Graph, read_graph
from app.nets.reading.model_file import read_model_file
from app.rendering.drawing import Drawing
from app.rendering.maps import (
    MAX_ORDER,
    draw_channel,
    draw_colours,
    draw_field,
    draw_layer,
    draw_overlay,
    draw_picture,
    draw_values,
    layer_layout,
)
from app.rendering.overlay import OverlayStyle
from app.rendering.scale import quantise, scale_of

LENET5 = Path(__file__).parents[2] / "models" / "lenet5.onnx"
RNG = np.random.default_rng(17)


@pytest.fixture(scope="module")
def graph() -> Graph:
    return read_graph(read_model_file(LENET5).model)


def pixels(drawing: Drawing, mode: str) -> NDArray[np.uint8]:
    return np.asarray(Image.open(io.BytesIO(drawing.png)).convert(mode))


def test_a_layer_is_a_sheet_of_its_channels_in_the_order() -> None:
    activation = np.stack([np.full((32, 32), value, np.float32) for value in (1, 2)])
    scale = scale_of(activation, "layer")
    drawing = draw_layer(activation, (scale, scale), np.array([1, 0]), layer_layout(activation.shape, None), None)
    levels = pixels(drawing, "L")
    assert (levels[0, 0], levels[0, -1]) == (255, 128)
    assert drawing.headers["X-Sheet-Order"] == "1,0"
    assert drawing.headers["X-Sheet-Cell"] == "32 32"


def test_the_order_of_thousands_of_channels_is_no_header_that_clients_refuse() -> None:
    for count, is_stated in ((MAX_ORDER, True), (MAX_ORDER + 1, False), (25_088, False)):
        values, order = np.ones(count, np.float32), np.arange(count)[::-1]
        drawing = draw_layer(values, (scale_of(values),), order, layer_layout(values.shape, 8), None)
        assert (drawing.headers.get("X-Sheet-Order") == ",".join(map(str, order))) == is_stated
        assert max(map(len, drawing.headers.values())) < 1 << 15  # Python's own client takes up to 64 KB


@pytest.mark.parametrize("shape", [(2,), (2, 1, 1)])
def test_a_vector_is_drawn_as_bars(shape: tuple[int, ...]) -> None:
    vector = np.array([1, 2], np.float32).reshape(shape)
    scales, sheet = (scale_of(vector, "layer"),), layer_layout(vector.shape, 8)
    levels = pixels(draw_layer(vector, scales, np.array([0, 1]), sheet, None), "L")
    assert levels[-1, 0] == 128
    assert levels[0, 0] == 0
    assert levels[0, 4] == 255


def test_a_channel_is_magnified_to_its_side() -> None:
    activation = np.array([[[0, 1], [2, 4]]], np.float32)
    levels = pixels(draw_channel(activation, 0, scale_of(activation), 4, None), "L")
    assert levels[::2, ::2].tolist() == [[0, 64], [128, 255]]
    assert levels.shape == (4, 4)


def test_a_unit_of_a_vector_is_a_square() -> None:
    vector = np.array([0, 3, 4], np.float32)
    assert pixels(draw_channel(vector, 1, scale_of(vector), 2, None), "L").tolist() == [[191, 191], [191, 191]]


def test_a_map_is_drawn_over_the_view_at_its_receptive_fields(graph: Graph) -> None:
    layer = next(layer for layer in graph.layers if layer.has_maps and layer.receptive_field.step[0] > 1)
    values = RNG.uniform(0, 1, layer.map_size).astype(np.float32)
    view = RNG.integers(0, 256, (32, 32, 3), np.uint8)
    scale, field = scale_of(values), layer.receptive_field
    drawn = pixels(draw_overlay(view, values, scale, layer, OverlayStyle("grey", 1)), "L")
    down, across = (
        np.clip((np.arange(32) - start - (size - 1) / 2) / step, 0, cells - 1)
        for start, size, step, cells in zip(field.offset, field.size, field.step, values.shape, strict=True)
    )
    expected = ndimage.map_coordinates(values, np.meshgrid(down, across, indexing="ij"), order=1)
    assert np.abs(drawn - quantise(expected, scale).astype(int)).max() <= 1


def test_a_vector_has_no_map_to_draw_over_the_view(graph: Graph) -> None:
    values = np.ones((), np.float32)
    with pytest.raises(InvalidRequest, match="vector"):
        draw_overlay(np.zeros((4, 4, 3), np.uint8), values, scale_of(values), graph.logits, OverlayStyle("grey", 1))


def test_a_receptive_field_is_drawn_from_zero_to_its_maximum() -> None:
    levels = pixels(draw_field(np.array([[0, 1], [2, 4]], np.float32), None), "L")
    assert levels.tolist() == [[0, 64], [128, 255]]


def test_a_picture_is_shrunk_to_the_mean_of_its_pixels() -> None:
    picture = np.array([[[0] * 3, [100] * 3], [[100] * 3, [200] * 3]], np.uint8)
    assert pixels(draw_picture(picture, 1), "RGB").tolist() == [[[100, 100, 100]]]
    np.testing.assert_array_equal(pixels(draw_picture(picture, None), "RGB"), picture)


def test_levels_are_drawn_in_colour_and_those_beyond_are_counted() -> None:
    levels = np.array([[[0, 254.6]], [[-3, 255]], [[300, 128.4]]])
    drawing = draw_colours(levels)
    assert pixels(drawing, "RGB").tolist() == [[[0, 0, 255], [255, 255, 128]]]
    assert drawing.headers == {
        "X-Scale-Domain": "fixed",
        "X-Scale-Signed": "0",
        "X-Scale-Min": "0.0",
        "X-Scale-Max": "255.0",
        "X-Scale-Clipped": "0.333333",
    }


def test_maps_of_any_numbers_share_one_scale() -> None:
    drawing = draw_values(np.array([[[-1, 0], [2, 4]], [[0, 0], [0, -4]]]), 2, None)
    levels = pixels(drawing, "L")
    assert levels[:, :2].tolist() == [[96, 128], [191, 255]]
    assert levels[1, -1] == 0
    assert drawing.headers["X-Scale-Max"] == "4.0"


def test_zero_is_in_the_middle_of_a_diverging_colour_map_also_without_negative_numbers() -> None:
    drawing = draw_values(np.array([[[0, 30], [30, 0]]]), 2, "diverging")
    assert pixels(drawing, "RGB")[0].tolist() == [[247, 246, 246], [103, 0, 31]]
