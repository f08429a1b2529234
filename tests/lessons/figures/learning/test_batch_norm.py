"""Batch normalisation, against the ONNX reference in training mode."""

import numpy as np
import pytest
from onnx import TensorProto, helper
from onnx.reference import ReferenceEvaluator

from app.errors import InvalidRequest
from app.lessons.figures.kind import read_state
from app.lessons.figures.learning.batch_norm import BatchNormState, draw_batch_norm
from app.lessons.figures.matrix import FigureMatrix


def numbers(matrix: FigureMatrix) -> list[list[float]]:
    return [[cell.value for cell in row] for row in matrix.rows]


def test_the_output_is_that_of_the_onnx_reference_in_training() -> None:
    names = ["x", "gamma", "beta", "mean", "variance"]
    node = helper.make_node(
        "BatchNormalization", names, ["y", "new mean", "new variance"], training_mode=1, momentum=0.0
    )
    values = [helper.make_tensor_value_info(name, TensorProto.DOUBLE, None) for name in [*names, *node.output]]
    graph = helper.make_graph([node], "norm", values[:5], values[5:])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    batch = np.array([[1.0, 10, -2], [3, 30, -3], [5, 20, -1], [7, 40, -6]])
    feeds = [batch, np.array([2.0, 1, -1]), np.array([0.0, 5, 1]), np.zeros(3), np.ones(3)]
    results = ReferenceEvaluator(model).run(None, dict(zip(names, feeds, strict=True)))
    expected, mean, variance = (np.asarray(result) for result in results)
    figure = draw_batch_norm(BatchNormState(gamma="2 1 -1", beta="0 5 1"))
    np.testing.assert_allclose(numbers(figure.output), expected)
    np.testing.assert_allclose(numbers(figure.mean)[0], mean)
    np.testing.assert_allclose(numbers(figure.variance)[0], variance)


def test_every_channel_has_mean_0_and_variance_1_afterwards() -> None:
    normalised = np.array(numbers(draw_batch_norm(BatchNormState()).normalised))
    np.testing.assert_allclose(normalised.mean(0), 0, atol=1e-12)
    np.testing.assert_allclose(normalised.var(0), 1, rtol=1e-5)


def test_the_steps_are_written_out() -> None:
    figure = draw_batch_norm(BatchNormState(row=1, column=1))
    assert figure.working == "(30 − 25) / √(125 + 1e−05) = 0.447214"
    assert figure.mean.rows[0][2].working == "(−2 − 3 − 1 − 6) / 4 = −3"
    assert figure.variance.rows[0][0].working == "((−3)² + (−1)² + 1² + 3²) / 4 = 5"


def test_gamma_must_have_a_number_for_each_channel() -> None:
    with pytest.raises(InvalidRequest, match="each of the 3 channels"):
        draw_batch_norm(read_state(BatchNormState, {"gamma": "1 2"}))
