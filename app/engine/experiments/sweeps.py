"""Sweeps: the scores of a network while one change of a picture grows, or two of them at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from itertools import count

import numpy as np

from app.engine.experiments.batched_scores import BatchedScores
from app.engine.experiments.many_runs import ManyRuns
from app.engine.inference import Inference
from app.engine.pictures import Pictures
from app.engine.results import Key, Results
from app.errors import NotAvailable
from app.experiments.class_scores import class_scores
from app.experiments.flips import find_flips
from app.experiments.sweep import Sweep
from app.experiments.sweep_scores import SweepScores
from app.images.perturbations.change import Change, apply_changes
from app.nets.labels import possible_answers
from app.nets.network import Network
from app.nets.preprocessing.fit import RGB
from app.nets.preprocessing.view import view_of
from app.nets.session import Tensor
from app.work.job import JobHandle, Progress
from app.work.stop import Stop


@dataclass(frozen=True, slots=True)
class SweepScoresKey(Key[SweepScores]):
    """The scores of a network along a sweep of a picture."""

    network: str
    image: str
    sweep: Sweep


class Sweeps:
    """Sweeps of stored pictures. Those over several networks are made one after the other."""

    def __init__(self, many_runs: ManyRuns, scores: BatchedScores, pictures: Pictures, results: Results) -> None:
        self._many_runs = many_runs
        self._scores = scores
        self._pictures = pictures
        self._results = results

    def sweep(self, inferences: Sequence[Inference], sweep: Sweep) -> JobHandle[tuple[SweepScores, ...]]:
        """The scores along a sweep of one picture, of each network.

        Raises:
            NotAvailable: a network's weights are not here, or its output is no scores of classes.
            UnknownImage, NonFinite, TimedOut, NetworkError: through the handle.
        """
        for inference in inferences:
            inference.network.require_weights()
            if not inference.network.classes:
                raise NotAvailable(f"{inference.network.card.name} gives no scores of classes, which a sweep follows.")
        handle: JobHandle[tuple[SweepScores, ...]] = JobHandle.ready(())
        for inference in inferences:
            handle = handle.then(partial(self._append, inference, sweep))
        return handle

    def cached(self, inferences: Sequence[Inference], sweep: Sweep) -> tuple[SweepScores, ...] | None:
        """The scores along a sweep if those of every network are in memory."""
        known = [self._results.cached(SweepScoresKey(*inference.identity, sweep)) for inference in inferences]
        return None if None in known else tuple(each for each in known if each is not None)

    def progress(self, inferences: Sequence[Inference], sweep: Sweep) -> tuple[int, int]:
        """How many runs are done, and how many there are for the steps and for the flips that are known of."""
        keys = [SweepScoresKey(*inference.identity, sweep) for inference in inferences]
        done, total = 0, 0
        for key in keys:
            known = self._results.peek(key)
            under_way = (known.runs, known.runs) if known else self._many_runs.progress(key)
            done += under_way[0]
            total += under_way[1] or len(sweep.cells)
        return done, total

    def _append(
        self, inference: Inference, sweep: Sweep, before: tuple[SweepScores, ...]
    ) -> JobHandle[tuple[SweepScores, ...]]:
        return self._one(inference, sweep).then(lambda last: JobHandle.ready((*before, last)))

    def _one(self, inference: Inference, sweep: Sweep) -> JobHandle[SweepScores]:
        network = inference.network

        def work(stop: Stop, progress: Progress) -> SweepScores:
            rgb, runs = self._pictures.get(inference.image), count(1)
            total = len(sweep.cells)

            def scores_at(cells: Sequence[Sequence[Change]]) -> Tensor:
                views = [partial(_changed_view, network, rgb, cell) for cell in cells]
                rows = []
                for row in self._scores.scores(network, views, stop):
                    rows.append(class_scores(row))
                    done = next(runs)
                    progress(done, max(done, total))
                return np.stack(rows)

            def answers_at(amounts: Sequence[float]) -> list[int]:
                answers: list[int] = scores_at([(sweep.axis.at(amount),) for amount in amounts]).argmax(axis=1).tolist()
                return answers

            scores = scores_at(sweep.cells)
            answers = scores.argmax(axis=1).tolist()
            flips = () if sweep.second else find_flips(sweep.axis.amounts, answers, answers_at)
            return SweepScores(sweep, scores, flips, next(runs) - 1)

        return self._many_runs.compute(SweepScoresKey(*inference.identity, sweep), network, work)


def answer_labels(network: Network) -> Sequence[str]:
    """The label of each class that an answer may be; of a single unit those of its two sides."""
    return possible_answers(network.graph.head, network.class_names)


def _changed_view(network: Network, rgb: RGB, changes: Sequence[Change]) -> RGB:
    return view_of(apply_changes(rgb, changes), network.card.input)
