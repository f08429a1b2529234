"""The outputs of a network for a picture: they are those of its run."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from app.analysis.output_reading import OutputOptions, read_outputs
from app.engine.engine import Engine
from app.engine.inference import Inference
from app.engine.network_outputs import output_at
from app.engine.results import DrawingKey
from app.errors import UnknownOutput
from app.rendering.drawing import Drawing


@dataclass(frozen=True, slots=True)
class OutputKey(DrawingKey):
    """A drawing of all outputs."""

    image: str


def test_outputs_are_read_from_the_run_and_once(engine: Engine, inference: Inference) -> None:
    options, network = OutputOptions(), inference.network
    readings = engine.outputs.read(inference, options).result()
    outputs = engine.layers.activations(inference).result().outputs
    values = [outputs[output.value] for output in network.outputs]
    expected = read_outputs(network.outputs, values, network.card.input.size, options)
    assert len(readings) == len(network.outputs) == len(expected)
    assert [type(each) for each in readings] == [type(each) for each in expected]
    assert engine.outputs.read(inference, options).result() is readings


def test_outputs_are_numbered_from_zero(engine: Engine, inference: Inference) -> None:
    network = inference.network
    assert [output_at(network, index) for index in range(len(network.outputs))] == list(network.outputs)
    with pytest.raises(UnknownOutput, match=f"from 0 to {len(network.outputs) - 1}") as error:
        output_at(network, len(network.outputs))
    assert error.value.details["count"] == len(network.outputs)


def test_a_drawing_is_given_every_output_in_order(engine: Engine, inference: Inference) -> None:
    given: list[Any] = []

    def draw(values: Sequence[Any]) -> Drawing:
        given.extend(values)
        return Drawing(b"png", {})

    assert engine.outputs.draw(OutputKey(inference.image), inference, draw).result().png == b"png"
    outputs = engine.layers.activations(inference).result().outputs
    for value, output in zip(given, inference.network.outputs, strict=True):
        np.testing.assert_array_equal(value, outputs[output.value])
