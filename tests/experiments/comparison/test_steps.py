"""The steps of a network: a layer, and those after it that belong to it."""

import numpy as np
from onnx import numpy_helper

from app.experiments.comparison.steps import steps_of
from app.nets.graph import read_graph
from tests.nets.onnx_text import parse_network

# The rectifier at the end comes after the addition in the file and reads another layer.
BODY = "a = Conv (x, k)  b = Relu (a)  c = Conv (b, k)  s = Add (c, b)  r = Relu (a)  y = Sub (s, r)"


def test_an_activation_belongs_to_the_layer_that_it_reads_and_to_no_other() -> None:
    model = parse_network(BODY)
    model.graph.initializer.append(numpy_helper.from_array(np.ones((3, 3, 1, 1), np.float32), "k"))
    graph = read_graph(model)
    steps = list(steps_of(graph.layers))
    assert [[layer.op for layer in step.layers] for step in steps] == [
        ["Conv", "Relu"],
        ["Conv"],
        ["Add"],
        ["Relu"],
        ["Sub"],
    ]
    first = steps[0]
    assert (first.lead.op, first.last.op) == ("Conv", "Relu")
    assert first.params == 9
    assert first.macs == 9 * 64
    assert sum(step.macs for step in steps) == graph.macs


def test_the_output_of_a_step_is_that_of_its_last_layer_however_many_it_has() -> None:
    body = "t = Tan (x)  a = Relu (t)  b = Sigmoid (a)  c = Relu (b)  s = Add (c, x)  y = Flatten (s)"
    first, second, *_ = steps_of(read_graph(parse_network(body)).layers)
    assert [layer.op for layer in first.layers][-1] == first.last.op == "Relu"
    assert len(first.layers) == 4
    assert second.lead == second.last == second.layers[0]


def test_no_layers_have_no_steps() -> None:
    assert list(steps_of([])) == []
