"""Exercises about a network and a photo: the answer is what its activations say."""

import numpy as np
import pytest

from app.engine.engine import Engine
from app.engine.inference import Inference
from app.errors import NotAvailable
from app.lessons.exercises.exercise import ChoiceForm
from app.lessons.exercises.networks import dead_channel, largest_contribution
from tests.conftest import SAMPLES


def inference_of(engine: Engine, model: str) -> Inference:
    image = engine.pictures.add((SAMPLES / "golf-ball.jpg").read_bytes).result().stored.id
    return Inference(engine.network(model), image)


@pytest.mark.parametrize("origin", ["1", "2", "3"])
def test_the_dead_channel_is_zero_everywhere_and_the_others_are_not(engine: Engine, origin: str) -> None:
    inference = inference_of(engine, "mobilenet_v1-imagenette")
    problem = engine.exercises.problem(dead_channel.NAME, origin, inference).result()
    assert isinstance(problem.form, ChoiceForm)
    activations = engine.layers.activations(inference).result()
    peaks = [
        inference.network.layer(each.layer).maps_of(activations.layers[each.layer])[each.channel].max()
        for each in problem.form.channels
    ]
    assert [index for index, peak in enumerate(peaks) if peak == 0] == [int(problem.answer)]


def test_another_origin_is_another_problem_and_the_same_is_the_same(engine: Engine) -> None:
    inference = inference_of(engine, "vgg16-imagenette")
    first, again, other = (
        engine.exercises.problem(largest_contribution.NAME, origin, inference).result() for origin in ("1", "1", "2")
    )
    assert first is again
    assert dict(first.question.values) != dict(other.question.values)
    assert np.isfinite(float(first.answer))


def test_a_network_of_other_layers_gives_no_problem(engine: Engine) -> None:
    lenet = inference_of(engine, "lenet5")
    with pytest.raises(NotAvailable, match="no 3 × 3 convolution"):
        engine.exercises.problem(largest_contribution.NAME, "1", lenet).result()
