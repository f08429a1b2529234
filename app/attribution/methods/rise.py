"""RISE: random masks, each weighted by the probability of the class for the masked input.

V. Petsiuk, A. Das, K. Saenko, "RISE: Randomized Input Sampling for Explanation of Black-box Models", BMVC 2018.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil

import numpy as np

from app.attribution.maps import upsample
from app.attribution.method import AttributionMap, Method, MethodPaper, Options, Parameter
from app.attribution.methods.smoothgrad import SEED
from app.attribution.task import AttributionTask
from app.nets.session import Tensor


def explain(task: AttributionTask, options: Options) -> AttributionMap:
    """Equation 6: the mean of the masks, weighted by the scores and divided by the share that masks leave visible."""
    masks = RandomMasks(
        int(options["masks"] or 0), int(options["cells"] or 0), float(options["keep"] or 0), int(options["seed"] or 0)
    )
    pending: deque[Tensor] = deque()

    def masked_inputs() -> Iterator[Tensor]:
        for mask in masks.draw(*task.size):
            pending.append(mask)
            yield task.tensor * mask

    total = np.zeros(task.size)
    for score in task.iter_scores(masked_inputs(), masks.count, as_probability=True):
        total += score * pending.popleft()
    return AttributionMap((total / (masks.count * masks.keep)).astype(np.float32))


@dataclass(frozen=True, slots=True)
class RandomMasks:
    """`count` grids of `cells` x `cells`, each cell visible with the probability `keep`; a pure function of `seed`."""

    count: int
    cells: int
    keep: float
    seed: int

    def draw(self, height: int, width: int) -> Iterator[Tensor]:
        """The masks (height, width) from 0 to 1: grids upsampled and shifted at random."""
        rng = np.random.default_rng(self.seed)
        cell_h, cell_w = ceil(height / self.cells), ceil(width / self.cells)
        for _ in range(self.count):
            grid = (rng.random((self.cells, self.cells)) < self.keep).astype(np.float32)
            top, left = int(rng.integers(cell_h)), int(rng.integers(cell_w))
            large = upsample(grid, (self.cells + 1) * cell_h, (self.cells + 1) * cell_w)
            yield large[top : top + height, left : left + width]


METHOD = Method(
    "rise",
    "RISE",
    MethodPaper(
        "RISE: Randomized Input Sampling for Explanation of Black-box Models",
        "V. Petsiuk, A. Das, K. Saenko",
        2018,
        "https://arxiv.org/abs/1806.07421",
    ),
    "Covers the picture with random masks and averages them, weighted by the probability of the class. It uses the "
    "network as a black box.",
    explain,
    (
        Parameter("masks", "integer", 500, "Number of masks; the authors use 4000 to 8000.", 10, 8000),
        Parameter("cells", "integer", 7, "Cells of a mask along each side before it is upsampled.", 2, 32),
        Parameter("keep", "number", 0.5, "Share of a mask's cells that leave the picture visible.", 0.05, 0.95),
        SEED,
    ),
    slow=True,
)
