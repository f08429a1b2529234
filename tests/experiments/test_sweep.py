"""Sweeps as data: their amounts, their text, and what they refuse."""

import numpy as np
import pytest

from app.errors import InvalidRequest
from app.experiments.sweep import ABOUT_STEPS, HAS_PART, MIN_STEPS, Sweep, axis_along, read_sweep, with_range
from app.images.perturbations.registry import PERTURBATIONS


def test_the_amounts_are_equally_far_apart_and_end_at_both_ends() -> None:
    axis = with_range(axis_along("rotation"), 0, 90, 50)
    np.testing.assert_allclose(axis.amounts, [90 * step / 49 for step in range(50)], rtol=1e-5)


@pytest.mark.parametrize("text", ["rotation:0~90@50", "shift:0,-20~20@5", "jpeg:100~5@20;rotation:-30~30@7"])
def test_a_sweep_is_read_back_from_its_text(text: str) -> None:
    assert str(read_sweep(text)) == text


@pytest.mark.parametrize("name", PERTURBATIONS)
def test_every_parameter_that_is_no_switch_can_be_swept(name: str) -> None:
    for parameter in PERTURBATIONS[name].parameters:
        if not parameter.is_switch:
            axis = axis_along(name, parameter.name)
            assert {axis.start, axis.stop} <= {parameter.low, parameter.neutral, parameter.high}
            assert read_sweep(str(axis)) == Sweep(axis)


def test_one_change_is_made_at_each_step() -> None:
    cells = read_sweep("rotation:0~10@3").cells
    assert [" ".join(map(str, cell)) for cell in cells] == ["rotation:0", "rotation:5", "rotation:10"]


def test_a_parameter_that_there_is_none_of_is_refused_with_the_known_ones() -> None:
    with pytest.raises(InvalidRequest) as refused:
        axis_along("noise", "angle")
    assert refused.value.details["known"] == ["deviation", "seed"]


def test_two_changes_make_a_grid_row_by_row() -> None:
    sweep = read_sweep("rotation:0~10@2;blur:0~2@3")
    assert [" ".join(map(str, cell)) for cell in sweep.cells] == [
        f"rotation:{degrees} blur:{deviation}" for deviation in (0, 1, 2) for degrees in (0, 10)
    ]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "rotation",
        "rotation:0@50",
        "rotation:0~900@50",
        "rotation:0~90@1",
        "rotation:0~90@201",
        "rotation:5~5@9",
        "rotation:nan~5@9",
        "rotation:a~b@9",
        "flip:0~1,0@2",
        "shift:0~1,0~1@9",
        "nothing:0~1@9",
        "rotation:0~9@21;blur:0~9@21",
        "rotation:0~9@2;blur:0~9@2;gamma:1~2@2",
    ],
)
def test_what_is_no_sweep_is_refused(text: str) -> None:
    with pytest.raises(InvalidRequest):
        read_sweep(text)


@pytest.mark.parametrize("name", PERTURBATIONS)
def test_a_sweep_begins_at_the_neutral_amount_where_that_is_an_end_or_the_middle(name: str) -> None:
    for place, parameter in enumerate(PERTURBATIONS[name].parameters):
        if parameter.is_switch:
            continue
        axis = axis_along(name, parameter.name)
        is_special = parameter.neutral in (parameter.low, parameter.high) or parameter.low == -parameter.high
        assert axis.start == (parameter.neutral if is_special else parameter.low)
        assert axis.stop == (parameter.low if parameter.neutral == parameter.high else parameter.high)
        others = PERTURBATIONS[name].example if name in HAS_PART else PERTURBATIONS[name].neutral
        assert [*axis.change.amounts[:place], *axis.change.amounts[place + 1 :]] == [
            *others[:place],
            *others[place + 1 :],
        ]
        assert MIN_STEPS < axis.steps <= ABOUT_STEPS + 1


def test_a_range_that_is_not_named_stays() -> None:
    axis = axis_along("rotation")
    assert with_range(axis, None, None, None) == axis
    assert str(with_range(axis, 5, None, None)) == f"rotation:5~{axis.stop:g}@{axis.steps}"
    assert str(with_range(axis, None, 5, 7)) == f"rotation:{axis.start:g}~5@7"
