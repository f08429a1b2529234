"""Normalisation: gradients agree with central differences in float64."""

from typing import Any

import numpy as np
import pytest

from app.errors import NotDifferentiable
from tests.gradients.probing import MAPS, Doubles, Floats, after, built, chain, check, drawn, node


def test_batch_normalisation() -> None:
    statistics = drawn(4), drawn(4), drawn(4), np.abs(drawn(4))
    check(chain(node("BatchNormalization", *statistics, epsilon=0.01), shape=MAPS))


def test_a_convolution_whose_weight_is_normalised() -> None:
    """Standardised weights, as PyTorch exports them: by their own statistics, as in training."""
    weight, ones = drawn(6, 4, 9), np.ones(6, np.float32)
    turned = after("Transpose", weight, perm=[1, 0, 2])
    own = after("BatchNormalization", "y0", ones, ones, ones, ones, training_mode=1, outputs=3)
    shaped = [after("Transpose", "y1", perm=[1, 0, 2]), after("Reshape", "y2", np.array([6, 4, 3, 3]))]

    def by_hand(x: Doubles) -> Doubles:
        deviations = weight - weight.mean((1, 2), keepdims=True)
        kernel = (deviations / np.sqrt(weight.var((1, 2), keepdims=True) + 1e-5) + 1).reshape(6, 4, 3, 3)
        windows = np.lib.stride_tricks.sliding_window_view(x, (3, 3), (2, 3))
        return np.asarray(np.einsum("bchwij,kcij->bkhw", windows, kernel))

    check(chain(turned, own, *shaped, after("Conv", "x", "y3"), shape=MAPS), by=by_hand)


