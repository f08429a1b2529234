"""Boxes, masks and images of outputs as pictures, pixel by pixel."""

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from app.analysis.detections import Detection
from app.analysis.image_output import range_of
from app.analysis.segmentation import NO_CLASS
from app.rendering.drawing import Drawing
from app.rendering.outputs import draw_boxes, draw_mask, draw_output_image
from app.rendering.palette import class_colour, hex_colour

VIEW = np.random.default_rng(1).integers(0, 256, (12, 20, 3), np.uint8)


def pixels(drawing: Drawing) -> NDArray[np.uint8]:
    drawn = np.asarray(Image.open(io.BytesIO(drawing.png)))
    assert drawn.shape[2:] == (3,)
    return drawn


def test_a_box_is_a_frame_in_the_colour_of_its_class() -> None:
    drawn = pixels(draw_boxes(VIEW, [Detection(3, 2, 9, 7, 4, 0.9, 0)]))
    expected = VIEW.copy()
    expected[2:7, 3:9] = class_colour(4)
    expected[3:6, 4:8] = VIEW[3:6, 4:8]
    np.testing.assert_array_equal(drawn, expected)


def test_the_best_box_is_on_top_and_the_smallest_has_a_pixel() -> None:
    boxes = [Detection(5, 5, 5.2, 5.2, 0, 0.9, 0), Detection(5, 5, 9, 9, 1, 0.8, 1)]
    drawn = pixels(draw_boxes(VIEW[..., :1], boxes))
    assert tuple(drawn[5, 5]) == class_colour(0)
    assert tuple(drawn[5, 6]) == class_colour(1)
    np.testing.assert_array_equal(drawn[0, 0], [VIEW[0, 0, 0]] * 3)


def test_a_small_box_in_a_corner_has_a_pixel() -> None:
    for left, top, x, y in ((0, 0, 0, 0), (19.6, 0, 19, 0), (0, 11.6, 0, 11), (19.6, 11.6, 19, 11)):
        drawn = pixels(draw_boxes(VIEW, [Detection(left, top, left + 0.4, top + 0.4, 3, 0.9, 0)]))
        assert np.argwhere((drawn != VIEW).any(axis=2)).tolist() == [[y, x]]


def test_the_mask_of_an_instance_is_in_the_colour_of_its_class() -> None:
    masks = np.zeros((1, 3, 5), np.bool_)
    masks[0, 1, 2] = True
    drawn = pixels(draw_boxes(VIEW, [Detection(7, 3, 13, 9, 2, 0.9, 0)], masks)).astype(float)
    inner = drawn[4:8, 8:12]
    np.testing.assert_allclose(inner, 0.5 * VIEW[4:8, 8:12] + 0.5 * np.array(class_colour(2)), atol=0.51)
    np.testing.assert_array_equal(drawn[:3], VIEW[:3])


def test_each_instance_has_its_own_mask() -> None:
    masks = np.zeros((3, 12, 20), np.bool_)
    boxes = [Detection(column, 0, column + 5, 12, column, 0.9, 0) for column in (0, 5, 10)]
    for box, mask in zip(boxes, masks, strict=True):
        mask[:, int(box.left) : int(box.right)] = True
    drawn = pixels(draw_boxes(VIEW, boxes, masks)).astype(float)
    for column in (0, 5, 10):
        inner = np.s_[1:-1, column + 1 : column + 4]
        np.testing.assert_allclose(drawn[inner], (VIEW[inner] + np.array(class_colour(column))) / 2, atol=0.51)


def test_a_mask_lies_over_the_view_where_a_place_has_a_class() -> None:
    mask = np.array([[0, NO_CLASS], [2, 2]])
    drawn = pixels(draw_mask(mask, VIEW, 0.25)).astype(float)
    quarter = 0.75 * VIEW + 0.25 * np.array(class_colour(2))
    np.testing.assert_allclose(drawn[6:, :], quarter[6:, :], atol=0.51)
    np.testing.assert_allclose(drawn[:6, :10], 0.75 * VIEW[:6, :10] + 0.25 * np.array(class_colour(0)), atol=0.51)
    np.testing.assert_array_equal(drawn[:6, 10:], VIEW[:6, 10:])


def test_a_mask_alone_has_a_pixel_for_every_place() -> None:
    drawn = pixels(draw_mask(np.array([[0, NO_CLASS, 1]]), VIEW, None))
    assert [tuple(pixel) for pixel in drawn[0]] == [class_colour(0), (128, 128, 128), class_colour(1)]


def test_an_image_has_the_levels_of_its_range() -> None:
    values = np.array([[[0.0, 0.5], [1.0, 0.2]]], np.float32)
    drawn = pixels(draw_output_image(values, range_of(values), None))
    np.testing.assert_allclose(drawn[..., 0], np.array([[0, 127.5], [255, 51]]), atol=0.51)
    np.testing.assert_array_equal(drawn[..., 0], drawn[..., 2])


def test_the_first_hundred_classes_have_colours_of_their_own() -> None:
    assert len({hex_colour(index) for index in range(100)}) == 100
    okabe_and_ito = ["#e69f00", "#56b4e9", "#009e73", "#f0e442", "#0072b2", "#d55e00", "#cc79a7"]
    assert [hex_colour(index) for index in range(7)] == okabe_and_ito
