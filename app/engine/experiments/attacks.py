"""Attacks: the smallest change of a picture that changes a network's prediction, and whether it survives."""

from dataclasses import dataclass
from functools import partial

import numpy as np

from app.attribution.target import find_class
from app.engine.experiments.many_runs import ManyRuns
from app.engine.inference import Inference
from app.engine.pictures import DecodedPicture, Pictures
from app.engine.results import Key, Results
from app.engine.runs import Runs
from app.errors import UnknownImage
from app.experiments.attack import (
    Attack,
    AttackMethod,
    AttackTask,
    ChangeSize,
    change_size,
    require_classes,
    run_attack,
)
from app.experiments.survival import Survival, measure_survival
from app.gradients.backward_graphs import BackwardGraphs
from app.images.decode import Picture
from app.nets.network import Network
from app.nets.preprocessing.fit import RGB
from app.nets.preprocessing.view import picture_of_view, view_of
from app.work.job import JobHandle, Progress
from app.work.stop import Stop


@dataclass(frozen=True, slots=True)
class AttackRequest:
    """How a network is attacked; `target` is the class to reach, None for any other than the prediction."""

    method: AttackMethod
    target: int | None = None


def read_attack(network: Network, method: AttackMethod, target: str) -> AttackRequest:
    """The attack with this class to reach, or any if the text is empty; raises InvalidRequest as `find_class` does."""
    return AttackRequest(method, find_class(network.labels, target) if target else None)


@dataclass(frozen=True, slots=True, eq=False)
class AttackStudy:
    """An attack with all that is measured of it.

    `original` is the view before it. `picture` has the changed view as its view if `is_exact`; else the network's
    preprocessing makes another one of it.
    """

    attack: Attack
    original: RGB
    size: ChangeSize
    survival: tuple[Survival, ...]
    picture: Picture
    is_exact: bool


@dataclass(frozen=True, slots=True)
class AttackKey(Key[AttackStudy]):
    """All that an attack depends on."""

    network: str
    image: str
    request: AttackRequest


class Attacks:
    """Attacks on what networks predict for stored pictures; each takes tens of runs."""

    def __init__(
        self, runs: Runs, many_runs: ManyRuns, pictures: Pictures, results: Results, graphs: BackwardGraphs
    ) -> None:
        self._runs = runs
        self._many_runs = many_runs
        self._pictures = pictures
        self._results = results
        self._graphs = graphs

    def attack(self, inference: Inference, request: AttackRequest) -> JobHandle[AttackStudy]:
        """The smallest change that succeeds, and what becomes of it.

        Raises:
            NotAvailable: the network's weights are not here, or its output is no softmax over classes.
            InvalidRequest, NotDifferentiable, UnknownImage, NonFinite, TimedOut: through the handle.
        """
        network = inference.network
        network.require_weights()
        require_classes(network)

        def work(stop: Stop, progress: Progress) -> AttackStudy:
            view, classify = self._pictures.view(inference), partial(self._runs.scores, network, stop=stop)
            graphs, method, target = self._graphs.of(network), request.method, request.target
            attack = run_attack(AttackTask(graphs, view, method, target, classify, stop, progress))
            survival = measure_survival(view, attack, classify, stop)
            return self._study(inference, view, attack, survival)

        return self._many_runs.compute(AttackKey(*inference.identity, request), network, work)

    def cached(self, inference: Inference, request: AttackRequest) -> AttackStudy | None:
        """The attack if it is in memory, else None."""
        return self._results.cached(AttackKey(*inference.identity, request))

    def progress(self, inference: Inference, request: AttackRequest) -> tuple[int, int]:
        """How many runs are done, and the most there may be; (0, 0) before the first and after the last."""
        return self._many_runs.progress(AttackKey(*inference.identity, request))

    def store(self, study: AttackStudy) -> str:
        """The id of the changed picture, which is stored again if it has expired; raises StorageFull."""
        try:
            self._pictures.require(study.picture.id)
        except UnknownImage:
            self._pictures.store(DecodedPicture(study.picture, 0))
        return study.picture.id

    def _study(self, inference: Inference, view: RGB, attack: Attack, survival: tuple[Survival, ...]) -> AttackStudy:
        spec = inference.network.card.input
        changed = picture_of_view(attack.view, self._pictures.get(inference.image), spec)
        is_exact = np.array_equal(view_of(changed, spec), attack.view)
        height, width = changed.shape[:2]
        picture = Picture(changed, "computed", width, height)
        return AttackStudy(attack, view, change_size(view, attack.view), survival, picture, is_exact)
