"""Predictions: the scores of a network for a picture, stored before or just coming in."""

from collections.abc import Callable
from dataclasses import dataclass

from app.engine.activations import ActivationsKey, SummaryKey
from app.engine.inference import Inference
from app.engine.pictures import Pictures, Upload, join_notes
from app.engine.results import Key, Results
from app.engine.runs import Runs
from app.nets.network import Network
from app.nets.outputs import Scores
from app.nets.preprocessing.digit_view import digit_note
from app.nets.preprocessing.fit import RGB, Fit
from app.nets.preprocessing.view import view_of
from app.work.job import JobHandle
from app.work.stop import Stop


@dataclass(frozen=True, slots=True)
class Classification:
    """A picture that was added, what a reader must know of it, and the network's run on it, under way."""

    upload: Upload
    note: str | None
    scores: JobHandle[Scores]


@dataclass(frozen=True, slots=True)
class ScoresKey(Key[Scores]):
    """The scores for a picture; `fit` where it is prepared in another way than the network's own."""

    network: str
    image: str
    fit: Fit | None = None


class Predictions:
    """Scores by the quickest way there is."""

    def __init__(self, runs: Runs, pictures: Pictures, results: Results) -> None:
        self._runs = runs
        self._pictures = pictures
        self._results = results

    def classify(self, network: Network, read: Callable[[], bytes]) -> JobHandle[Classification]:
        """Add a picture as `Pictures.add` does, and run the network on it while the picture is written to the store.

        Raises:
            NotAvailable: the network's weights are not here.
        """
        network.require_weights()

        def work(stop: Stop) -> Classification:
            decoded = self._pictures.decode(read, stop)
            rgb, spec = decoded.picture.rgb, network.card.input
            view = view_of(rgb, spec)
            scores = self._scores(Inference(network, decoded.picture.id), lambda: view)
            stop.on_set(scores.release)
            try:
                upload = self._pictures.store(decoded)
            except BaseException:
                scores.release()
                raise
            return Classification(upload, join_notes(upload.stored.note, digit_note(rgb, spec)), scores)

        return self._results.drawing.submit(object(), work)

    def scores(self, inference: Inference, fit: Fit | None = None) -> JobHandle[Scores]:
        """The scores: those of activations that are kept, else of a run without activations.

        With `fit` they are for a picture prepared in another way, from one run, and kept.

        Raises:
            NotAvailable: the network's weights are not here.
            UnknownImage: through the handle.
        """
        if fit is None:
            inference.network.require_weights()
            return self._scores(inference, lambda: self._pictures.view(inference))

        def work(stop: Stop) -> Scores:
            return self._runs.scores(inference.network, self._pictures.view(inference, fit), stop)

        return self._runs.compute(ScoresKey(*inference.identity, fit), inference.network, work)

    def _scores(self, inference: Inference, view: Callable[[], RGB]) -> JobHandle[Scores]:
        identity = inference.identity
        known = self._results.cached(SummaryKey(*identity)) or self._results.cached(ActivationsKey(*identity))
        if known is not None:
            return JobHandle.ready(known.scores)

        def work(stop: Stop) -> Scores:
            return self._runs.scores(inference.network, view(), stop)

        return self._runs.submit(ScoresKey(*inference.identity), inference.network, work)
