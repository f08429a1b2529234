"""The chart of a sweep whose scores are chosen by hand."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from app.experiments.flips import Flip
from app.experiments.sweep import read_sweep
from app.experiments.sweep_scores import SweepScores
from app.web.pages.experiments.sweep.chart import AnswerFlip, AnswerStretch, SweepLine, SweepRow, sweep_chart

SWEEP = read_sweep("rotation:0~100@5")
SCORES = np.array([[8, 1, 0], [7, 2, 0], [3, 4, 0], [2, 4, 0], [0, 1, 5]], np.float32) / np.float32(8)
FLIPS = (Flip(25, 40, 0, 1), Flip(90, 95, 1, 2))


def inference(name: str) -> Any:
    graph = SimpleNamespace(head=SimpleNamespace(kind="softmax"))
    card = SimpleNamespace(name=name)
    return SimpleNamespace(network=SimpleNamespace(card=card, graph=graph, class_names=("cat", "dog", "owl")))


def test_one_network_has_a_line_for_each_class_and_a_stretch_for_each_answer() -> None:
    chart = sweep_chart(SWEEP, [inference("Net")], [SweepScores(SWEEP, SCORES, FLIPS, 5)])
    assert chart.lines == (SweepLine("Net", "cat"), SweepLine("Net", "dog"), SweepLine("Net", "owl"))
    (answers,) = chart.networks
    assert (answers.name, answers.first) == ("Net", "cat")
    assert answers.stretches == (
        AnswerStretch(0, 40, "cat", 0),
        AnswerStretch(40, 55, "dog", 1),
        AnswerStretch(95, 5, "owl", 2),
    )
    assert answers.flips == (
        AnswerFlip(40, 40, "dog", "rotation:40"),
        AnswerFlip(95, 95, "owl", "rotation:95"),
    )
    assert chart.rows[0] == SweepRow(0, (1, 0.125, 0), ("cat",))
    assert chart.rows[4] == SweepRow(100, (0, 0.125, 0.625), ("owl",))
    assert [(each.amount, each.change) for each in chart.pictures][1:3] == [(25, "rotation:25"), (50, "rotation:50")]


def test_several_networks_have_a_line_of_their_first_answer_each() -> None:
    results = [SweepScores(SWEEP, SCORES, FLIPS, 5), SweepScores(SWEEP, SCORES[:, ::-1], (), 5)]
    chart = sweep_chart(SWEEP, [inference("One"), inference("Two")], results)
    assert chart.lines == (SweepLine("One", "cat"), SweepLine("Two", "owl"))
    assert [each.line for each in chart.networks[0].stretches] == [0, None, None]
    assert chart.networks[1].stretches == (AnswerStretch(0, 100, "owl", 1),)
    assert chart.rows[1] == SweepRow(25, (0.875, 0.875), ("cat", "owl"))


@pytest.mark.parametrize(
    ("flips", "is_refined"), [((), True), (FLIPS[:1], False), ((Flip(25, 27.5, 0, 1),), True), (FLIPS[1:], False)]
)
def test_places_that_are_not_known_to_a_tenth_of_a_step_are_not_called_so(
    flips: tuple[Flip, ...], is_refined: bool
) -> None:
    results = [SweepScores(SWEEP, SCORES, each, 5) for each in ((), flips)]
    assert sweep_chart(SWEEP, [inference("One"), inference("Two")], results).is_refined == is_refined


@pytest.mark.parametrize(
    ("steps", "amounts"),
    [(2, [0, 100]), (5, [0, 25, 50, 75, 100]), (21, [5, 15, 25, 35, 45, 55, 65, 75, 85, 95])],
)
def test_pictures_stand_in_the_middle_of_equal_parts(steps: int, amounts: list[float]) -> None:
    sweep = read_sweep(f"rotation:0~100@{steps}")
    scores = SweepScores(sweep, np.tile(SCORES[:1], (steps, 1)), (), steps)
    assert [each.amount for each in sweep_chart(sweep, [inference("Net")], [scores]).pictures] == amounts
