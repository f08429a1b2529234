"""Some steps of training, against PyTorch's autograd and its SGD."""

import numpy as np
import pytest

pytest.importorskip("torch", reason="PyTorch, of the extra `training`, is not installed")

import torch

from app.gradients.small_networks import initial_weights, shapes_of, small_classifier
from app.gradients.trainable import Trainable
from app.images.drawn_digits import draw_digits
from app.nets.runtime import start_runtime
from app.work.stop import Stop

STEPS, RATE = 20, 0.1


def test_twenty_steps_lead_to_the_weights_of_pytorch():
    model, digits = small_classifier(14, 4, 10), draw_digits(4, seed=1)
    parameters = initial_weights(shapes_of(model), seed=1)
    weights = {name: torch.tensor(values, requires_grad=True) for name, values in parameters.items()}
    optimizer = torch.optim.SGD(weights.values(), lr=RATE)
    trainable = Trainable(model, start_runtime("cpu", 1))
    for _ in range(STEPS):
        gradients = trainable.batch_loss(parameters, digits.images, digits.labels, Stop()).gradients
        parameters = {name: values - np.float32(RATE) * gradients[name] for name, values in parameters.items()}
        maps = torch.nn.functional.conv2d(torch.tensor(digits.images), weights["kernels"], weights["bias"])
        pooled = torch.nn.functional.max_pool2d(maps.relu(), 2).flatten(1)
        loss = torch.nn.functional.cross_entropy(
            pooled @ weights["weights"].T + weights["offsets"], torch.tensor(digits.labels)
        )
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    for name, values in weights.items():
        np.testing.assert_allclose(parameters[name], values.detach().numpy(), rtol=1e-3, atol=1e-5)
