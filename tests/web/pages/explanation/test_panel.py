"""What the page says of an explanation: its verdict and its charts."""

import httpx
import numpy as np
import pytest

from app.attribution.evaluation.faithfulness import Curves, Faithfulness
from app.web.pages.charts.curves import LEFT, TOP, curve_chart
from app.web.pages.explanation.map import belief
from tests.web.reading import events


def curves(removed: list[float], shown: list[float]) -> Curves:
    return Curves(np.array(removed), np.array(shown))


def measured(gains: list[float]) -> Faithfulness:
    """A map that gains half of all there is, among random ones that gain these."""
    own = curves([1.0, 0.25, 0.0], [0.0, 0.875, 1.0])
    gain = own.insertion - own.deletion
    others = [curves([1.0, 0.25, 0.0], [0.0, 0.875 + 2 * (each - gain), 1.0]) for each in gains]
    return Faithfulness(own, tuple(others), 3.0)


@pytest.mark.parametrize(
    ("gains", "verdict", "beaten"),
    [([0.1, 0.2, 0.0], "all", 3), ([0.1, 0.2, 0.9], "most", 2), ([0.1, 0.8, 0.9], "few", 1), ([0.1, 0.9], "few", 1)],
)
def test_a_map_is_believed_as_far_as_it_beats_random_ones(gains: list[float], verdict: str, beaten: int) -> None:
    found = belief(measured(gains))
    assert (found.verdict, found.beaten, found.randoms) == (verdict, beaten, len(gains))


def test_a_curve_is_drawn_from_corner_to_corner_with_its_numbers_as_rows() -> None:
    falling, low, high = np.array([1.0, 0.5, 0.0]), np.array([1.0, 0.0, 0.0]), np.array([1.0, 1.0, 0.0])
    chart = curve_chart("deletion", falling, [low, high], 1.0)
    begin, middle, end = chart.own.removeprefix("M").split("L")
    assert begin == f"{LEFT:.1f} {TOP:.1f}"
    assert middle == f"{(chart.left + chart.right) / 2:.1f} {(TOP + chart.floor) / 2:.1f}"
    assert end == f"{chart.right:.1f} {chart.floor:.1f}"
    assert [(row.share, row.score, row.random) for row in chart.rows] == [(0, 1, 1), (0.5, 0.5, 0.5), (1, 0, 0)]


@pytest.mark.parametrize("wanted", ["faithfulness", "cascade", "sweep"])
def test_what_is_measured_of_a_map_is_followed_too(client: httpx.Client, image: str, wanted: str) -> None:
    place = f"/models/lenet5/images/{image}/explanations/layercam/events"
    with client.stream("GET", place, params={"of": wanted, "target": "3"}) as answer:
        *_, (last, found) = events(answer)
    assert last == "done"
    assert found.keys() == {"min", "max", "note"}


def test_a_method_without_layers_can_not_be_swept(client: httpx.Client, image: str) -> None:
    place = f"/models/lenet5/images/{image}/explanations/saliency/events"
    with client.stream("GET", place, params={"of": "sweep"}) as answer:
        *_, (last, told) = events(answer)
    assert last == "error"
    assert told["error"]["code"] == "invalid_request"
    assert "takes no layer" in told["error"]["message"]
