"""The workings of normalisations: by hand, and against the reference evaluator and onnxruntime."""

from typing import Any

import numpy as np
import pytest

from app.arithmetic.registry import work
from app.arithmetic.working import Operation, Source
from app.errors import NoWorking
from tests.arithmetic.reference import check_with_both, check_with_runtime, floats, normal

X = normal(2, 6, 3, 4)


def moments(*shape: int) -> list[Any]:
    """Scale, bias, mean and variance."""
    return [normal(*shape), 2 * normal(*shape), 3 * normal(*shape), abs(normal(*shape)) + 0.1]


def test_a_batch_normalisation_by_hand() -> None:
    inputs = (floats([[5.0]]), floats(3), floats(1), floats(2), floats(3.99))
    working = work(Operation("BatchNormalization", 17, {"epsilon": 0.01}, inputs, (1, 1, 1)), (0, 0, 0))
    assert working.total == pytest.approx((5 - 2) / 2 * 3 + 1)
    assert working.formula == "(5 − 2) ÷ √(3.99 + 0.01) × 3 + 1 = 5.5"
    assert [(term.kind, term.source and term.source.position) for term in working.terms] == [
        ("value", 0),
        ("mean", 3),
        ("variance", 4),
        ("epsilon", None),
        ("scale", 1),
        ("bias", 2),
        ("affine", None),
    ]
    straight = working.terms[-1]
    assert straight.numbers == pytest.approx({"factor": 1.5, "offset": 1 - 2 * 1.5})
    assert [term.value for term in straight.terms] == pytest.approx([7.5, -2])


def test_a_layer_normalisation_by_hand() -> None:
    x = floats([1, 3])
    working = work(Operation("LayerNormalization", 17, {"epsilon": 0.0}, (x, floats(2, 2)), (1, 2)), (0, 1))
    _, mean, variance, *_ = working.terms
    assert (working.total, mean.value, variance.value) == (2, 2, 1)
    assert working.formula == "(3 − 2) ÷ √(1 + 0) × 2 = 2"
    assert mean.terms[0].terms[0].source == Source(0, (0, 1))


def test_the_channels_that_a_local_response_normalisation_reads() -> None:
    x = np.arange(1, 7, dtype=np.float32).reshape(1, 6, 1, 1)
    operation = Operation("LRN", 17, {"size": 5, "alpha": 0.5, "beta": 1.0, "bias": 2.0}, (x,), x.shape)
    working = work(operation, (0, 1, 0, 0))
    assert working.formula == "2 ÷ (2 + 0.5 ÷ 5 × 30) ^ 1 = 0.4"
    squares = working.terms[1]
    assert [term.source for term in squares.terms] == [Source(0, (0, channel, 0, 0)) for channel in (3, 2, 1, 0)]


def test_training_has_no_working() -> None:
    inputs = (X, *moments(6))
    with pytest.raises(NoWorking):
        work(Operation("BatchNormalization", 15, {"training_mode": 1}, inputs, X.shape), (0, 0, 0, 0))


@pytest.mark.parametrize("epsilon", [1e-5, 0.1])
@pytest.mark.parametrize("x", [X, X[..., 0], X[..., 0, 0]])
def test_batch_normalisation(x: Any, epsilon: float) -> None:
    check_with_both("BatchNormalization", [x, *moments(6)], {"epsilon": epsilon}, 15)
    check_with_runtime("BatchNormalization", [x, *moments(6)], {"epsilon": epsilon}, 9)


def test_batch_normalisation_of_places() -> None:
    check_with_runtime("BatchNormalization", [X, *moments(6, 3, 4)], {"spatial": 0}, 7)


@pytest.mark.parametrize(
    ("op", "shapes", "attributes", "opset"),
    [
        ("InstanceNormalization", [(6,), (6,)], {}, 17),
        ("InstanceNormalization", [(6,), (6,)], {"epsilon": 0.1}, 6),
        ("GroupNormalization", [(2,), (2,)], {"num_groups": 2}, 18),
        ("GroupNormalization", [(6,), (6,)], {"num_groups": 2}, 21),
        ("GroupNormalization", [(6,), (6,)], {"num_groups": 6}, 21),
        ("GroupNormalization", [(3,), (3,)], {"num_groups": 3}, 18),
        ("LayerNormalization", [(4,), (4,)], {}, 17),
        ("LayerNormalization", [(4,)], {}, 17),
        ("LayerNormalization", [(6, 3, 4), (6, 3, 4)], {"axis": 1, "epsilon": 0.1}, 17),
        ("LayerNormalization", [(3, 4), (4,)], {"axis": -2}, 17),
        ("RMSNormalization", [(3, 4)], {"axis": -2, "epsilon": 0.1}, 23),
        ("MeanVarianceNormalization", [], {}, 13),
        ("MeanVarianceNormalization", [], {"axes": [1, 2, 3]}, 13),
        ("LpNormalization", [], {}, 17),
        ("LpNormalization", [], {"axis": 1, "p": 2}, 17),
    ],
)
def test_every_number(op: str, shapes: list[tuple[int, ...]], attributes: dict[str, Any], opset: int) -> None:
    check_with_both(op, [X, *(normal(*shape) for shape in shapes)], attributes, opset)


def test_norms() -> None:
    check_with_runtime("LpNormalization", [X], {"axis": 1, "p": 1})
    check_with_runtime("LpNormalization", [0 * X], {"axis": 1})


@pytest.mark.parametrize(
    "attributes", [{"size": 3}, {"size": 5, "alpha": 0.5, "beta": 0.3, "bias": 2.0}, {"size": 7, "alpha": 1.0}]
)
def test_local_response_normalisation(attributes: dict[str, Any]) -> None:
    check_with_runtime("LRN", [X], attributes)
