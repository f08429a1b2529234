"""Filters as maps and in colour."""

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from app.rendering.drawing import Drawing
from app.rendering.filters import draw_filter, draw_filters, kernel_planes, weight_plane

RNG = np.random.default_rng(3)


def pixels(drawing: Drawing, mode: str) -> NDArray[np.uint8]:
    return np.asarray(Image.open(io.BytesIO(drawing.png)).convert(mode))


def test_a_layer_s_kernels_stand_by_filter_and_input_channel() -> None:
    weights = RNG.standard_normal((4, 2, 3, 5)).astype(np.float32)
    plane = weight_plane(weights)
    assert plane.shape == (1, 4 * 3, 2 * 5)
    np.testing.assert_array_equal(plane[0, 2 * 3 : 3 * 3, 5:10], weights[2, 1])


def test_a_depthwise_layer_has_one_map_per_filter_and_a_dense_one_its_matrix() -> None:
    assert weight_plane(np.ones((6, 1, 3, 3))).shape == (6, 3, 3)
    assert weight_plane(np.ones((10, 84))).shape == (1, 10, 84)


def test_a_kernel_of_one_axis_is_a_row_and_one_of_three_a_column_of_planes() -> None:
    rows = RNG.standard_normal((4, 2, 5)).astype(np.float32)
    np.testing.assert_array_equal(kernel_planes(rows[1]), rows[1][:, np.newaxis])
    assert weight_plane(rows).shape == (1, 4, 2 * 5)
    volumes = RNG.standard_normal((4, 2, 3, 5, 7)).astype(np.float32)
    np.testing.assert_array_equal(kernel_planes(volumes[0])[3], volumes[0, 1, 0])
    plane = weight_plane(volumes)
    np.testing.assert_array_equal(plane[0, 2 * 5 : 3 * 5, 4 * 7 : 5 * 7], volumes[2, 1, 1])
    for weights in (rows, volumes):
        assert pixels(draw_filters(weights, None, None, None), "L").any()
        assert pixels(draw_filter(weights[0], None, None), "L").any()


def test_a_vector_of_weights_has_a_plane_for_each() -> None:
    assert kernel_planes(np.ones(6)).shape == (6, 1, 1)


def test_only_maps_side_by_side_are_magnified_to_a_side() -> None:
    dense, depthwise = RNG.standard_normal((10, 7)).astype(np.float32), np.ones((2, 1, 3, 3), np.float32)
    assert (
        pixels(draw_filters(dense, None, 70, None), "L").shape
        == pixels(draw_filters(dense, None, None, None), "L").shape
    )
    assert pixels(draw_filters(depthwise, None, 6, None), "L").shape == (6, 6 + 1 + 6)


def test_filters_of_the_rgb_input_are_drawn_in_colour_with_zero_mid_grey() -> None:
    weights = np.zeros((1, 3, 1, 1), np.float32)
    weights[0, 2] = 1  # the input is in BGR order: its last channel is red
    drawing = draw_filters(weights, (2, 1, 0), 1, None)
    assert pixels(drawing, "RGB").tolist() == [[[255, 128, 128]]]


def test_filters_are_drawn_as_maps_where_a_colour_map_is_named() -> None:
    weights = np.array([-1, 1], np.float32).reshape(2, 1, 1, 1)
    drawing = draw_filters(weights, None, 1, "grey")
    assert sorted(pixels(drawing, "L")[0, [0, -1]].tolist()) == [0, 255]
    assert drawing.headers["X-Scale-Signed"] == "1"


def test_one_filter_shows_every_plane_on_one_scale() -> None:
    kernels = np.array([[[-1.0]], [[0.0]], [[1.0]]], np.float32)
    drawing = draw_filter(kernels, 1, None)
    assert {0, 128, 255} <= set(pixels(drawing, "L").ravel().tolist())
    assert (drawing.headers["X-Scale-Min"], drawing.headers["X-Scale-Max"]) == ("-1.0", "1.0")
