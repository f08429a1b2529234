"""A sweep as comma-separated values: the best classes of each network at each cell."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from app.experiments.sweep import Sweep
from app.experiments.sweep_scores import SweepScores

FORMULA = ("=", "+", "-", "@", "\t", "\r")  # a spreadsheet computes a cell that begins with one of these


def sweep_table(sweep: Sweep, networks: Iterable[tuple[str, Sequence[str], SweepScores]], count: int) -> str:
    """The table with the best `count` classes; each network by its id, the labels of its classes and its scores."""
    axes = [axis for axis in (sweep.axis, sweep.second) if axis]
    file = io.StringIO()
    table = csv.writer(file)
    amounts = [f"{axis.change.name} {axis.parameter.name}" for axis in axes]
    table.writerow(["network", *amounts, "rank", "class", "label", "score"])
    for network, labels, result in networks:
        table.writerows([plain(network), *row] for row in _rows(sweep, labels, result, count))
    return file.getvalue()


def plain(text: str) -> str:
    """Text of a stranger as a cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text


def _rows(sweep: Sweep, labels: Sequence[str], result: SweepScores, count: int) -> Iterator[list[object]]:
    second = [[amount] for amount in sweep.second.amounts] if sweep.second else [[]]
    cells = [[amount, *other] for other in second for amount in sweep.axis.amounts]
    for cell, scores in zip(cells, result.scores, strict=True):
        for rank, index in enumerate((-scores).argsort(kind="stable")[:count].tolist(), 1):
            yield [*cell, rank, index, plain(labels[index]), float(scores[index])]
