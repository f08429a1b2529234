"""Signatures: the tensors of a file as onnxruntime declares them, and of every layer as it gives them."""

from pathlib import Path

import numpy as np
import onnxruntime as ort
import pytest
from onnx import helper

from app.errors import NotAvailable
from app.nets.card import read_card
from app.nets.network import Network
from app.nets.runtime import Runtime
from app.nets.serving.signature import DATATYPES, signature_of
from app.work.stop import Stop
from tests.nets.models_folder import place
from tests.nets.onnx_text import parse_network

CPU = Runtime("cpu", "cpu", threads=1)
# What the file takes, its nodes, and the datatype and the shape of each output.
FILES: dict[str, tuple[str, str, dict[str, tuple[str, tuple[int, ...]]]]] = {
    "two outputs": (
        "float[1, 3, 8, 8]",
        "g = GlobalAveragePool(x) y = Flatten(g) b = Relu(x)",
        {"y": ("FP32", (1, 3)), "logits": ("FP32", (1, 3)), "scores": ("FP32", (1, 3)), "b": ("FP32", (1, 3, 8, 8))},
    ),
    "channels last, a batch": (
        "float[4, 8, 8, 3]",
        "t = Transpose <perm = [0, 3, 1, 2]> (x) g = GlobalAveragePool(t) y = Flatten(g)",
        {"y": ("FP32", (4, 3)), "logits": ("FP32", (1, 3)), "scores": ("FP32", (1, 3))},
    ),
    "half precision": (
        "float16[1, 3, 8, 8]",
        "g = GlobalAveragePool(x) y = Flatten(g)",
        {"y": ("FP16", (1, 3)), "logits": ("FP32", (1, 3)), "scores": ("FP32", (1, 3))},
    ),
    "no classes": (
        "uint8[1, 3, 8, 8]",
        "f = Cast <to = 1> (x) y = ArgMax <axis = 1> (f)",
        {"y": ("INT64", (1, 1, 8, 8))},
    ),
}


def network_of(folder: Path, name: str) -> Network:
    takes, nodes, outputs = FILES[name]
    model = parse_network(nodes, 17, takes)
    model.graph.output[0].type.tensor_type.elem_type = helper.np_dtype_to_tensor_dtype(DATATYPES[outputs["y"][0]])
    for output in outputs.keys() - {"y", "logits", "scores"}:
        model.graph.output.add(name=output)
    path = place(folder, "net", model, ["a", "b", "c"])
    return Network(read_card(path.with_suffix(".json")), path, ("a", "b", "c"), CPU)


@pytest.mark.parametrize("name", FILES)
def test_a_run_gives_what_the_signature_says(tmp_path: Path, name: str) -> None:
    network = network_of(tmp_path, name)
    signature = signature_of(network, "outputs")
    assert {key: (each.datatype, each.shape) for key, each in signature.outputs.items()} == FILES[name][2]
    session = ort.InferenceSession(tmp_path / "net.onnx", providers=["CPUExecutionProvider"])
    (declared,) = session.get_inputs()
    assert (signature.input.name, list(signature.input.shape)) == (declared.name, declared.shape)
    tensor = np.random.default_rng(0).uniform(0, 200, signature.input.shape).astype(signature.input.dtype)
    for kind in ("outputs", "layers"):
        described = signature_of(network, kind)
        values, _ = network.run(kind, {described.input.name: tensor}, Stop())
        for key, array in described.read(network.graph, values).items():
            output = described.outputs[key]
            assert (array.shape, array.dtype) == (output.shape, DATATYPES[output.datatype]), key
    given = signature.read(network.graph, network.run("outputs", {"x": tensor}, Stop())[0])
    for output, expected in zip(session.get_outputs(), session.run(None, {"x": tensor}), strict=True):
        np.testing.assert_array_equal(given[output.name], expected)


def test_very_long_names_are_not_served(tmp_path: Path) -> None:
    model = parse_network("g = GlobalAveragePool(x) y = Flatten(g)", 17, "float[1, 3, 8, 8]")
    model.graph.output.add(name="b" * 201)
    model.graph.node.append(helper.make_node("Relu", ["x"], ["b" * 201]))
    path = place(tmp_path, "net", model, ["a", "b", "c"])
    outputs = signature_of(Network(read_card(path.with_suffix(".json")), path, (), CPU), "outputs").outputs
    assert [*outputs] == ["y", "logits", "scores"]
    model.graph.input[0].name = model.graph.node[0].input[0] = model.graph.node[-1].input[0] = "x" * 201
    path = place(tmp_path, "net", model, ["a", "b", "c"])
    with pytest.raises(NotAvailable, match="more than 200 characters"):
        signature_of(Network(read_card(path.with_suffix(".json")), path, (), CPU), "outputs")
