"""What is known of one file after its inspection, and the table of all."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

CLOSE = 1e-4  # of a layer's largest magnitude
HEADING = "| File | Operator set | Layers | Values equal | Gradient | Cells | Resources | Remarks |"


@dataclass(slots=True)
class Report:
    """The inspection of one file.

    `equal` of the `layers` have every value of plain onnxruntime, bit by bit; `difference` is the largest of the rest,
    as a share of the layer's largest magnitude. `gradient` is the check of the input's gradient in words. Of one cell
    in each layer, `cells` have a working whose sum is the value. `resources` were fetched; `faults` are the answers
    that are wrong, `refusals` those that say that something is not possible, each with its count.
    """

    name: str
    opset: int = 0
    layers: int = 0
    equal: int = 0
    difference: float = 0.0
    gradient: str = ""
    cells: int = 0
    resources: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    refusals: Counter[str] = field(default_factory=Counter)
    remarks: tuple[str, ...] = ()

    @property
    def is_right(self) -> bool:
        return not self.faults and self.difference <= CLOSE

    def row(self) -> str:
        """The report as a row of the table."""
        values = f"{self.equal}" if self.equal == self.layers else f"{self.equal}, rest within {self.difference:.0e}"
        notes = [*self.remarks, *(f"{count} x {text}" for text, count in self.refusals.most_common())]
        wrong = [f"**{count} x {text}**" for text, count in self.faults.most_common()]
        cells = (self.name, self.opset or "", self.layers, values, self.gradient, self.cells, self.resources)
        return f"| {' | '.join(map(str, cells))} | {'; '.join([*wrong, *notes]).replace('|', '/')} |"


def table(reports: Iterable[Report]) -> str:
    """The reports as a table in Markdown."""
    columns = HEADING.count("|") - 1
    return "\n".join([HEADING, "|---" * columns + "|", *(report.row() for report in reports)]) + "\n"
