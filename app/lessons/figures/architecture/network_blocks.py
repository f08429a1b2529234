"""A network drawn as blocks from left to right: maps as a stack of squares, numbers without a place as a bar."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log2, prod

HEIGHT = 104  # of the drawing without its labels, in pixels
LEAST, SQUARE, SHEET = 8.0, 64.0, 2.5  # the smallest side, the largest one, and the shift of each sheet of a stack
BAR, BAR_UNIT = 10.0, 7.2
SLOT, LETTER, GAP = 62.0, 8.0, 18.0  # the least width of a block, of a letter of its label, and between two blocks
MAX_SHEETS = 12


@dataclass(frozen=True, slots=True)
class NetworkBlock:
    """One block: its front face, how far the stack goes back, and the middle of its label.

    `shape` is (height, width, channels) or (units,); `sheets` grows with the logarithm of the channels.
    """

    kind: str
    shape: tuple[int, ...]
    left: float
    top: float
    width: float
    height: float
    depth: float
    middle: float


def network_blocks(layers: Sequence[tuple[str, tuple[int, ...]]]) -> tuple[NetworkBlock, ...]:
    """The blocks of layers by their kinds and shapes, the input first."""
    largest = max(shape[0] for _, shape in layers if len(shape) == 3)
    blocks, left = [], 0.0
    for kind, shape in layers:
        if len(shape) == 3:
            side = LEAST + (SQUARE - LEAST) * shape[0] / largest
            width, height, depth = side, side, SHEET * min(MAX_SHEETS, log2(1 + shape[2]))
        else:
            width, height, depth = BAR, min(HEIGHT, LEAST + BAR_UNIT * log2(1 + prod(shape))), 0.0
        slot = max(SLOT, width + depth, LETTER * len("×".join(map(str, shape))))
        x = left + (slot - width - depth) / 2
        blocks.append(
            NetworkBlock(kind, shape, x, (HEIGHT - height + depth) / 2, width, height, depth, left + slot / 2)
        )
        left += slot + GAP
    return tuple(blocks)
