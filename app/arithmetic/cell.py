"""The working of one cell of a layer, with the cells of other layers that it is made of."""

from dataclasses import dataclass

from app.arithmetic.working import Term


@dataclass(frozen=True, slots=True)
class CellAddress:
    """Where a number is: a layer's id or "input", its channel, row and column; 0, 0 for a vector."""

    layer: str
    channel: int
    y: int = 0
    x: int = 0


@dataclass(frozen=True, slots=True)
class CellWindow:
    """A rectangle of a map's cells; `bottom` and `right` are exclusive, and it may lie partly in the padding."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True, slots=True, eq=False)
class CellTerm:
    """A term of a working with the address of its number and its share among the terms of a sum.

    `layer` and `channel` are those of the map that its patch is on.
    """

    term: Term
    source: CellAddress | None
    layer: str | None
    channel: int | None
    share: float | None
    terms: tuple["CellTerm", ...] = ()


@dataclass(frozen=True, slots=True)
class CellInput:
    """A value that a layer reads: the id of the layer that computes it, and which of its cells this cell reads."""

    layer: str
    name: str
    shape: tuple[int, ...]
    window: CellWindow | None


@dataclass(frozen=True, slots=True)
class CellReader:
    """A layer that reads the cell, and which cells of one of its channels depend on it directly."""

    layer: str
    channel: int
    window: CellWindow


@dataclass(frozen=True, slots=True, eq=False)
class CellWorking:
    """How a cell is computed: `value` is onnxruntime's, `total` is recomputed from what the layer reads."""

    address: CellAddress
    op: str
    value: float
    total: float
    formula: str
    terms: tuple[CellTerm, ...]
    inputs: tuple[CellInput, ...]
    readers: tuple[CellReader, ...]
