"""Exercises about a network and a photo: the answer is what its activations say."""

from random import Random
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

from app.arithmetic.operands import Operands
from app.engine.engine import Engine
from app.engine.exercises import _cells, _is_suitable
from app.engine.inference import Inference
from app.errors import NotAvailable
from app.lessons.exercises.exercise import ChoiceForm
from app.lessons.exercises.networks import dead_channel, largest_contribution
from app.lessons.exercises.networks.dead_channel import LayerPeaks
from app.work.stop import Stop
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


@pytest.mark.parametrize(
    ("op", "attributes", "is_spatial", "expected"),
    [
        ("Conv", {"kernel_shape": [3, 3]}, True, True),
        ("Conv", {"kernel_shape": [3, 3], "group": 1}, True, True),
        ("Conv", {"kernel_shape": [3, 3], "group": 2}, True, False),
        ("Conv", {"kernel_shape": [1, 1]}, True, False),
        ("Conv", {"kernel_shape": [5, 5]}, True, False),
        ("Conv", {"kernel_shape": [3]}, True, False),
        ("Conv", {}, True, False),
        ("Conv", {"kernel_shape": [3, 3]}, False, False),
        ("ConvTranspose", {"kernel_shape": [3, 3]}, True, False),
        ("AveragePool", {"kernel_shape": [3, 3]}, True, False),
    ],
)
def test_contributions_are_asked_of_3_by_3_convolutions(
    op: str, attributes: dict[str, Any], is_spatial: bool, expected: bool
) -> None:
    layer: Any = SimpleNamespace(op=op, attributes=attributes, is_spatial=is_spatial)
    assert _is_suitable(layer) == expected


def test_dead_channels_are_looked_for_in_maps_without_negative_numbers(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each of these outputs has a channel whose largest number is 0."""
    rectified = np.ones((5, 4, 3), np.float32)
    rectified[2] = 0
    rectified[3, 1, 1] = 7
    outputs = {"rectified": rectified, "negative": rectified - (rectified == 1), "vector": rectified[:, :1, :1]}
    outputs["negative"][2, 0, 0] = -1
    layers = [SimpleNamespace(id=name, is_spatial=name != "vector", maps_of=lambda values: values) for name in outputs]
    inference: Any = SimpleNamespace(network=SimpleNamespace(graph=SimpleNamespace(layers=layers)))
    activations: Any = SimpleNamespace(layers=outputs)
    monkeypatch.setattr("app.engine.exercises.draw_dead_channel", lambda random, suitable: suitable)
    (found,) = cast("list[LayerPeaks]", engine.exercises._dead_channel(Random(1), inference, activations, Stop()))
    assert (found.layer, found.peaks.tolist()) == ("rectified", [1, 1, 0, 7, 1])
    outputs["rectified"] = rectified + 1
    with pytest.raises(NotAvailable, match="has a dead channel"):
        engine.exercises._dead_channel(Random(1), inference, activations, Stop())


def test_the_windows_of_a_cell_add_up_to_its_number(engine: Engine) -> None:
    inference = inference_of(engine, "vgg16-imagenette")
    network, activations = inference.network, engine.layers.activations(inference).result().layers
    layers = [layer for layer in network.graph.layers if _is_suitable(layer)]
    operands = Operands(network, activations, lambda: engine.pictures.input_tensor(inference))
    cells = list(_cells(Random(3), layers, operands, Stop()))
    at_border = [
        not (0 < cell.y < network.layer(cell.layer).map_shape[1] - 1)
        or not (0 < cell.x < network.layer(cell.layer).map_shape[2] - 1)
        for cell in cells
    ]
    assert [not cell.windows for cell in cells] == at_border
    assert any(at_border)
    for cell in cells:
        bias = network.constant(network.graph.weight_values(network.layer(cell.layer))["bias"])[cell.channel]
        total = sum(each.contribution for each in cell.windows) + bias
        assert not cell.windows or total == pytest.approx(
            activations[cell.layer][cell.channel, cell.y, cell.x], abs=1e-3
        )
        assert all(each.window.shape == (3, 3) for each in cell.windows)
