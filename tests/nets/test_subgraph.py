"""The part of a network from one layer on."""

from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import parser
from onnx.reference import ReferenceEvaluator

from app.errors import InvalidRequest
from app.nets.card import read_card
from app.nets.network import Network
from app.nets.runtime import Runtime
from app.nets.subgraph import subgraph_before, subgraph_from
from app.work.stop import Stop

MODELS = Path(__file__).parents[2] / "models"


def branched() -> onnx.ModelProto:
    return parser.parse_model(
        '<ir_version: 8, opset_import: ["": 17]> g (float[1, 2] x) => (float[1, 2] y)'
        "<float[2] w = {2, 3}, float[2] v = {5, 7}>"
        "{ a = Mul (x, w)  b = Relu (a)  c = Mul (x, v)  d = Sub (b, c)  y = Neg (d)  other = Exp (b) }"
    )


def test_values_that_bypass_the_start_are_side_inputs() -> None:
    end = subgraph_from(branched(), "x", "b", ["y"])
    assert end.side_inputs == ("c",)
    (y,) = ReferenceEvaluator(end.model).run(
        None, {"b": np.array([[1, 2]], np.float32), "c": np.array([[10, 20]], np.float32)}
    )
    np.testing.assert_array_equal(y, [[9, 18]])


def test_only_the_needed_nodes_are_kept() -> None:
    graph = subgraph_from(branched(), "x", "a", ["y"]).model.graph
    assert [node.op_type for node in graph.node] == ["Relu", "Sub", "Neg"]
    assert not graph.initializer


def test_the_part_before_a_value_has_what_it_reads_and_no_more() -> None:
    graph = subgraph_before(branched(), "d").graph
    assert [node.op_type for node in graph.node] == ["Mul", "Relu", "Mul", "Sub"]
    assert [value.name for value in graph.input] == ["x"]
    assert [tensor.name for tensor in subgraph_before(branched(), "c").graph.initializer] == ["v"]


@pytest.mark.parametrize("output", ["c", "b"])
def test_an_output_that_is_not_computed_from_the_start_is_refused(output: str) -> None:
    with pytest.raises(InvalidRequest):
        subgraph_from(branched(), "x", "b", [output])


@pytest.mark.parametrize("layer", ["conv5_2.relu2", "conv4_1.bn1"])  # all passes through the first, not the second
def test_the_subgraph_of_a_real_network_computes_its_logits(layer: str) -> None:
    card = read_card(MODELS / "resnet18-imagenette.json")
    network = Network(card, MODELS / "resnet18-imagenette.onnx", ("",) * 10, Runtime("cpu", "cpu", threads=2))
    view = np.random.default_rng(0).integers(0, 256, (card.input.height, card.input.width, 3)).astype(np.uint8)
    activations = network.activations(view, Stop())
    graph = network.graph
    end = subgraph_from(network.model, graph.input.name, graph.by_id[layer].output, [graph.logits.output])
    made = {each.output: activations.layers[each.id] for each in graph.layers}
    feeds = {name: np.repeat(made[name][np.newaxis], 3, axis=0) for name in (end.start, *end.side_inputs)}
    logits = network.open(end.model).run(feeds, Stop())[graph.logits.output]
    np.testing.assert_allclose(logits, np.tile(activations.scores.logits, (3, 1)), rtol=1e-4, atol=1e-4)
