"""How faithful a map is: its deletion and insertion curves among those of random maps, and the verdict."""

from dataclasses import dataclass
from typing import Literal

from app.attribution.evaluation.faithfulness import Faithfulness
from app.web.pages.charts.curves import CurveChart, curve_chart


@dataclass(frozen=True, slots=True)
class FaithfulnessView:
    """The areas under a map's curves, the smallest and largest of those of random maps, and the verdict.

    The map is better than `beaten` of `random_maps` random maps: than all, most or few of them; the verdict is "none"
    if that can't be measured with the `score` of the input. `smoothness` is in pixels.
    """

    verdict: Literal["all", "most", "few", "none"]
    score: float
    is_probability: bool
    beaten: int
    random_maps: int
    deletion: float
    insertion: float
    random_deletion: tuple[float, float]
    random_insertion: tuple[float, float]
    smoothness: float
    charts: tuple[CurveChart, CurveChart]


def faithfulness_view(measured: Faithfulness) -> FaithfulnessView:
    """The verdict on a map, and the charts of its curves."""
    own, random = measured.curves, measured.random
    beaten = count_beaten(measured)
    top = max(
        1e-9,
        *(float(curve.max()) for each in (own, *random) for curve in (each.deletion_scores, each.insertion_scores)),
    )
    return FaithfulnessView(
        verdict=_verdict(measured),
        score=measured.score,
        is_probability=measured.is_probability,
        beaten=beaten,
        random_maps=len(random),
        deletion=own.deletion,
        insertion=own.insertion,
        random_deletion=_range([each.deletion for each in random]),
        random_insertion=_range([each.insertion for each in random]),
        smoothness=measured.deviation,
        charts=(
            curve_chart("deletion", own.deletion_scores, [each.deletion_scores for each in random], top),
            curve_chart("insertion", own.insertion_scores, [each.insertion_scores for each in random], top),
        ),
    )


def _verdict(measured: Faithfulness) -> Literal["all", "most", "few", "none"]:
    if not measured.is_measurable:
        return "none"
    beaten, count = count_beaten(measured), len(measured.random)
    return "all" if beaten == count else "most" if 2 * beaten > count else "few"


def count_beaten(measured: Faithfulness) -> int:
    """How many of the random maps the map is better than."""
    return round(measured.better_than * len(measured.random))


def _range(values: list[float]) -> tuple[float, float]:
    return min(values), max(values)
