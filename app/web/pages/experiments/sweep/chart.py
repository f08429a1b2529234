"""The chart of a sweep along one change: scores, the answers below them, and pictures along the axis."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.engine.experiments.sweeps import answer_labels
from app.engine.inference import Inference
from app.experiments.sweep import Sweep
from app.experiments.sweep_scores import SweepScores
from app.nets.labels import distinct_labels
from app.nets.network import Network
from app.web.pages.charts.wide_lines import Span, WideChart, wide_chart

FOLLOWED = 4  # classes of one network, each with a line of its own
PICTURES = 10
WHOLE = Span(0, 1)


@dataclass(frozen=True, slots=True)
class SweepLine:
    """A line of the chart: the network and the class whose score it is."""

    network: str
    label: str


@dataclass(frozen=True, slots=True)
class AnswerStretch:
    """A stretch of the axis with one answer, in per cent; `line` is the index of its line, None without one."""

    x: float
    width: float
    label: str
    line: int | None


@dataclass(frozen=True, slots=True)
class AnswerFlip:
    """Where the answer becomes another one: the first amount at which it is `after`, and the change of that amount."""

    at: float
    x: float
    after: str
    change: str


@dataclass(frozen=True, slots=True)
class NetworkAnswers:
    """The answers of one network along the axis."""

    name: str
    first: str
    stretches: tuple[AnswerStretch, ...]
    flips: tuple[AnswerFlip, ...]


@dataclass(frozen=True, slots=True)
class StepPicture:
    """A picture along the axis: its amount, and the change of that amount."""

    amount: float
    change: str


@dataclass(frozen=True, slots=True)
class SweepRow:
    """One step as numbers: its amount, the score of each line, and the answer of each network."""

    amount: float
    scores: tuple[float, ...]
    answers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SweepChart:
    """The chart, and the pictures along its axis, each in the middle of its share of it.

    `is_refined` is whether each flip is known to a tenth of a step.
    """

    chart: WideChart
    lines: tuple[SweepLine, ...]
    networks: tuple[NetworkAnswers, ...]
    pictures: tuple[StepPicture, ...]
    rows: tuple[SweepRow, ...]
    is_refined: bool


def sweep_chart(sweep: Sweep, inferences: Sequence[Inference], results: Sequence[SweepScores]) -> SweepChart:
    """The chart of a sweep: of one network the classes that matter, of several the first answer of each."""
    axis = sweep.axis
    runs = [
        (each.network, distinct_labels(answer_labels(each.network)), result)
        for each, result in zip(inferences, results, strict=True)
    ]
    lines: list[SweepLine] = []
    scores: dict[str, list[float]] = {}
    answers = []
    for network, labels, result in runs:
        followed = result.classes(FOLLOWED) if len(runs) == 1 else (result.answers[0],)
        places = {index: len(lines) + place for place, index in enumerate(followed)}
        lines += [SweepLine(network.card.name, labels[index]) for index in places]
        names = {index: labels[index] if len(runs) == 1 else str(place) for index, place in places.items()}
        scores |= {names[index]: result.scores[:, index].tolist() for index in places}
        answers.append(_answers(network, result, places))
    series = {name: list(zip(axis.amounts, values, strict=True)) for name, values in scores.items()}
    return SweepChart(
        chart=wide_chart(series, Span(axis.start, axis.stop), WHOLE),
        lines=tuple(lines),
        networks=tuple(answers),
        pictures=tuple(
            StepPicture(axis.amounts[step], str(axis.at(axis.amounts[step]))) for step in _pictured(axis.steps)
        ),
        rows=tuple(
            SweepRow(
                amount,
                tuple(values[step] for values in scores.values()),
                tuple(labels[result.answers[step]] for _, labels, result in runs),
            )
            for step, amount in enumerate(axis.amounts)
        ),
        is_refined=all(result.is_refined for result in results),
    )


def _pictured(steps: int) -> list[int]:
    """The steps whose pictures stand along the axis: the nearest to the middle of each of its equal parts."""
    count = min(PICTURES, steps)
    return [round((part + 0.5) / count * (steps - 1)) for part in range(count)]


def _answers(network: Network, result: SweepScores, lines: Mapping[int, int]) -> NetworkAnswers:
    """The answers of a network; `lines` are the places of the lines of classes."""
    axis, labels = result.sweep.axis, distinct_labels(answer_labels(network))
    places = [Span(axis.start, axis.stop).share(flip.high) for flip in result.flips]
    answers = [result.answers[0], *(flip.after for flip in result.flips)]
    return NetworkAnswers(
        name=network.card.name,
        first=labels[answers[0]],
        stretches=tuple(
            AnswerStretch(begin, end - begin, labels[answer], lines.get(answer))
            for answer, begin, end in zip(answers, [0.0, *places], [*places, 100.0], strict=True)
        ),
        flips=tuple(
            AnswerFlip(flip.high, x, labels[flip.after], str(axis.at(flip.high)))
            for flip, x in zip(result.flips, places, strict=True)
        ),
    )
