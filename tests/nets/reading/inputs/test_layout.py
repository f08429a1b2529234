"""The order of an input's axes, by their lengths and by what reads them."""

import pytest
from onnx import GraphProto, helper

from app.nets.reading.inputs.layout import LAYOUTS, has_colours, layout_of

NCHW_TO_NHWC, NHWC_TO_NCHW = [0, 2, 3, 1], [0, 3, 1, 2]


@pytest.mark.parametrize(
    ("lengths", "layout"),
    [
        ((8,), "L"),
        ((0, 0), "NL"),
        ((1, 1), "NL"),
        ((2, 2), "HW"),
        ((8, 6), "NL"),
        ((3, 8, 6), "CHW"),
        ((3, 1, 8), "CHW"),
        ((3, 8, 3), "NLC"),
        ((3, 8, 1), "NLC"),
        ((8, 6, 3), "HWC"),
        ((1, 8, 3), "NLC"),
        ((1, 3, 8), "NCL"),
        ((1, 1, 8), "NCL"),
        ((8, 1, 3), "HWC"),
        ((1, 8, 6), "NHW"),
        ((0, 0, 0), "NHW"),
        ((1, 3, 8, 6), "NCHW"),
        ((1, 3, 8, 3), "NCHW"),
        ((1, 8, 6, 3), "NHWC"),
        ((1, 8, 6, 1), "NHWC"),
        ((1, 1, 6, 1), "NCHW"),
        ((1, 80, 60, 16), "NHWC"),
        ((1, 80, 60, 17), "NCHW"),
        ((1, 17, 60, 4), "NHWC"),
        ((1, 16, 60, 4), "NCHW"),
        ((1, 60, 16, 4), "NCHW"),
        ((1, 80, 60, 0), "NCHW"),
        ((0, 0, 0, 0), "NCHW"),
        ((1, 3, 16, 8, 6), "NCDHW"),
        ((1, 3, 3, 8, 3), "NCDHW"),
        ((1, 16, 1, 8, 3), "NDCHW"),
        ((1, 16, 8, 6, 3), "NDHWC"),
        ((1, 16, 8, 6, 5), "NCDHW"),
        ((0, 0, 0, 0, 0), "NCDHW"),
    ],
)
def test_the_lengths_tell_where_the_channels_are(lengths: tuple[int, ...], layout: str) -> None:
    assert layout_of(GraphProto(), "x", lengths) == layout
    assert layout in LAYOUTS[len(lengths)]


@pytest.mark.parametrize(
    ("users", "lengths", "layout"),
    [
        ([NHWC_TO_NCHW], (1, 0, 0, 0), "NHWC"),
        ([NHWC_TO_NCHW, NHWC_TO_NCHW], (1, 0, 0, 0), "NHWC"),
        ([NHWC_TO_NCHW, None], (1, 0, 0, 0), "NCHW"),
        ([NCHW_TO_NHWC], (1, 0, 0, 0), "NCHW"),
        ([None], (1, 0, 0, 0), "NCHW"),
        ([NHWC_TO_NCHW], (1, 3, 0, 0), "NCHW"),
        ([NHWC_TO_NCHW], (1, 5, 0, 0), "NHWC"),
    ],
)
def test_open_lengths_are_told_by_what_moves_the_axes(
    users: list[list[int] | None], lengths: tuple[int, ...], layout: str
) -> None:
    nodes = [
        helper.make_node("Relu", ["x"], ["y"])
        if perm is None
        else helper.make_node("Transpose", ["x"], ["y"], perm=perm)
        for perm in users
    ]
    other = helper.make_node("Relu", ["z"], ["w"])
    assert layout_of(GraphProto(node=[*nodes, other]), "x", lengths) == layout


def test_grey_and_colours_are_channels_of_an_image() -> None:
    assert [channels for channels in range(6) if has_colours(channels)] == [1, 3]
