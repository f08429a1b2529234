"""RISE: random masks, each weighted by the probability that is left of the class under it.

V. Petsiuk, A. Das, K. Saenko, "RISE: Randomized Input Sampling for Explanation of Black-box Models", BMVC 2018.
"""

from collections import deque
from collections.abc import Iterator
from math import ceil

import numpy as np

from app.attribution.maps import upsample
from app.attribution.method import AttributionMap, Method, Options, Paper, Parameter
from app.attribution.task import AttributionTask
from app.nets.runtime import Tensor


def explain(task: AttributionTask, options: Options) -> AttributionMap:
    """Equation 6: the mean of the masks, weighted by the scores and divided by how much of the picture masks show."""
    count, keep = int(options["masks"] or 0), float(options["keep"] or 0)
    drawn = masks(*task.size, count, int(options["cells"] or 0), keep, int(options["seed"] or 0))
    held: deque[Tensor] = deque()

    def masked() -> Iterator[Tensor]:
        for mask in drawn:
            held.append(mask)
            yield task.tensor * mask

    total = np.zeros(task.size)
    for score in task.iter_scores(masked(), count, as_probability=True):
        total += score * held.popleft()
    return AttributionMap((total / (count * keep)).astype(np.float32))


def masks(height: int, width: int, count: int, cells: int, keep: float, seed: int) -> Iterator[Tensor]:
    """Masks (height, width) from 0 to 1: `cells` x `cells` that show the picture or not, enlarged and shifted."""
    rng = np.random.default_rng(seed)
    tall, wide = ceil(height / cells), ceil(width / cells)
    for _ in range(count):
        grid = (rng.random((cells, cells)) < keep).astype(np.float32)
        top, left = int(rng.integers(tall)), int(rng.integers(wide))
        large = upsample(grid, (cells + 1) * tall, (cells + 1) * wide)
        yield large[top : top + height, left : left + width]


METHOD = Method(
    "rise",
    "RISE",
    Paper(
        "RISE: Randomized Input Sampling for Explanation of Black-box Models",
        "V. Petsiuk, A. Das, K. Saenko",
        2018,
        "https://arxiv.org/abs/1806.07421",
    ),
    "The picture is shown through random masks; the masks that leave the class likely are added up. It never looks "
    "inside the network.",
    explain,
    (
        Parameter("masks", "integer", 500, "How many; the authors take 4000 to 8000.", 10, 8000),
        Parameter("cells", "integer", 7, "Of a mask along each side, before it is enlarged.", 2, 32),
        Parameter("keep", "number", 0.5, "Share of a mask's cells that show the picture.", 0.05, 0.95),
        Parameter("seed", "integer", 0, "Of the masks: the same seed gives the same map.", 0, 2**32 - 1),
    ),
    slow=True,
)
