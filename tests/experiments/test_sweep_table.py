"""The table of a sweep: text of strangers stays text."""

import csv
import io

import numpy as np
import pytest

from app.experiments.sweep import read_sweep
from app.experiments.sweep_scores import SweepScores
from app.experiments.sweep_table import plain, sweep_table


def test_a_grid_has_a_row_for_each_cell_and_class() -> None:
    sweep = read_sweep("rotation:0~10@2;blur:0~1@2")
    scores = np.array([[0.1, 0.7, 0.2], [0.6, 0.3, 0.1], [0, 0, 1], [0.5, 0.5, 0]], np.float32)
    table = sweep_table(sweep, [("net", ("a", "=b()", "c, d"), SweepScores(sweep, scores, (), 4))], 2)
    assert [row[1:6] for row in csv.reader(io.StringIO(table))] == [
        ["rotation angle", "blur deviation", "rank", "class", "label"],
        ["0.0", "0.0", "1", "1", "'=b()"],
        ["0.0", "0.0", "2", "2", "c, d"],
        ["10.0", "0.0", "1", "0", "a"],
        ["10.0", "0.0", "2", "1", "'=b()"],
        ["0.0", "1.0", "1", "2", "c, d"],
        ["0.0", "1.0", "2", "0", "a"],
        ["10.0", "1.0", "1", "0", "a"],
        ["10.0", "1.0", "2", "1", "'=b()"],
    ]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx"])
def test_no_text_is_a_formula(text: str) -> None:
    assert plain(text) == f"'{text}"
