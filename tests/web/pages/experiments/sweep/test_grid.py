"""The grid of two changes whose scores are chosen by hand."""

from types import SimpleNamespace
from typing import Any

import numpy as np

from app.experiments.sweep import read_sweep
from app.experiments.sweep_scores import SweepScores
from app.web.pages.experiments.sweep.grid import SweepGrid, sweep_grid

SWEEP = read_sweep("rotation:0~90@3;blur:0~2@2")
NAMES = [f"class {number}" for number in range(9)]


def grid_of(answers: list[int], text: str = str(SWEEP)) -> SweepGrid:
    sweep = read_sweep(text)
    scores = np.zeros((len(answers), len(NAMES)), np.float32)
    scores[range(len(answers)), answers] = [(place + 1) / 64 for place in range(len(answers))]
    graph = SimpleNamespace(head=SimpleNamespace(kind="softmax"))
    network: Any = SimpleNamespace(card=SimpleNamespace(name="Net"), graph=graph, class_names=NAMES)
    return sweep_grid(sweep, network, SweepScores(sweep, scores, (), len(answers)))


def test_each_row_is_an_amount_of_the_second_change_and_each_column_one_of_the_first() -> None:
    grid = grid_of([1, 1, 2, 0, 1, 2])
    assert (grid.network, grid.amounts) == ("Net", (0, 45, 90))
    assert [row.amount for row in grid.rows] == [0, 2]
    assert [[cell.changes for cell in row.cells] for row in grid.rows] == [
        [(f"rotation:{angle}", f"blur:{radius}") for angle in (0, 45, 90)] for radius in (0, 2)
    ]
    assert [[cell.answer for cell in row.cells] for row in grid.rows] == [
        ["class 1", "class 1", "class 2"],
        ["class 0", "class 1", "class 2"],
    ]
    assert [cell.score for row in grid.rows for cell in row.cells] == [place / 64 for place in range(1, 7)]


def test_the_legend_begins_with_the_most_frequent_answer_and_cells_have_its_numbers() -> None:
    grid = grid_of([1, 1, 2, 0, 1, 2])
    assert grid.legend == ("class 1", "class 2", "class 0")
    assert [cell.number for row in grid.rows for cell in row.cells] == [1, 1, 2, 3, 1, 2]
    assert not grid.has_rest


def test_the_rarest_of_more_than_seven_answers_have_no_number() -> None:
    grid = grid_of([8, 8, 0, 1, 2, 3, 4, 5, 6, 7], "rotation:0~90@5;blur:0~2@2")
    numbers = {cell.answer: cell.number for row in grid.rows for cell in row.cells}
    assert grid.legend == ("class 8", *(f"class {number}" for number in range(6)))
    assert (numbers["class 8"], numbers["class 5"], numbers["class 6"], numbers["class 7"]) == (1, 7, 0, 0)
    assert grid.has_rest
