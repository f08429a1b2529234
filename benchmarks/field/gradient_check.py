"""The gradient of one number of the output with respect to the input, against autograd or against differences."""

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from app.errors import ConvScopeError
from app.gradients.differentiable import Differentiable, GradientQuery
from app.gradients.targets import CellValue
from app.nets.layer import INPUT, Layer
from app.nets.network import Network
from app.work.stop import Stop
from benchmarks.field.plain_run import PlainNetwork

Array = npt.NDArray[Any]
STEPS = (1e-1, 1e-2, 1e-3)  # of a difference, along a direction of length 1 per number: the best counts
AUTOGRAD = 1e-3  # of the gradient's largest magnitude
DIFFERENCE = 5e-2  # of the derivative
KINK = 0.02  # of the numbers at most: rounding decides on which side of a kink a few cells are
SEEN = 20  # steps of float32 that a value must change by
ROUNDING = {"QuantizeLinear", "DynamicQuantizeLinear", "QLinearConv"}  # the gradient is not that of a difference


def check_gradient(network: Network, plain: PlainNetwork, path: Path, tensor: Array) -> tuple[str, bool]:
    """The check in words, and whether it holds; also where there is no gradient.

    Beside a file that PyTorch exported, `NAME.npz` has an input, the index of a number of the output in its flat form,
    and the gradient that autograd gives for it.
    """
    reference = path.with_suffix(".npz")
    layer = network.graph.scores
    if reference.exists():
        stored = np.load(reference)
        tensor, index = stored["input"], int(stored["index"])
    else:  # noise: a photo may saturate a network that was trained on something else
        tensor = np.random.default_rng(0).standard_normal(tensor.shape, np.float32)
        index = _middle(layer.without_batch(plain.run(network.feeds(tensor))[layer.output]))
    try:
        gradient = _gradient(network, layer, index, tensor)
    except ConvScopeError as refusal:
        return f"none: {refusal.message}", True
    if not np.isfinite(gradient).all():
        return "not finite", False
    if reference.exists():
        errors = np.abs(gradient - stored["gradient"]) / (np.abs(stored["gradient"]).max() or 1)
        share = float((~(errors <= AUTOGRAD)).mean())  # NaN is beyond any limit
        if 0 < share <= KINK:
            return f"autograd, but for {share:.1%} at a kink", True
        return f"autograd, within {errors.max():.0e}", not share
    if any(each.op in ROUNDING for each in network.graph.layers):
        return "straight through rounding", True
    values = network.graph.operators.values
    if any(values[each.output].dtype == np.float16 for each in network.graph.layers):
        return "of the same network in float32", True  # half precision is too coarse for differences
    value = layer.without_batch(plain.run(network.feeds(tensor))[layer.output]).reshape(-1)[index]
    if np.linalg.norm(gradient) * STEPS[0] < SEEN * np.spacing(np.float32(value)):
        return "too small for differences", True
    error = _against_differences(network, plain, tensor, (layer, index, gradient))
    return f"differences, within {error:.0e}", error <= DIFFERENCE


def _middle(output: Array) -> int:
    """The index of the number that is nearest to the middle of the range: of a probability, where it has a slope."""
    numbers = output.astype(np.float64).reshape(-1)
    return int(np.abs(numbers - (numbers.max() + numbers.min()) / 2).argmin())


def _gradient(network: Network, layer: Layer, index: int, tensor: Array) -> Array:
    place = layer.cell_of([int(at) for at in np.unravel_index(index, layer.shape)])
    query = GradientQuery(CellValue(layer.id, *place), (INPUT,))
    return Differentiable(network).run(tensor, query, Stop()).gradients[INPUT]


def _against_differences(
    network: Network, plain: PlainNetwork, tensor: Array, target: tuple[Layer, int, Array]
) -> float:
    """How far the derivative along the gradient, and along it with noise, is from a central difference."""
    layer, index, gradient = target
    rng = np.random.default_rng(0)

    def value(at: Array) -> float:
        output = plain.run(network.feeds(at.astype(np.float32)))[layer.output]
        return float(layer.without_batch(output).astype(np.float64).reshape(-1)[index])

    length = float(np.linalg.norm(gradient)) or 1.0
    along = gradient / length
    noise = rng.standard_normal(gradient.shape)
    worst = 0.0
    for direction in (along, along + noise / np.linalg.norm(noise) / 2):
        expected = float((gradient * direction).sum())
        errors = [
            abs((value(tensor + step * direction) - value(tensor - step * direction)) / (2 * step) - expected) / length
            for step in STEPS
        ]
        worst = max(worst, min(errors))
    return worst
