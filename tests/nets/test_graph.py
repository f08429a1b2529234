"""Graphs: the published networks of the onnx package, and files that are no network or hostile."""

import re
from functools import cache
from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
import pytest

from app.errors import NetworkError
from app.nets.graph import Graph, read_graph
from app.nets.taps import expose_outputs
from tests.nets.onnx_text import parse_network

LIGHT = Path(onnx.__file__).parent / "backend/test/data/light"
# Parameters, depth and multiply-accumulates, in thousand millions. The DenseNet and Inception files follow each batch
# normalisation with a Mul and an Add of their own, which are its learned scale and bias.
PUBLISHED = {
    "bvlc_alexnet": (60_965_224, 8, 0.65),
    "densenet121": (7_978_856, 121, 2.83),
    "inception_v1": (6_998_552, 22, 1.43),
    "inception_v2": (11_194_984, 34, 2.02),
    "resnet50": (25_557_032, 50, 4.09),
    "shufflenet": (1_393_320, 50, 0.12),
    "squeezenet": (1_235_496, 18, 0.35),
    "vgg19": (143_667_240, 19, 19.63),
    "zfnet512": (87_250_536, 8, 1.48),
}


@cache
def light(name: str) -> tuple[onnx.ModelProto, Graph]:
    model = onnx.load(LIGHT / f"light_{name}.onnx")
    return model, read_graph(model)


@pytest.mark.parametrize("name", PUBLISHED)
def test_counts_are_the_published_counts(name: str) -> None:
    params, depth, giga_macs = PUBLISHED[name]
    graph = light(name)[1]
    assert (graph.params, graph.depth) == (params, depth)
    assert graph.macs / 1e9 == pytest.approx(giga_macs, abs=0.006)


@pytest.mark.parametrize("name", sorted(set(PUBLISHED) - {"vgg19", "zfnet512", "bvlc_alexnet"}))
def test_every_shape_is_that_of_onnxruntime(name: str) -> None:
    model, graph = light(name)
    options = ort.SessionOptions()
    options.log_severity_level = 4
    session = ort.InferenceSession(
        expose_outputs(model, [layer.output for layer in graph.layers]).SerializeToString(), options
    )
    outputs = session.run(None, {graph.input.name: np.zeros((1, *graph.input.shape), graph.input.dtype)})
    assert [layer.shape for layer in graph.layers] == [output.shape[1:] for output in outputs]
    assert graph.activation_bytes == sum(output.nbytes for output in outputs)


@pytest.mark.parametrize("name", PUBLISHED)
def test_ids_are_unique_and_safe_and_edges_refer_to_them(name: str) -> None:
    graph = light(name)[1]
    assert len(graph.by_id) == len(graph.layers)
    assert all(re.fullmatch(r"[A-Za-z0-9_-][A-Za-z0-9_.-]*", layer) for layer in graph.by_id)
    assert {end for edge in graph.edges for end in edge} == {"input", *graph.by_id}
    assert [layer.id for layer in graph.layers if layer.inputs == ("input",)] == [graph.layers[0].id]


def test_blocks_of_googlenet_and_resnet() -> None:
    blocks = dict.fromkeys(layer.block for layer in light("inception_v1")[1].layers)
    assert [name for name in blocks if name and name.startswith("inc")] == [f"inception_{x}" for x in
            ("3a", "3b", "4a", "4b", "4c", "4d", "4e", "5a", "5b")]  # fmt: skip
    inception = [layer.op for layer in light("inception_v1")[1].layers if layer.block == "inception_3a"]
    assert (inception.count("Conv"), inception.count("MaxPool"), inception[-1]) == (6, 1, "Concat")
    residual = [layer for layer in light("resnet50")[1].layers if layer.block]
    assert list(dict.fromkeys(layer.block for layer in residual)) == [f"residual {n}" for n in range(1, 17)]


def test_the_output_layer_and_its_logits() -> None:
    graph = light("resnet50")[1]
    assert (graph.scores.op, graph.logits.op, graph.logits.shape) == ("Softmax", "Gemm", (1000,))
    graph = light("densenet121")[1]
    assert graph.scores is graph.logits
    assert graph.scores.shape == (1000, 1, 1)
    graph = read_graph(
        parse_network("a = GlobalAveragePool (x)  b = Softmax <axis = 1> (a)  c = Flatten (b)  y = Identity (c)")
    )
    assert (graph.scores.op, graph.logits.op) == ("Flatten", "GlobalAveragePool")


def test_the_error_of_a_layer_of_unknown_size_says_so() -> None:
    with pytest.raises(NetworkError, match="does not determine the size of a layer"):
        read_graph(parse_network("y = Unheard (x)"))


ITSELF = "An operator of the network depends on its own output."
NO_LAYER = "The network's output is not that of a layer."
NO_SIZE = "The file does not determine the size of a layer."
HUGE = "s = Constant <value_ints = [4611686018427387904]> ()  k = ConstantOfShape (s)  y = Add (x, k)"


@pytest.mark.parametrize(
    ("model", "message"),
    [
        (parse_network("y = Relu (y)"), ITSELF),
        (parse_network("a = Add (x, b)  b = Relu (a)  y = Relu (b)"), ITSELF),
        (parse_network("y = Constant <value_float = 1.0> ()"), NO_LAYER),
        (parse_network("y = Identity (x)"), NO_LAYER),
        (parse_network("y = Unheard (x)"), NO_SIZE),
        (parse_network("y = MatMul (x, x)", x="float[N, 3, 8, 7]"), NO_SIZE),
        (parse_network(HUGE), "A tensor of the network has an impossible shape."),
        (parse_network("m = NonZero (x)  y = Relu (m)"), NO_SIZE),
        (
            parse_network('a = Relu (x)  y = Concat <axis = "b"> (a, a)'),
            "The attributes or the name of one of the network's operators do not fit it.",
        ),
        (
            onnx.ModelProto.FromString(parse_network("y = Relu (x)").SerializeToString().replace(b"Relu", b")e\xfcl")),
            NO_SIZE,
        ),
    ],
    ids=[
        "itself",
        "cycle",
        "constant",
        "nothing",
        "unknown",
        "clash",
        "huge",
        "open",
        "attribute",
        "name of no text",
    ],
)
def test_a_model_that_does_not_map_one_image_to_one_output_is_refused(model: onnx.ModelProto, message: str) -> None:
    with pytest.raises(NetworkError) as caught:
        read_graph(model)
    assert caught.value.message == message
    assert "onnx" not in caught.value.message.lower().replace("onnx file", "")
