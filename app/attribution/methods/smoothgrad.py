"""SmoothGrad: the mean gradient over noisy copies of the input.

D. Smilkov, N. Thorat, B. Kim, F. Viégas, M. Wattenberg, "SmoothGrad: removing noise by adding noise", 2017.
"""

from collections.abc import Iterator

import numpy as np

from app.attribution.maps import reduce_channels
from app.attribution.method import AttributionMap, Method, MethodPaper, Options, Parameter
from app.attribution.methods.saliency import COLOURS
from app.attribution.task import AttributionTask
from app.nets.session import Tensor

SEED = Parameter("seed", "integer", 0, "Seed of the random numbers: the same seed gives the same map.", 0, 2**32 - 1)


def explain(task: AttributionTask, options: Options) -> AttributionMap:
    samples = int(options["samples"] or 0)
    copies = noisy_inputs(task.tensor, samples, float(options["noise"] or 0), int(options["seed"] or 0))
    total = np.zeros(task.tensor.shape, np.float64)
    for gradient in task.gradients(copies, samples):
        total += gradient
    return AttributionMap(reduce_channels((total / samples).astype(np.float32), str(options["colours"])))


def noisy_inputs(tensor: Tensor, samples: int, noise: float, seed: int) -> Iterator[Tensor]:
    """Copies of a tensor with Gaussian noise of a deviation of `noise` times the tensor's range (section 3.2)."""
    rng = np.random.default_rng(seed)
    deviation = np.float32(noise) * (tensor.max() - tensor.min())
    for _ in range(samples):
        yield tensor + deviation * rng.standard_normal(tensor.shape, dtype=np.float32)


METHOD = Method(
    "smoothgrad",
    "SmoothGrad",
    MethodPaper(
        "SmoothGrad: removing noise by adding noise",
        "D. Smilkov, N. Thorat, B. Kim, F. Viégas, M. Wattenberg",
        2017,
        "https://arxiv.org/abs/1706.03825",
    ),
    "The mean gradient over noisy copies of the input, which averages out the noise of single pixels.",
    explain,
    (
        Parameter("samples", "integer", 25, "Number of noisy copies.", 1, 500),
        Parameter(
            "noise", "number", 0.15, "Standard deviation of the noise, as a share of the input tensor's range.", 0, 1
        ),
        SEED,
        COLOURS,
    ),
    needs_gradients=True,
    ranks_by_magnitude=True,
    slow=True,
)
