"""A batch normalisation folded into the convolution before it, by hand and against the run."""

from pathlib import Path

import numpy as np
import pytest

from app.arithmetic.cell import work_cell, work_folded_cell
from app.arithmetic.folding import convolution_before, fold, normalisations_after
from app.arithmetic.registry import work
from app.arithmetic.working import Operation
from app.errors import NoWorking
from app.nets.layer import CellPlace
from tests.arithmetic.runs import run_text

SCALES = "s = Constant <value_floats = [2.0, -1.0]> () o = Constant <value_floats = [0.5, 3.0]> ()"
MOMENTS = "m = Constant <value_floats = [1.0, -2.0]> () v = Constant <value_floats = [4.0, 0.25]> ()"
KERNEL = "w = ConstantOfShape <value = float[1] {0.3}> (n) b = Constant <value_floats = [0.7, -0.4]> ()"
SHAPE = "n = Constant <value_ints = [2, 3, 3, 3]> ()"


def normalisation(*numbers: list[float]) -> Operation:
    """A BatchNormalization with this scale, offset, mean and variance, and an epsilon of 0."""
    arrays = tuple(np.array(each, np.float32) for each in numbers)
    return Operation("BatchNormalization", 15, {"epsilon": 0.0}, (None, *arrays), (1, len(numbers[0]), 1, 1))


def convolution(op: str, kernel: list[float], shape: tuple[int, ...], **attributes: int) -> Operation:
    """A convolution of two pixels, 10 and 20 in two channels, without a bias."""
    x = np.array([10.0, 20.0], np.float32).reshape(1, 2, 1, 1)
    return Operation(op, 15, attributes, (x, np.array(kernel, np.float32).reshape(shape)), (1, 2, 1, 1))


def test_the_kernel_is_scaled_and_the_mean_becomes_a_bias() -> None:
    both = fold(convolution("Conv", [1, 2, 3, 4], (2, 2, 1, 1)), normalisation([6, 1], [7, 0], [5, 0], [9, 1]))
    assert both.required(1).reshape(2, 2).tolist() == [[2, 4], [3, 4]]  # times 6 / 3, times 1
    assert both.required(2).tolist() == [(0 - 5) * 2 + 7, 0]
    working = work(both, (0, 0, 0, 0))
    assert working.total == (1 * 10 + 2 * 20 - 5) / 3 * 6 + 7
    assert [term.value for term in working.terms] == [80, 20, -3]


@pytest.mark.parametrize(("group", "kernel"), [(1, [[2, 2], [6, 4]]), (2, [[2], [2]])])
def test_a_transposed_convolution_has_its_filters_on_the_second_axis(group: int, kernel: list[list[float]]) -> None:
    weights = [1.0, 2, 3, 4][: len(kernel) * len(kernel[0])]
    before = convolution("ConvTranspose", weights, (2, len(kernel[0]), 1, 1), group=group)
    both = fold(before, normalisation([2, 1], [0, 0], [0, 0], [1, 1]))
    assert both.required(1)[..., 0, 0].tolist() == kernel
    separate = [work(before, (0, channel, 0, 0)).total for channel in (0, 1)]
    assert [work(both, (0, channel, 0, 0)).total for channel in (0, 1)] == [2 * separate[0], separate[1]]


def test_a_transposed_convolution_has_one_group_unless_it_says_more() -> None:
    for axes in range(1, 4):
        before = convolution("ConvTranspose", [1, 2, 3, 4], (2, 2, *(1,) * axes))
        both = fold(before, normalisation([2, 1], [0, 0], [0, 0], [1, 1]))
        np.testing.assert_array_equal(both.required(1), np.reshape([2, 2, 6, 4], (2, 2, *(1,) * axes)))


def test_both_as_one_give_the_number_of_the_run_from_what_the_convolution_reads(tmp_path: Path) -> None:
    body = f"{SCALES} {MOMENTS} {SHAPE} {KERNEL}"
    operands = run_text(
        f"{body} c = Conv <pads = [1, 1, 1, 1]> (x, w, b) y = BatchNormalization (c, s, o, m, v)", tmp_path
    )
    before, layer = operands.graph.layers
    place = CellPlace(layer.id, 1, 0, 7)
    working = work_folded_cell(operands, place, 16)
    assert (working.value, working.op) == (work_cell(operands, place, 16).value, "BatchNormalization")
    assert working.total == pytest.approx(working.value, abs=1e-5)
    assert sum(term.term.value for term in working.terms) == pytest.approx(working.total)
    assert [read.layer for read in working.inputs] == ["input"]
    assert {term.channel.layer for term in working.terms if term.channel} == {"input"}
    assert working.folding
    assert working.folding.convolution == before.id
    assert working.folding.factor == pytest.approx(-1 / (0.25 + 1e-5) ** 0.5)
    assert working.folding.folded_bias == pytest.approx((-0.4 + 2) * working.folding.factor + 3)
    bias = next(term.term.value for term in working.terms if term.term.kind == "bias")
    assert bias == pytest.approx(working.folding.folded_bias)


def test_a_convolution_without_a_bias_gets_one(tmp_path: Path) -> None:
    body = f"{SCALES} {MOMENTS} {SHAPE} {KERNEL} c = Conv (x, w) y = BatchNormalization (c, s, o, m, v)"
    operands = run_text(body, tmp_path)
    working = work_folded_cell(operands, CellPlace(operands.graph.layers[-1].id, 0, 2, 3), 16)
    assert working.folding
    assert working.folding.bias == 0
    assert [term.source for term in working.terms if term.term.kind == "bias"] == [None]


def test_only_a_normalisation_after_a_convolution_is_folded(tmp_path: Path) -> None:
    body = f"{SCALES} {MOMENTS} {SHAPE} {KERNEL} c = Conv (x, w) r = Relu (c) y = BatchNormalization (r, s, o, m, v)"
    operands = run_text(body, tmp_path)
    before, _, layer = operands.graph.layers
    assert convolution_before(operands.graph, layer) is None
    assert normalisations_after(operands.graph, before) == ()
    for name in (layer.id, before.id, "input"):
        with pytest.raises(NoWorking, match="that reads a convolution"):
            work_folded_cell(operands, CellPlace(name, 0), 16)


def test_a_normalisation_in_training_is_not_folded() -> None:
    training = normalisation([1, 1], [0, 0], [0, 0], [1, 1])
    training = Operation(training.op, 15, {"training_mode": 1}, training.inputs, training.output_shape)
    with pytest.raises(NoWorking):
        fold(convolution("Conv", [1, 2, 3, 4], (2, 2, 1, 1)), training)
