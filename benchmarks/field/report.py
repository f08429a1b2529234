"""What is known of one file after its inspection, the table of all, and the document that has it."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import onnxruntime as ort

DOCUMENT = Path(__file__).parents[2] / "docs" / "own-networks-field.md"
BEGIN, END = "<!-- table -->", "<!-- /table -->"
CLOSE = 1e-4  # of a layer's largest magnitude
LONGEST = 160  # of a remark in the table
HEADING = "| File | Made by | ONNX | Layers | Equal | Gradient | Cells | Resources | Remarks |"
RULE = "|---" * (HEADING.count("|") - 1) + "|"


@dataclass(slots=True)
class Report:
    """The inspection of one file.

    `producer` is what the file says of the program that wrote it. `equal` of the `layers` have every value of plain
    onnxruntime, bit by bit; `difference` is the largest of the rest, as a share of the layer's largest magnitude.
    `gradient` is the check of the input's gradient in words. Of one cell in each layer, `cells` have a working whose
    sum is the value. `resources` were fetched; `faults` are the answers that are wrong, `refusals` those that say that
    something is not possible, each with its count.
    """

    name: str
    producer: str = ""
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
        values = "all" if self.equal == self.layers else f"{self.equal}, the rest within {self.difference:.0e}"
        notes = [*self.remarks, *(text if count == 1 else f"{text} ({count})" for text, count in self.refusals.items())]
        wrong = [f"**{text} ({count})**" for text, count in self.faults.items()]
        shown = "; ".join(_short(note) for note in [*wrong, *notes] if note not in self.gradient).replace("|", "/")
        cells = "all" if self.cells == self.layers else self.cells
        columns = (
            self.name,
            self.producer,
            self.opset,
            self.layers,
            values,
            self.gradient,
            cells,
            self.resources,
            shown,
        )
        return f"| {' | '.join(map(str, columns))} |"


def table(reports: Iterable[Report]) -> str:
    """The reports as a table in Markdown."""
    return "\n".join([HEADING, RULE, *(report.row() for report in reports)]) + "\n"


def write_document(reports: Iterable[Report]) -> None:
    """Put the rows into the document's table, each in place of the one before for the same file."""
    before, _, rest = DOCUMENT.read_text("utf-8").partition(BEGIN)
    old, _, after = rest.partition(END)
    rows = {row.split("|")[1].strip(): row for row in old.splitlines() if row.startswith("| ") and row != HEADING}
    rows |= {report.name: report.row() for report in reports}
    body = "\n".join([HEADING, RULE, *(rows[name] for name in sorted(rows))])
    heading = f"{BEGIN}\nWith onnxruntime {ort.__version__}:\n\n"
    DOCUMENT.write_text(f"{before}{heading}{body}\n{END}{after}", "utf-8")


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST].rstrip()} ..."