@pytest.mark.parametrize("size", [1, 3, 9])
def test_normalisation_by_neighbours(size: int) -> None:
    def by_hand(x: Doubles) -> Doubles:
        squares = np.pad(x**2, ((0, 0), (size // 2, size // 2), (0, 0), (0, 0)))
        total = sum(squares[:, first : first + x.shape[1]] for first in range(size))
        return np.asarray(x / (1.5 + 0.3 / size * total) ** 0.6)

    check(chain(node("LRN", size=size, alpha=0.3, beta=0.6, bias=1.5), shape=MAPS), by=by_hand)


def standardised(x: Doubles, axes: tuple[int, ...], epsilon: float) -> Doubles:
    return np.asarray((x - x.mean(axes, keepdims=True)) / np.sqrt(x.var(axes, keepdims=True) + epsilon))


def test_instance_normalisation() -> None:
    scale, bias = drawn(4), drawn(4, seed=2)

    def by_hand(x: Doubles) -> Doubles:
        return standardised(x, (2, 3), 0.01) * scale.reshape(4, 1, 1) + bias.reshape(4, 1, 1)

    check(chain(node("InstanceNormalization", scale, bias, epsilon=0.01), shape=MAPS), by=by_hand)


@pytest.mark.parametrize(("opset", "lengths"), [(18, 2), (21, 4)])
def test_group_normalisation(opset: int, lengths: int) -> None:
    scale, bias = drawn(lengths), drawn(lengths, seed=2)

    def by_hand(x: Doubles) -> Doubles:
        grouped = standardised(x.reshape(len(x), 2, -1), (2,), 1e-5).reshape(x.shape)
        return grouped * scale.repeat(4 // lengths).reshape(4, 1, 1) + bias.repeat(4 // lengths).reshape(4, 1, 1)

    check(chain(node("GroupNormalization", scale, bias, num_groups=2), shape=MAPS, opset=opset), by=by_hand)


def test_group_normalisation_as_pytorch_exports_it() -> None:
    nodes = [
        node("Reshape", np.array([0, 2, -1])),
        after("InstanceNormalization", "y0", np.ones(2, np.float32), np.zeros(2, np.float32)),
        after("Reshape", "y1", np.array([-1, *MAPS])),
        after("Mul", "y2", drawn(4, 1, 1)),
    ]

    def by_hand(x: Doubles) -> Doubles:
        grouped = standardised(x.reshape(len(x), 2, -1), (2,), 1e-5)
        return np.asarray(grouped.reshape(x.shape) * drawn(4, 1, 1))

    check(chain(*nodes, shape=MAPS), by=by_hand)


# The normalised axes, the scale and bias, and the attributes.
LAYERS: dict[str, tuple[tuple[int, ...], list[Floats], dict[str, Any]]] = {
    "over the last axis": ((3,), [drawn(6), drawn(6, seed=2)], {}),
    "over the last axis, without a bias": ((3,), [drawn(6)], {"epsilon": 0.1}),
    "over two axes": ((2, 3), [drawn(5, 6), drawn(5, 6, seed=2)], {"axis": 2}),
    "over all axes but the first": ((1, 2, 3), [drawn(4, 1, 1), drawn(5, 6, seed=2)], {"axis": -3}),
}


@pytest.mark.parametrize("settings", LAYERS)
def test_layer_normalisation(settings: str) -> None:
    axes, constants, attributes = LAYERS[settings]

    def by_hand(x: Doubles) -> Doubles:
        scaled = standardised(x, axes, attributes.get("epsilon", 1e-5)) * constants[0]
        return np.asarray(scaled + constants[1] if len(constants) > 1 else scaled)

    check(chain(node("LayerNormalization", *constants, **attributes), shape=MAPS), by=by_hand)


def test_layer_normalisation_written_out() -> None:
    nodes = [
        node("ReduceMean", np.array([-1])), after("Sub", "x", "y0"), after("Pow", "y1", np.float32(2)),
        after("ReduceMean", "y2", np.array([-1])), after("Add", "y3", np.float32(1e-5)), after("Sqrt", "y4"),
        after("Div", "y1", "y5"), after("Mul", "y6", drawn(6)),
    ]  # fmt: skip
    check(chain(*nodes, shape=MAPS), by=lambda x: standardised(x, (3,), 1e-5) * drawn(6))


def test_layer_normalisation_over_the_batch_is_not_batchable() -> None:
    check(chain(node("LayerNormalization", drawn(1, *MAPS), axis=0), shape=MAPS), batchable=False)


def test_the_mean_that_layer_normalisation_returns_has_no_gradient() -> None:
    norm = ("LayerNormalization", ["x", drawn(6)], {"outputs": 2})
    with pytest.raises(NotDifferentiable, match="mean or deviation is used"):
        built(chain(norm, after("Add", "y0", "y0.1"), shape=MAPS))


@pytest.mark.parametrize("op", ["InstanceNormalization", "LayerNormalization"])
def test_a_scale_that_depends_on_the_input_has_no_gradient(op: str) -> None:
    pooled = [node("GlobalAveragePool"), after("Flatten", "y0"), after("Squeeze", "y1", np.array([0]))]
    with pytest.raises(NotDifferentiable, match="scale or bias depends on the input"):
        built(chain(*pooled, after(op, "x", "y2", drawn(4)), shape=(4, 5, 4)))


def test_statistics_that_depend_on_the_input_have_no_gradient() -> None:
    mean = after("ReduceMean", "x", np.array([0, 2, 3]), keepdims=0)
    norm = after("BatchNormalization", "x", drawn(4), drawn(4), "y0", np.abs(drawn(4)))
    with pytest.raises(NotDifferentiable, match="statistics depend on the input"):
        built(chain(mean, norm, shape=MAPS))


@pytest.mark.parametrize("axis", [-1, 2])
def test_normalisation_by_the_root_of_the_mean_square(axis: int) -> None:
    axes, scale = tuple(range(axis % 4, 4)), drawn(*MAPS[axis % 4 - 1 :])

    def by_hand(x: Doubles) -> Doubles:
        return np.asarray(x / np.sqrt((x**2).mean(axes, keepdims=True) + 0.01) * scale)

    check(chain(node("RMSNormalization", scale, axis=axis, epsilon=0.01), shape=MAPS, opset=23), by=by_hand)


@pytest.mark.parametrize("p", [1, 2])
def test_normalisation_by_a_length(p: int) -> None:
    def by_hand(x: Doubles) -> Doubles:
        return np.asarray(x / (np.abs(x) ** p).sum(1, keepdims=True) ** (1 / p))

    check(chain(node("LpNormalization", axis=1, p=p), shape=MAPS), by=by_hand)


@pytest.mark.parametrize("p", [1, 2])
def test_where_there_is_no_length_the_gradient_is_0(p: int) -> None:
    """Where a ReLU leaves no channel, for example."""
    dead = [node("Sub", np.float32(9)), after("Relu", "y0"), after("LpNormalization", "y1", axis=1, p=p)]

    def by_hand(x: Doubles) -> Doubles:
        return np.zeros_like(x)

    check(chain(*dead, shape=MAPS), by=by_hand)
