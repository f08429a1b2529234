"""Gradients by depth, against the differences of outputs and what is known of random weights."""

import numpy as np
import pytest

from app.gradients.gradient_norms import stack_gradient_norms
from app.gradients.small_networks import StackSpec, convolution_stack
from app.nets.runtime import start_runtime
from app.work.stop import Stop
from tests.gradients.probing import Doubles, opened

RUNTIME = start_runtime("cpu", 1)
DISTANCE = 1e-3


def norms(spec: StackSpec) -> tuple[float, ...]:
    return stack_gradient_norms(spec, RUNTIME, Stop())


@pytest.mark.parametrize("is_residual", [False, True])
@pytest.mark.parametrize("is_normalised", [False, True])
def test_the_norm_at_the_input_is_that_of_the_slopes(is_residual: bool, is_normalised: bool) -> None:
    """The slope along a random direction is normally distributed, with the norm as its standard deviation."""
    spec = StackSpec(3, 0.7, 1, is_residual, is_normalised)
    random = np.random.default_rng(spec.seed)
    image, direction = random.standard_normal((2, 1, 16, 16, 16))
    direction /= np.linalg.norm(direction)
    session = opened(convolution_stack(spec))

    def outputs(images: Doubles) -> Doubles:
        (results,) = session.run(None, {"image": images.astype(np.float32)})
        return np.asarray(np.sum(results.astype(np.float64) * direction, axis=(1, 2, 3)))

    steps = random.standard_normal((200, *image.shape[1:])) * DISTANCE
    slopes = (outputs(image + steps) - outputs(image - steps)) / (2 * DISTANCE)
    assert np.sqrt(np.mean(slopes**2)) == pytest.approx(norms(spec)[0], rel=0.15)


def test_the_gradient_at_the_last_layer_has_the_length_1() -> None:
    found = norms(StackSpec(5, 0.5, 3))
    assert len(found) == 6
    assert found[-1] == pytest.approx(1)


def test_small_weights_make_it_vanish_without_skip_connections_only() -> None:
    plain, residual = (norms(StackSpec(20, 0.4, 1, is_residual)) for is_residual in (False, True))
    assert plain[0] == pytest.approx(0.4**20, rel=2)
    assert 1 < residual[0] < 10


def test_large_weights_make_it_explode_and_more_so_with_skip_connections() -> None:
    plain, residual = (norms(StackSpec(20, 1.5, 1, is_residual)) for is_residual in (False, True))
    assert residual[0] > plain[0] > 100


def test_normalised_layers_do_not_depend_on_the_scale_of_their_weights() -> None:
    small, large = (norms(StackSpec(20, scale, 1, is_normalised=True)) for scale in (0.4, 1.5))
    assert small == pytest.approx(large, rel=0.02)
    assert 5 < small[0] < 100
