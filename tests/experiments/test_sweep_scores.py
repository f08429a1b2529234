"""The answers along a sweep, and the classes that matter in it."""

import numpy as np

from app.experiments.sweep import Sweep, axis_along
from app.experiments.sweep_scores import SweepScores

TABLE = np.array([[0.6, 0.4, 0.0, 0.0], [0.1, 0.2, 0.7, 0.0], [0.5, 0.4, 0.1, 0.0], [0.1, 0.3, 0.6, 0.0]], np.float32)


def scores_of(table: np.ndarray) -> SweepScores:
    return SweepScores(Sweep(axis_along("rotation")), table, (), len(table))


def test_the_answer_at_each_cell_is_the_class_with_the_highest_score() -> None:
    assert scores_of(TABLE).answers == [0, 2, 0, 2]


def test_frequent_answers_come_first_and_then_high_scores() -> None:
    assert scores_of(TABLE).classes(4) == (2, 0, 1, 3)  # two cells each: the highest score decides
    assert scores_of(TABLE[[0, 1, 2]]).classes(3) == (0, 2, 1)  # two cells against one
    assert scores_of(TABLE).classes(2) == (2, 0)
