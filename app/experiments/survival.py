"""The survival of an attack: the prediction after the changed view was compressed, or moved by one pixel."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from app.experiments.attack import Attack
from app.images.perturbations.detail import compress
from app.images.perturbations.geometry import shift
from app.nets.outputs import Scores
from app.nets.preprocessing.fit import RGB
from app.work.stop import Stop

Treatment = Literal["jpeg_75", "jpeg_50", "shift"]
TREATMENTS: Mapping[Treatment, Callable[[RGB], RGB]] = MappingProxyType(
    {
        "jpeg_75": lambda view: compress(view, 75),
        "jpeg_50": lambda view: compress(view, 50),
        "shift": lambda view: shift(view, 1, 0),  # to the right; the first column is repeated
    }
)


@dataclass(frozen=True, slots=True)
class Survival:
    """The predictions for the original and for the changed view, both after the same treatment."""

    treatment: Treatment
    original: Scores
    changed: Scores


def measure_survival(view: RGB, attack: Attack, classify: Callable[[RGB], Scores], stop: Stop) -> tuple[Survival, ...]:
    """The predictions after each treatment, by two runs each."""
    measured = []
    for treatment, treat in TREATMENTS.items():
        stop.check()
        measured.append(Survival(treatment, classify(treat(view)), classify(treat(attack.view))))
    return tuple(measured)
