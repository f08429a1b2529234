"""Queries for gradients: every kind of target, one input or many, any layer, in any order."""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from app.errors import Cancelled, InvalidRequest, UnknownChannel, UnknownLayer
from app.gradients.differentiable import MAX_GRAPHS, Differentiable, GradientQuery
from app.gradients.targets import CellValue, ChannelMean, GradientTarget, Logit, LogOdds, Probability
from app.nets.card import read_card
from app.nets.network import Network
from app.nets.preprocessing.tensor import tensor_of
from app.nets.runtime import Runtime
from app.nets.session import Session
from app.work.stop import Stop
from tests.arithmetic.runs import open_network
from tests.gradients.probing import Floats
from tests.nets.onnx_text import parse_network

MODELS = Path(__file__).parents[2] / "models"
STEP = 0.01


def network_of(path: Path) -> Network:
    labels = tuple(map(str, range(10)))
    return Network(read_card(path.with_suffix(".json")), path, labels, Runtime("cpu", "cpu", threads=1))


@pytest.fixture
def lenet() -> Differentiable:
    return Differentiable(network_of(MODELS / "lenet5.onnx"))


@pytest.fixture
def pictures() -> Floats:
    return np.random.default_rng(0).uniform(-0.1, 1, (3, 1, 32, 32)).astype(np.float32)


def outputs(run: Differentiable, pictures: Floats, layer: str) -> Floats:
    return run.run(pictures, GradientQuery(Logit(0), outputs=(layer,)), Stop()).outputs[layer]


def gradients(
    run: Differentiable, pictures: Floats, target: GradientTarget, layers: Iterable[str] = ("input",)
) -> list[Floats]:
    found = run.run(pictures, GradientQuery(target, tuple(layers)), Stop()).gradients
    return [found[layer] for layer in layers]


def layers_of(run: Differentiable, op: str) -> list[str]:
    return [layer.id for layer in run.network.graph.layers if layer.op == op]


def test_each_target_changes_along_its_gradient(lenet: Differentiable, pictures: Floats) -> None:
    graph, pool = lenet.network.graph, layers_of(lenet, "AveragePool")[0]
    numbers: dict[GradientTarget, tuple[str, Callable[[Floats], Floats]]] = {
        Logit(3): (graph.logits.id, lambda y: y[:, 3]),
        Probability(4): (graph.scores.id, lambda y: y[:, 4]),
        LogOdds(6): (graph.scores.id, lambda y: np.log(y[:, 6] / (1 - y[:, 6]))),
        ChannelMean(pool, 2): (pool, lambda y: y[:, 2].mean(axis=(1, 2))),
        CellValue(pool, 1, 3, 4): (pool, lambda y: y[:, 1, 3, 4]),
        CellValue(graph.logits.id, 5): (graph.logits.id, lambda y: y[:, 5]),
    }
    for target, (layer, number) in numbers.items():
        (gradient,) = gradients(lenet, pictures, target)
        size = np.sqrt((gradient.astype(np.float64) ** 2).sum(axis=(1, 2, 3)))
        way = STEP * gradient / size.reshape(-1, 1, 1, 1)
        above, below = (number(outputs(lenet, pictures + side * way, layer)) for side in (1, -1))
        np.testing.assert_allclose((above - below) / (2 * STEP), size, rtol=0.01)


def test_a_batch_gives_the_gradients_of_its_inputs(lenet: Differentiable, pictures: Floats) -> None:
    layers = ("input", *layers_of(lenet, "Tanh")[:2])
    together = gradients(lenet, pictures, Logit(7), layers)
    for at, picture in enumerate(pictures):
        for found, alone in zip(together, gradients(lenet, picture[np.newaxis], Logit(7), layers), strict=True):
            np.testing.assert_allclose(found[at], alone[0], rtol=1e-4, atol=1e-6)


