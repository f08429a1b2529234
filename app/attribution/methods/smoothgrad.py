"""SmoothGrad: the mean gradient at noisy copies of the picture.

D. Smilkov, N. Thorat, B. Kim, F. Viégas, M. Wattenberg, "SmoothGrad: removing noise by adding noise", 2017.
"""

from collections.abc import Iterator

import numpy as np

from app.attribution.maps import reduce_channels
from app.attribution.method import AttributionMap, Method, Options, Paper, Parameter
from app.attribution.methods.saliency import COLOURS
from app.attribution.task import AttributionTask
from app.nets.runtime import Tensor


def explain(task: AttributionTask, options: Options) -> AttributionMap:
    samples = int(options["samples"] or 0)
    copies = noisy(task.tensor, samples, float(options["noise"] or 0), int(options["seed"] or 0))
    total = np.zeros(task.tensor.shape, np.float64)
    for gradient in task.gradients(copies, samples):
        total += gradient
    return AttributionMap(reduce_channels((total / samples).astype(np.float32), str(options["colours"])))


def noisy(tensor: Tensor, samples: int, noise: float, seed: int) -> Iterator[Tensor]:
    """Copies of a tensor with normal noise, its standard deviation `noise` of the tensor's range (section 3.2)."""
    rng = np.random.default_rng(seed)
    spread = np.float32(noise) * (tensor.max() - tensor.min())
    for _ in range(samples):
        yield tensor + spread * rng.standard_normal(tensor.shape, dtype=np.float32)


METHOD = Method(
    "smoothgrad",
    "SmoothGrad",
    Paper(
        "SmoothGrad: removing noise by adding noise",
        "D. Smilkov, N. Thorat, B. Kim, F. Viégas, M. Wattenberg",
        2017,
        "https://arxiv.org/abs/1706.03825",
    ),
    "The gradient averaged over noisy copies of the picture, so that what stays is not an accident of one pixel.",
    explain,
    (
        Parameter("samples", "integer", 25, "Noisy copies.", 1, 500),
        Parameter("noise", "number", 0.15, "Standard deviation, as a share of the range of what is fed.", 0, 1),
        Parameter("seed", "integer", 0, "Of the noise: the same seed gives the same map.", 0, 2**32 - 1),
        COLOURS,
    ),
    needs_gradients=True,
    ranks_by_magnitude=True,
    slow=True,
)
