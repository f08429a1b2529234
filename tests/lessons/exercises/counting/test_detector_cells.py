"""Cells of a detector."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from app.lessons.exercises.counting.detector_cells import DETECTOR_CELLS
from app.lessons.exercises.exercise import make_problem, read_options


@given(st.integers(0, 10_000).map(str))
def test_a_detector_predicts_from_every_cell_of_its_maps(seed: str) -> None:
    problem = make_problem(DETECTOR_CELLS, read_options(DETECTOR_CELLS, {}), seed)
    side = int(problem.question.values["side"])
    assert problem.answer == sum(np.zeros((side, side))[::stride, ::stride].size for stride in (8, 16, 32))