def test_outputs_are_those_of_the_network_itself(lenet: Differentiable) -> None:
    view = np.random.default_rng(1).integers(0, 256, (32, 32, 3), np.uint8)
    activations = lenet.network.activations(view, Stop())
    tensor = tensor_of(view, lenet.network.card.input)
    ids = tuple(activations.layers)
    answer = lenet.run(tensor, GradientQuery(Logit(1), ("input",), ids), Stop())
    for layer in ids:
        np.testing.assert_allclose(answer.outputs[layer][0], activations.layers[layer], rtol=1e-4, atol=1e-5)


def test_gradients_at_quantised_layers_are_by_the_real_numbers(tmp_path: Path) -> None:
    body = """s = Constant <value = float {0.05}> ()  q = QuantizeLinear (x, s)  d = DequantizeLinear (q, s)
        m = Mul (d, d)  g = GlobalAveragePool (m)  y = Flatten (g)"""
    network = open_network(parse_network(body), tmp_path)
    run, x = Differentiable(network), np.full((1, 3, 8, 8), 0.31, np.float32)
    quantised, real = (network.graph.layer_of[value] for value in "qd")
    answer = run.run(x, GradientQuery(Logit(1), (quantised, real), (quantised, real)), Stop())
    np.testing.assert_allclose(answer.outputs[quantised], 0.3, rtol=1e-6)
    np.testing.assert_allclose(answer.gradients[quantised][0, 1], 2 * 0.3 / 64, rtol=1e-5)
    np.testing.assert_allclose(answer.gradients[quantised], answer.gradients[real], rtol=1e-6)
    (by_input,) = gradients(run, x, CellValue(quantised, 2, 4, 5))
    assert by_input[0, 2, 4, 5] == pytest.approx(1)


def test_one_graph_is_loaded_for_all_classes_and_a_few_stay_loaded(
    lenet: Differentiable, pictures: Floats, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[onnx.ModelProto] = []
    network, load = lenet.network, lenet.network.open

    def counted(model: onnx.ModelProto, concurrent_runs: int) -> Session:
        opened.append(model)
        return load(model, concurrent_runs=concurrent_runs)

    monkeypatch.setattr(network, "open", counted)
    for index in range(10):
        gradients(lenet, pictures[: index % 3 + 1], Logit(index))
    assert len(opened) == 1
    layers = [layer.id for layer in network.graph.layers[: MAX_GRAPHS + 1]]
    for layer in layers:
        gradients(lenet, pictures, Logit(0), (layer,))
    assert len(opened) == len(layers) + 1
    gradients(lenet, pictures, Logit(0), layers[-1:])
    assert len(opened) == len(layers) + 1
    gradients(lenet, pictures, Logit(0))
    assert len(opened) == len(layers) + 2, "the least recently used one was released"


def test_queries_may_run_in_parallel(lenet: Differentiable, pictures: Floats) -> None:
    (expected,) = gradients(lenet, pictures, Logit(2))
    lenet.close()
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: gradients(lenet, pictures, Logit(2))[0], range(16)))
    for gradient in found:
        np.testing.assert_array_equal(gradient, expected)


def test_a_stopped_run_raises_the_reason(lenet: Differentiable, pictures: Floats) -> None:
    stop = Stop()
    stop.set(Cancelled("gone"))
    with pytest.raises(Cancelled):
        lenet.run(pictures, GradientQuery(Logit(0), ("input",)), stop)


def test_queries_without_a_gradient_are_refused(lenet: Differentiable, pictures: Floats) -> None:
    pool = layers_of(lenet, "AveragePool")[0]
    for target, error in (
        (Logit(10), InvalidRequest),
        (Probability(-1), InvalidRequest),
        (CellValue(pool, 0, 99, 0), InvalidRequest),
        (CellValue(pool, 0, 0, -1), InvalidRequest),
        (ChannelMean(pool, 6), UnknownChannel),
        (ChannelMean("nothing", 0), UnknownLayer),
    ):
        with pytest.raises(error):
            gradients(lenet, pictures, target)
    with pytest.raises(UnknownLayer):
        gradients(lenet, pictures, Logit(0), ["nothing"])
    with pytest.raises(InvalidRequest, match="does not depend"):
        gradients(lenet, pictures, ChannelMean(pool, 0), [lenet.network.graph.logits.id])
    for wrong in (pictures[:0], pictures[:, :, 1:]):
        with pytest.raises(InvalidRequest, match="size"):
            gradients(lenet, wrong, Logit(0))


