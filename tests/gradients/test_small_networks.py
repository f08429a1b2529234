"""Small networks built here, run by the ONNX reference."""

import numpy as np
from onnx.reference import ReferenceEvaluator

from app.gradients.small_networks import (
    CHANNELS,
    SIDE,
    StackSpec,
    convolution_stack,
    initial_weights,
    shapes_of,
    small_classifier,
)


def test_the_classifier_gives_the_logarithms_of_probabilities() -> None:
    model = small_classifier(14, 4, 10)
    image = np.random.default_rng(0).random((3, 1, 14, 14)).astype(np.float32)
    evaluator = ReferenceEvaluator(model)
    (found,) = map(np.asarray, evaluator.run(None, {"image": image}))
    np.testing.assert_allclose(np.exp(found), 0.1, rtol=1e-6)


def test_weights_are_drawn_with_a_variance_of_2_over_the_inputs_of_a_neuron() -> None:
    weights = initial_weights(shapes_of(small_classifier(14, 64, 200)), seed=0)
    assert weights["kernels"].shape == (64, 1, 3, 3)
    assert abs(weights["kernels"].var() / (2 / 9) - 1) < 0.2
    assert abs(weights["weights"].var() / (2 / (64 * 36)) - 1) < 0.02
    assert not weights["bias"].any()


def test_the_inputs_are_batches_of_one_channel_and_of_maps() -> None:
    for model, shape in (
        (small_classifier(14, 4, 10), [1, 14, 14]),
        (convolution_stack(StackSpec(2, 1, 0)), [CHANNELS, SIDE, SIDE]),
    ):
        batch, *own = model.graph.input[0].type.tensor_type.shape.dim
        assert (batch.dim_param, [dim.dim_value for dim in own]) == ("N", shape)
