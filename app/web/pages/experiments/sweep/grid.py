"""The grid of two changes at once: a picture and an answer for each pair of amounts."""

from dataclasses import dataclass

from app.engine.experiments.sweeps import answer_labels
from app.experiments.sweep import Sweep
from app.experiments.sweep_scores import SweepScores
from app.nets.labels import distinct_labels
from app.nets.network import Network

NUMBERED = 7  # answers with a colour of their own


@dataclass(frozen=True, slots=True)
class SweepCell:
    """The answer for one pair of changes: its number in the legend, 0 without one, and its score."""

    changes: tuple[str, ...]
    answer: str
    number: int
    score: float


@dataclass(frozen=True, slots=True)
class SweepGridRow:
    """The cells of one amount of the second change."""

    amount: float
    cells: tuple[SweepCell, ...]


@dataclass(frozen=True, slots=True)
class SweepGrid:
    """The grid of one network; `legend` has the answers by their numbers, the most frequent first."""

    network: str
    amounts: tuple[float, ...]
    rows: tuple[SweepGridRow, ...]
    legend: tuple[str, ...]

    @property
    def has_rest(self) -> bool:
        """Whether there are answers without a number."""
        return any(not cell.number for row in self.rows for cell in row.cells)


def sweep_grid(sweep: Sweep, network: Network, result: SweepScores) -> SweepGrid:
    """The grid of a sweep of two changes."""
    labels, answers = distinct_labels(answer_labels(network)), result.answers
    frequent = sorted(set(answers), key=lambda answer: (-answers.count(answer), answer))[:NUMBERED]
    columns = sweep.axis.amounts
    cells = [
        SweepCell(
            tuple(map(str, changes)),
            labels[answer],
            frequent.index(answer) + 1 if answer in frequent else 0,
            float(result.scores[cell, answer]),
        )
        for cell, (changes, answer) in enumerate(zip(sweep.cells, answers, strict=True))
    ]
    second = sweep.second.amounts if sweep.second else ()
    return SweepGrid(
        network=network.card.name,
        amounts=columns,
        rows=tuple(
            SweepGridRow(amount, tuple(cells[row * len(columns) : (row + 1) * len(columns)]))
            for row, amount in enumerate(second)
        ),
        legend=tuple(labels[answer] for answer in frequent),
    )
