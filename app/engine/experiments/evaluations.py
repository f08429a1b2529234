"""Evaluations: a network on all pictures of a collection, as they are or while one change of all of them grows."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from app.engine.experiments.batched_scores import BatchedScores
from app.engine.experiments.collections import Collections
from app.engine.experiments.many_runs import ManyRuns
from app.engine.experiments.sweeps import answer_labels
from app.engine.pictures import Pictures
from app.engine.results import Key, Results
from app.errors import InvalidRequest, NonFinite, NotAvailable
from app.experiments.accuracy.evaluation import Evaluation, PictureResult, best_classes, evaluate
from app.experiments.accuracy.evaluation_sweep import EvaluationSweep
from app.experiments.accuracy.folder_classes import classes_of_folder
from app.experiments.class_scores import class_scores
from app.experiments.sweep import SweepAxis
from app.images.collections import Collection
from app.images.perturbations.change import Change, apply_changes
from app.nets.network import Network
from app.nets.outputs import Scores
from app.nets.preprocessing.fit import RGB
from app.nets.preprocessing.view import view_of
from app.work.job import JobHandle, Progress
from app.work.stop import Stop

EXPIRED = "The picture was deleted or has expired."
MAX_STEPS = 25  # of a sweep over all pictures


@dataclass(frozen=True, slots=True)
class EvaluationKey(Key[Evaluation]):
    """The evaluation of a network on a collection after the same changes of all of its pictures.

    `images` are those that are still stored.
    """

    network: str
    collection: str
    images: tuple[str, ...]
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class EvaluationSweepKey(Key[EvaluationSweep]):
    """An evaluation at each step of a sweep."""

    network: str
    collection: str
    images: tuple[str, ...]
    axis: SweepAxis


class Evaluations:
    """Evaluations of networks on collections.

    Each question first looks which pictures are still stored, which a bucket may take long to say: ask in a thread.
    """

    def __init__(
        self, many_runs: ManyRuns, scores: BatchedScores, pictures: Pictures, collections: Collections, results: Results
    ) -> None:
        self._many_runs = many_runs
        self._scores = scores
        self._pictures = pictures
        self._collections = collections
        self._results = results

    def evaluate(
        self, network: Network, collection: Collection, changes: tuple[Change, ...] = ()
    ) -> JobHandle[Evaluation]:
        """The predictions for all pictures, after the same changes of each.

        Raises:
            NotAvailable: the network's weights are not here, or its output is no scores of classes.
            TimedOut, NetworkError: through the handle.
        """
        _require_classes(network)
        key = self._key(network, collection)

        def work(stop: Stop, progress: Progress) -> Evaluation:
            return self._evaluate(network, collection, key, stop, progress)

        return self._many_runs.compute(key, network, work)

    def sweep(self, network: Network, collection: Collection, axis: SweepAxis) -> JobHandle[EvaluationSweep]:
        """The evaluation at each amount of a change of all pictures; raises as `evaluate` does.

        Raises:
            InvalidRequest: there are too many steps.
        """
        _require_classes(network)
        if axis.steps > MAX_STEPS:
            raise InvalidRequest(f"A sweep over many pictures has at most {MAX_STEPS} steps.", max_steps=MAX_STEPS)
        changes = [(), *((change,) for amount in axis.amounts if not (change := axis.at(amount)).is_neutral)]

        def work(stop: Stop, progress: Progress) -> EvaluationSweep:
            evaluations = {}
            for place, each in enumerate(changes):
                key = self._key(network, collection, each)
                ahead = place * len(key.images), len(changes) * len(key.images)
                evaluations[each] = self._results.peek(key) or self._evaluate(
                    network, collection, key, stop, _from(progress, *ahead)
                )
                self._results.put(key, evaluations[each])
            at = [axis.at(amount) for amount in axis.amounts]
            steps = tuple(evaluations[() if change.is_neutral else (change,)] for change in at)
            return EvaluationSweep(axis, evaluations[()], steps)

        return self._many_runs.compute(self._sweep_key(network, collection, axis), network, work)

    def progress(
        self, network: Network, collection: Collection, axis: SweepAxis | None = None
    ) -> Callable[[], tuple[int, int]]:
        """What tells at any time how many runs are done, and how many there are; (0, 0) before the first.

        It looks only now which pictures are still stored.
        """
        key = self._key(network, collection) if axis is None else self._sweep_key(network, collection, axis)
        return lambda: self._many_runs.progress(key)

    def cached(self, network: Network, collection: Collection) -> Evaluation | None:
        """The evaluation, if it is in memory."""
        return self._results.cached(self._key(network, collection))

    def cached_sweep(self, network: Network, collection: Collection, axis: SweepAxis) -> EvaluationSweep | None:
        """The evaluations along a sweep, if they are in memory."""
        return self._results.cached(self._sweep_key(network, collection, axis))

    def _key(self, network: Network, collection: Collection, changes: tuple[Change, ...] = ()) -> EvaluationKey:
        return EvaluationKey(network.fingerprint, collection.id, self._collections.present(collection), changes)

    def _sweep_key(self, network: Network, collection: Collection, axis: SweepAxis) -> EvaluationSweepKey:
        return EvaluationSweepKey(network.fingerprint, collection.id, self._collections.present(collection), axis)

    def _evaluate(
        self, network: Network, collection: Collection, key: EvaluationKey, stop: Stop, progress: Progress
    ) -> Evaluation:
        labels, folders = answer_labels(network), [each.folder for each in collection.pictures]
        known = {name: classes_of_folder(labels, name) for name in dict.fromkeys(folders)}
        views = [partial(self._view, network, image, key.changes) for image in key.images]
        scores, present = self._scores.scores(network, views, stop), set(key.images)
        results, done = [], 0
        for picture in collection.pictures:
            if picture.id in present:
                results.append(_result(next(scores), known[picture.folder].classes))
                done += 1
                progress(done, len(key.images))
            else:
                results.append(PictureResult((), (), picture.problem or EXPIRED))
        return evaluate(results, folders, [*known.values()], network.graph.head.is_exclusive)

    def _view(self, network: Network, image: str, changes: Sequence[Change]) -> RGB:
        return view_of(apply_changes(self._pictures.get(image), changes), network.card.input)


def _require_classes(network: Network) -> None:
    network.require_weights()
    if not network.classes:
        raise NotAvailable(f"{network.card.name} gives no scores of classes, which an evaluation counts.")


def _result(scores: Scores, expected: tuple[int, ...]) -> PictureResult:
    """What a run says of one picture; numbers that overflow are its problem alone."""
    try:
        return PictureResult(best_classes(class_scores(scores)), expected)
    except NonFinite as error:
        return PictureResult((), (), error.message)


def _from(progress: Progress, before: int, total: int) -> Progress:
    """The progress of a part that begins after `before` runs of `total`."""
    return lambda done, _: progress(before + done, total)
