"""The verdict on a map, from its curves and those of random maps."""

import numpy as np
import pytest

from app.attribution.evaluation.faithfulness import Curves, Faithfulness
from app.web.pages.explanation.faithfulness import faithfulness_view


def curves(removed: list[float], shown: list[float]) -> Curves:
    return Curves(np.array(removed), np.array(shown))


def measured(gains: list[float]) -> Faithfulness:
    """A map whose insertion area less its deletion area is 0.375, among random maps with these differences."""
    own = curves([1.0, 0.25, 0.0], [0.0, 0.875, 1.0])
    gain = own.insertion - own.deletion
    others = [curves([1.0, 0.25, 0.0], [0.0, 0.875 + 2 * (each - gain), 1.0]) for each in gains]
    return Faithfulness(own, tuple(others), 3.0, is_probability=True)


@pytest.mark.parametrize(
    ("gains", "verdict", "beaten"),
    [([0.1, 0.2, 0.0], "all", 3), ([0.1, 0.2, 0.9], "most", 2), ([0.1, 0.8, 0.9], "few", 1), ([0.1, 0.9], "few", 1)],
)
def test_the_verdict_counts_the_random_maps_that_are_worse(gains: list[float], verdict: str, beaten: int) -> None:
    view = faithfulness_view(measured(gains))
    assert (view.verdict, view.beaten, view.random_maps) == (verdict, beaten, len(gains))


def test_areas_stand_beside_the_range_of_the_random_maps() -> None:
    result = measured([0.1, 0.4])
    view = faithfulness_view(result)
    low, high = (each.insertion for each in result.random)
    assert view.insertion == result.curves.insertion
    assert view.random_insertion == (low, high)
    assert view.random_deletion == (result.curves.deletion, result.curves.deletion)
    assert view.smoothness == 3.0


def test_one_chart_for_deletion_and_one_for_insertion() -> None:
    deletion, insertion = faithfulness_view(measured([0.1, 0.2])).charts
    assert [row.score for row in deletion.rows] == [1.0, 0.25, 0.0]
    assert [row.score for row in insertion.rows] == [0.0, 0.875, 1.0]


def test_next_to_no_probability_has_no_verdict() -> None:
    own, random = (curves([9e-5 * each for each in scores], [0.0, 5e-5, 9e-5]) for scores in ([1, 0, 0], [1, 0.5, 0]))
    view = faithfulness_view(Faithfulness(own, (random,) * 6, 3.0, is_probability=True))
    assert (view.verdict, view.beaten, view.score) == ("none", 6, 9e-5)


def test_a_small_activation_has_a_verdict() -> None:
    own, random = (curves([9e-5 * each for each in scores], [0.0, 5e-5, 9e-5]) for scores in ([1, 0, 0], [1, 0.5, 0]))
    assert faithfulness_view(Faithfulness(own, (random,) * 6, 3.0, is_probability=False)).verdict == "all"


@pytest.mark.parametrize("score", [0.0, 0.75])
def test_a_score_that_never_changes_has_no_verdict(score: float) -> None:
    same = curves([score] * 3, [score, score * (1 + 1e-7), score])
    assert faithfulness_view(Faithfulness(same, (same,) * 6, 3.0, is_probability=False)).verdict == "none"


def test_the_ticks_are_round_and_within_the_chart() -> None:
    for chart in faithfulness_view(measured([0.1, 0.2])).charts:
        assert [tick.value for tick in chart.up] == [0, 0.5, 1]
        assert all(tick.at - 8 >= 0 and tick.at + 8 <= chart.height for tick in chart.up)