def test_a_network_that_mixes_its_batch_runs_inputs_one_by_one(tmp_path: Path) -> None:
    """The mean over the batch axis is that of the input only if the input is alone."""
    weights = np.random.default_rng(0).standard_normal((4, 5)).astype(np.float32)
    nodes = [
        helper.make_node("ReduceMean", ["x"], ["m"], axes=[0, 2, 3], keepdims=1),
        helper.make_node("Sigmoid", ["m"], ["s"]),
        helper.make_node("Flatten", ["s"], ["f"]),
        helper.make_node("Gemm", ["f", "w"], ["y"]),
    ]
    shapes: dict[str, Sequence[str | int] | None] = {"x": ["N", 4, 3, 6], "y": None}
    ends = [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name, shape in shapes.items()]
    graph = helper.make_graph(nodes, "mixing", ends[:1], ends[1:], [numpy_helper.from_array(weights, "w")])
    path = tmp_path / "lenet5.onnx"
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8), path)
    card = read_card(MODELS / "lenet5.json")
    size = card.input.model_copy(update={"width": 6, "height": 3})
    card = card.model_copy(update={"sha256": hashlib.sha256(path.read_bytes()).hexdigest(), "input": size})
    run = Differentiable(Network(card, path, ("a",) * 5, Runtime("cpu", "cpu", threads=1)))
    pictures = np.random.default_rng(1).standard_normal((3, 4, 3, 6)).astype(np.float32)
    (gradient,) = gradients(run, pictures, Logit(2))
    gate = 1 / (1 + np.exp(-pictures.mean(axis=(2, 3))))
    expected = gate * (1 - gate) * weights[:, 2] / 18
    np.testing.assert_allclose(gradient, np.broadcast_to(expected[..., None, None], gradient.shape), rtol=1e-5)


def test_the_gradient_at_an_input_with_channels_last_has_them_first(tmp_path: Path) -> None:
    body = "t = Transpose <perm = [0, 3, 1, 2]> (x)  q = Mul (t, t)  y = Flatten (q)"
    run = Differentiable(open_network(parse_network(body, x="float[N, 4, 5, 3]"), tmp_path, (4, 5)))
    pictures = np.random.default_rng(0).random((2, 3, 4, 5), np.float32)
    (found,) = gradients(run, pictures, Logit(33))
    expected = np.zeros((2, 60), np.float32)
    expected[:, 33] = 2 * pictures.reshape(2, 60)[:, 33]
    np.testing.assert_allclose(found, expected.reshape(pictures.shape), rtol=1e-5)


@pytest.mark.parametrize("kind", ["softmax", "sigmoid"])
def test_the_probability_of_logits_is_by_the_activation_that_the_card_says(kind: str, tmp_path: Path) -> None:
    linear = open_network(parse_network("g = GlobalAveragePool (x)  y = Flatten (g)"), tmp_path)
    card = linear.card.model_copy(update={"head": kind})
    run = Differentiable(Network(card, tmp_path / "network.onnx", (), Runtime("cpu", "cpu", threads=1)))
    picture = np.random.default_rng(0).standard_normal((1, 3, 8, 8), np.float32)
    (found,) = gradients(run, picture, Probability(1))
    logits = picture[0].mean(axis=(1, 2))
    shares = np.exp(logits) / np.exp(logits).sum()
    alone = 1 / (1 + np.exp(-logits[1]))
    by_logit = shares[1] * (np.eye(3)[1] - shares) if kind == "softmax" else alone * (1 - alone) * np.eye(3)[1]
    np.testing.assert_allclose(found[0], np.broadcast_to(by_logit[:, None, None] / 64, (3, 8, 8)), rtol=1e-4, atol=1e-8)
