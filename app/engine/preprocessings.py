"""Preprocessings: what a network predicts for a picture that is normalised in each of the usual ways."""

from collections.abc import Hashable
from dataclasses import dataclass

from app.analysis.leading_classes import LeadingClass, leading_classes, main_classes
from app.analysis.output_reading import OutputOptions, read_outputs
from app.analysis.prediction import THRESHOLD
from app.engine.inference import Inference
from app.engine.pictures import Pictures
from app.engine.results import Key
from app.engine.runs import Runs
from app.nets.card import InputSpec
from app.nets.network import Network
from app.nets.outputs import Scores
from app.nets.preprocessing.fit import RGB
from app.nets.preprocessing.usual_inputs import UsualName, usual_inputs, usual_name
from app.nets.preprocessing.view import view_of
from app.work.job import JobHandle
from app.work.stop import Stop

Leading = tuple[LeadingClass, ...] | None


@dataclass(frozen=True, slots=True)
class Preprocessing:
    """One way to prepare the picture and the scores for it; without a `name` it is the network's own and no usual one.

    `is_in_use` is whether the network's own input is normalised in this way. `leading` is what the outputs of a network
    name first that is no classifier; None where they name no classes.
    """

    name: UsualName | None
    input: InputSpec
    is_in_use: bool
    scores: Scores
    leading: Leading = None

    @property
    def best(self) -> Hashable:
        """What it predicts: the best class, of a single unit whether its class holds, or the main ones of the outputs.

        None where the outputs name no classes.
        """
        if self.scores.kind == "vector":
            return None if self.leading is None else main_classes(self.leading)
        if self.scores.kind == "binary":
            return bool(self.scores.scores[0] >= THRESHOLD)
        return int(self.scores.logits.argmax())


@dataclass(frozen=True, slots=True)
class PreprocessingComparison:
    """The usual preprocessings with the network's own, in the order in which they are proposed."""

    ways: tuple[Preprocessing, ...]

    @property
    def top1_changes(self) -> bool | None:
        """Whether the best class depends on the preprocessing; None where the outputs name no classes."""
        predictions = {way.best for way in self.ways}
        return None if predictions == {None} else len(predictions) > 1


@dataclass(frozen=True, slots=True)
class PreprocessingComparisonKey(Key[PreprocessingComparison]):
    """The usual preprocessings of a picture for a network."""

    network: str
    image: str


class Preprocessings:
    """Predictions with the usual preprocessings, one run each."""

    def __init__(self, runs: Runs, pictures: Pictures) -> None:
        self._runs = runs
        self._pictures = pictures

    def compare(self, inference: Inference) -> JobHandle[PreprocessingComparison]:
        """The scores with each usual normalisation, and before them with the network's own if that is not one of them.

        Raises:
            NotAvailable: the network's weights are not here.
            UnknownImage: through the handle.
        """
        network = inference.network

        def work(stop: Stop) -> PreprocessingComparison:
            picture = self._pictures.get(inference.image)
            own, takes_levels = network.input_spec, network.graph.input.takes_levels
            in_use = usual_name(own, takes_levels=takes_levels)

            def run(name: UsualName | None, spec: InputSpec) -> Preprocessing:
                return Preprocessing(
                    name, spec, name == in_use, *self._run(network, view_of(picture, spec), spec, stop)
                )

            usual = usual_inputs(own, takes_levels=takes_levels)
            others = [run(name, own if name == in_use else spec) for name, spec in usual.items()]
            return PreprocessingComparison((*([] if in_use else [run(None, own)]), *others))

        return self._runs.compute(PreprocessingComparisonKey(*inference.identity), network, work)

    def _run(self, network: Network, view: RGB, spec: InputSpec, stop: Stop) -> tuple[Scores, Leading]:
        """The scores of a view that is normalised as `spec` says, and what is named first where they are no classes."""
        if network.graph.head.kind != "vector":
            return self._runs.scores(network, view, stop, spec), None
        activations = self._runs.activations(network, view, stop, spec)
        values = [activations.outputs[output.value] for output in network.outputs]
        readings = read_outputs(network.outputs, values, spec.size, OutputOptions())
        return activations.scores, leading_classes(readings, network.class_names)
