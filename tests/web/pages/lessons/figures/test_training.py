"""The figure of a network in training, on a running server."""

import re
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import httpx
import numpy as np
import pytest

from app.engine.digit_training import LearningPoint, TrainingKey, TrainingRun
from app.engine.engine import Engine
from app.images.drawn_digits import DrawnDigits
from app.web.pages.lessons.figures.training import TrainingFigure, TrainingState, gather_training
from tests.web.pages.conftest import result_of
from tests.web.pages.lessons.figures.conftest import GatherFigure


def state(site: httpx.Client, query: str) -> tuple[int, float, float]:
    """The steps, the loss and the accuracy in per cent that the figure names."""
    page = site.get(f"/figures/training?{query}").raise_for_status().text.replace("\N{NO-BREAK SPACE}", " ")
    (found,) = re.findall(r"After (\d+) steps: loss ([\d.]+), accuracy ([\d.]+) %\.", page)
    return int(found[0]), float(found[1]), float(found[2])


def test_more_steps_give_a_smaller_loss_and_more_right_digits(site: httpx.Client) -> None:
    begin, middle, end = (state(site, f"step={step}") for step in (0, 30, 120))
    assert (begin[0], middle[0], end[0]) == (0, 30, 120)
    assert begin[1] > middle[1] > end[1]
    assert begin[2] < middle[2] < end[2]


def test_the_page_has_the_ten_digits_and_the_four_kernels(site: httpx.Client) -> None:
    page = site.get("/figures/training?step=1").raise_for_status().text
    assert re.findall(r'aria-label="A drawn (\d)"', page) == list("0123456789")
    assert len(set(re.findall(r'data-cell="(kernel\d)\.', page))) == 4


def test_without_scripts_links_lead_to_further_steps_and_back(site: httpx.Client) -> None:
    page = site.get("/figures/training?step=20").raise_for_status().text
    assert set(re.findall(r'href="\?step=(\d+)"', page)) == {"21", "30", "0"}
    assert 'href="?step=301"' not in site.get("/figures/training?step=300").text


def test_the_figure_is_that_of_the_run(gather_figure: GatherFigure, engine: Engine) -> None:
    run = engine.training.run(TrainingKey(0.1, 1, 3)).result()
    figure = gather_figure("training", rate=0.1, seed=1, step=3)
    assert (figure.steps, figure.last, figure.overflowed) == (3, run.points[-1], False)
    assert figure.weights == sum(values.size for values in run.first.values())
    assert [values for _, (values,) in figure.loss.rows] == [point.loss for point in run.points]
    assert [values for _, (values,) in figure.accuracy.rows] == [100 * point.accuracy for point in run.points]
    assert [place for place, _ in figure.loss.rows] == [0, 1, 2, 3]
    assert figure.accuracy.up[-1].value == 100
    kernels = [[[cell.value for cell in row] for row in kernel.rows] for kernel in figure.kernels]
    np.testing.assert_allclose(kernels, run.parameters["kernels"][:, 0], rtol=1e-6)
    for digit, image, row in zip(figure.digits, run.digits.images, run.probabilities, strict=True):
        assert (digit.predicted, digit.probability) == (row.argmax(), row.max())
        drawn = np.zeros((digit.side, digit.side))
        for colour, path in digit.shades:
            (brightness,) = set(re.findall(r"[\d.]+(?=%)", colour))
            assert not path.replace("h1v1h-1z", "").strip("M 0123456789")
            for x, y in re.findall(r"M(\d+) (\d+)h", path):
                assert drawn[int(y), int(x)] == 0
                drawn[int(y), int(x)] = float(brightness) / 100
        np.testing.assert_allclose(drawn, image[0], atol=1 / 16 + 1e-6)
        assert len(np.unique(drawn)) <= 9
    assert [digit.label for digit in figure.digits] == run.digits.labels.tolist()


def run_by_hand(losses: list[float]) -> TrainingRun:
    digits = DrawnDigits(np.zeros((1, 1, 2, 2), np.float32), np.zeros(1, np.int64))
    points = tuple(LearningPoint(loss, 0.5) for loss in losses)
    weights = {"kernels": np.ones((1, 1, 2, 2), np.float32)}
    return TrainingRun(points, weights, weights, digits, np.ones((1, 10), np.float32))


def figure_of(run: TrainingRun, step: int) -> TrainingFigure:
    async def wait(handle: TrainingRun) -> TrainingRun:
        return handle

    client: Any = SimpleNamespace(
        wait=wait, engine=SimpleNamespace(training=SimpleNamespace(run=lambda key: replace(run)))
    )
    return result_of(gather_training(client, TrainingState(step=step)))


@pytest.mark.parametrize(
    ("step", "end"), [(0, 50), (50, 50), (51, 100), (100, 100), (101, 200), (201, 300), (300, 300)]
)
def test_the_lower_axis_has_room_for_all_steps(step: int, end: int) -> None:
    figure = figure_of(run_by_hand([1.0] * (step + 1)), step)
    for chart in (figure.loss, figure.accuracy):
        across = float(chart.lines[0].path.rpartition("L")[2].rpartition("M")[2].split()[0])
        assert across == pytest.approx(chart.left + step / end * (chart.right - chart.left), abs=0.1)


@pytest.mark.parametrize(
    ("losses", "step", "overflowed"),
    [([2.0, 1.0], 1, False), ([2.0, np.inf], 1, True), ([2.0, np.nan], 1, True), ([2.0, 1.0], 2, True)],
)
def test_a_run_that_ends_early_or_in_no_number_has_overflowed(losses: list[float], step: int, overflowed: bool) -> None:
    assert figure_of(run_by_hand(losses), step).overflowed is overflowed
