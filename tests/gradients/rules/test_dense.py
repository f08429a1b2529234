"""Fully connected layers and matrix products: gradients agree with central differences in float64."""

import pytest

from app.errors import NotDifferentiable
from tests.gradients.probing import after, built, chain, check, check_weights, drawn, node

FLAT = after("Flatten", "x")
DENSE = {
    "Gemm": after("Gemm", "y0", drawn(40, 5), drawn(5)),
    "Gemm, transposed": after("Gemm", "y0", drawn(5, 40), transB=1, alpha=0.5, beta=2.0),
    "Gemm without bias": after("Gemm", "y0", drawn(40, 5)),
    "Gemm of one bias for all": after("Gemm", "y0", drawn(40, 5), drawn(1), beta=-0.5),
    "MatMul": after("MatMul", "y0", drawn(40, 5)),
}


@pytest.mark.parametrize("settings", DENSE)
def test_dense(settings: str) -> None:
    check(chain(FLAT, DENSE[settings], shape=(2, 4, 5)))


def test_a_gemm_of_the_transposed_input_is_not_batchable() -> None:
    turned = after("Transpose", "y0", perm=[1, 0])
    check(chain(FLAT, turned, after("Gemm", "y1", drawn(3, 40), transA=1, transB=1), shape=(2, 4, 5)), batchable=False)
    check(chain(FLAT, turned, after("Gemm", drawn(4, 40), "y1"), shape=(2, 4, 5)), batchable=False)


def test_a_bias_that_depends_on_the_input() -> None:
    product = after("MatMul", "y0", drawn(40, 5, seed=2))
    check(chain(FLAT, product, after("Gemm", "y0", drawn(40, 5), "y1", beta=2.0), shape=(2, 4, 5)), batchable=False)


def test_a_product_with_a_vector_is_refused() -> None:
    with pytest.raises(NotDifferentiable, match="is a vector"):
        built(chain(FLAT, after("MatMul", "y0", drawn(40)), shape=(2, 4, 5)))


def test_matrices_in_a_batch() -> None:
    check(chain(node("MatMul", drawn(4, 3)), shape=(2, 3, 4)))
    check(chain(after("MatMul", drawn(5, 3), "x"), shape=(2, 3, 4)))
    check(chain(node("MatMul", drawn(2, 4, 3)), shape=(2, 3, 4)))
    check(chain(after("MatMul", drawn(2, 2, 1, 5, 3), "x"), shape=(2, 3, 4)), batchable=False)
    check(chain(after("Transpose", "x", perm=[0, 1, 3, 2]), after("MatMul", "y0", "x"), shape=(2, 3, 4)))


def test_a_product_that_mixes_the_batch_is_not_batchable() -> None:
    turned = after("Transpose", "y0", perm=[1, 0])
    check(chain(FLAT, turned, after("MatMul", "y0", "y1"), shape=(2, 4, 5)), batchable=False)
    check(chain(after("MatMul", "x", drawn(1, 1, 4, 5)), shape=(3, 4)), batchable=False)
    check(chain(after("MatMul", "x", drawn(1, 1, 4, 5)), shape=(2, 3, 4)))


@pytest.mark.parametrize("settings", [settings for settings in DENSE if settings.startswith("Gemm")])
def test_the_weights_of_a_fully_connected_layer(settings: str) -> None:
    check_weights(chain(FLAT, DENSE[settings], shape=(2, 4, 5)))


def test_weights_of_other_operators_are_refused() -> None:
    with pytest.raises(NotDifferentiable, match="with respect to its weights"):
        built(chain(node("Mul", drawn(2, 4, 5)), shape=(2, 4, 5)), with_respect_to=("c0",))
