"""The depthwise separable convolutions of a network."""

import re

import httpx
import numpy as np
import pytest
from onnx import numpy_helper

from app.nets.graph import read_graph
from app.web.pages.lessons.figures.separable_pairs import separable_pairs
from tests.nets.onnx_text import parse_network
from tests.web.pages.lessons.figures.conftest import GatherFigure

SHAPES = {"k": (3, 3, 3, 3), "d": (3, 1, 3, 3), "s": (2, 3, 1, 1), "u": (3, 2, 1, 1), "p": (8, 3, 1, 1)}


def test_the_counted_ratio_of_every_pair_is_that_of_the_formula(site: httpx.Client) -> None:
    page = site.get("/figures/separable-pairs?model=mobilenet_v1").raise_for_status().text
    ratios = re.findall(r"<td>(0\.\d+)</td><td>(0\.\d+)</td></tr>", page)
    assert len(ratios) == 13
    assert [pair for pair in ratios if pair[0] != pair[1]] == []


def test_a_weighting_of_the_channels_between_the_two_is_not_the_second_of_them() -> None:
    """Squeeze and excitation has 1 x 1 convolutions too. The file leaves the sizes of kernels to their weights."""
    model = parse_network("""c = Conv <pads = [1, 1, 1, 1]> (x, k)  e = Conv <pads = [1, 1, 1, 1], group = 3> (c, d)
    g = GlobalAveragePool (e)  a = Conv (g, s)  b = Conv (a, u)  w = Sigmoid (b)  m = Mul (e, w)  f = Conv (m, p)
    h = GlobalAveragePool (f)  y = Flatten (h)""")
    weights = ((name, np.zeros(shape, np.float32)) for name, shape in SHAPES.items())
    model.graph.initializer.extend(numpy_helper.from_array(numbers, name) for name, numbers in weights)
    (pair,) = separable_pairs(read_graph(model))
    assert (pair.depthwise.output, pair.pointwise.output) == ("e", "f")
    assert pair.ratio == pytest.approx(pair.expected)


def test_the_work_of_each_pair_is_set_against_that_of_one_convolution(gather_figure: GatherFigure) -> None:
    figure = gather_figure("separable-pairs")
    work = full = 0
    for pair in figure.pairs:
        kernel = np.prod(pair.depthwise.attributes["kernel_shape"])
        cells = np.prod(pair.pointwise.map_size)
        inputs, outputs = pair.depthwise.channels, pair.pointwise.channels
        assert pair.macs == cells * inputs * (kernel + outputs)
        assert pair.full == cells * inputs * kernel * outputs
        assert pair.ratio == pytest.approx(1 / outputs + 1 / kernel) == pytest.approx(pair.expected)
        work, full = work + pair.macs, full + pair.full
    assert (len(figure.pairs), figure.ratio) == (13, pytest.approx(work / full))
