"""Networks: predictions and activations against onnxruntime and the ONNX reference evaluator, layer by layer."""

import hashlib
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnx
import onnxruntime as ort
import pytest
from onnx import numpy_helper
from PIL import Image

from app.errors import NetworkError, NotAvailable, UnknownLayer
from app.nets.card import read_card
from app.nets.catalog import Catalog
from app.nets.head import softmax
from app.nets.network import Network
from app.nets.outputs import RunKind
from app.nets.preprocessing.tensor import tensor_of
from app.nets.preprocessing.view import view_of
from app.nets.published_networks import PublishedNetwork
from app.nets.runtime import LocalSession, Runtime
from app.nets.session import SessionOptions
from app.nets.taps import expose_outputs
from app.work.stop import Stop
from tests.nets.models_folder import place
from tests.nets.onnx_text import parse_network

ROOT = Path(__file__).parents[2]
MODELS = ROOT / "models"
CPU = Runtime("cpu", "cpu", threads=2)
LABELS = tuple(str(number) for number in range(1000))
IDS = [
    path.stem for path in sorted(MODELS.glob("*.onnx")) if read_card(path.with_suffix(".json")).labels == "imagenet1k"
]


def network_of(path: Path) -> Network:
    return Network(read_card(MODELS / f"{path.stem}.json"), path, LABELS, CPU)


def cat(network: Network) -> npt.NDArray[np.uint8]:
    return view_of(np.asarray(Image.open(ROOT / "static" / "samples" / "cat.jpg")), network.card.input)


@pytest.mark.parametrize("model", IDS)
def test_the_scores_are_those_of_the_original_file(model: str) -> None:
    network = network_of(MODELS / f"{model}.onnx")
    view = cat(network)
    session = ort.InferenceSession(MODELS / f"{model}.onnx")
    (expected,) = session.run(None, {session.get_inputs()[0].name: tensor_of(view, network.card.input)})
    classified, activations = network.classify(view, Stop()), network.activations(view, Stop())
    np.testing.assert_allclose(classified.scores, expected[0], atol=1e-5)
    np.testing.assert_allclose(activations.scores.scores, expected[0], atol=1e-5)
    np.testing.assert_allclose(softmax(classified.logits), classified.scores, atol=1e-6)


def test_the_fingerprint_is_of_the_card_and_the_labels_as_well() -> None:
    path = MODELS / "squeezenet1_1.onnx"
    card = read_card(path.with_suffix(".json"))
    other = card.model_copy(update={"input": card.input.model_copy(update={"scale": 0.5})})
    networks = [
        Network(card, path, LABELS, CPU),
        Network(other, path, LABELS, CPU),
        Network(card, path, LABELS[1:], CPU),
    ]
    assert len({network.fingerprint for network in networks}) == 3
    assert network_of(path).fingerprint == networks[0].fingerprint


def test_the_number_of_threads_does_not_change_the_prediction() -> None:
    network = network_of(MODELS / "squeezenet1_1.onnx")
    view = cat(network)
    one, most = (network.classify(view, Stop(), threads).logits for threads in (1, 0))
    np.testing.assert_allclose(one, most, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("model", IDS)
def test_every_layer_has_its_shape_and_is_read_only(model: str) -> None:
    network = network_of(MODELS / f"{model}.onnx")
    activations = network.activations(cat(network), Stop())
    assert {name: array.shape for name, array in activations.layers.items()} == {
        layer.id: layer.shape for layer in network.graph.layers
    }
    assert not any(array.flags.writeable for array in activations.layers.values())


def test_a_relu_layer_is_the_relu_of_the_layer_before() -> None:
    network = network_of(MODELS / "squeezenet1_1.onnx")
    layers = network.activations(cat(network), Stop()).layers
    relus = [layer for layer in network.graph.layers if layer.op == "Relu"]
    assert relus
    for relu in relus:
        np.testing.assert_array_equal(layers[relu.id], np.maximum(layers[relu.inputs[0]], 0))


def test_filters_are_the_weights_of_the_file() -> None:
    network = network_of(MODELS / "squeezenet1_1.onnx")
    stored = {tensor.name: tensor for tensor in onnx.load(MODELS / "squeezenet1_1.onnx").graph.initializer}
    weights = network.weights("conv1")
    np.testing.assert_array_equal(weights, onnx.numpy_helper.to_array(stored[network.layer("conv1").weights["weight"]]))


def test_unknown_layers_and_layers_without_filters_are_errors() -> None:
    network = network_of(MODELS / "squeezenet1_1.onnx")
    with pytest.raises(UnknownLayer):
        network.weights("nothing")
    with pytest.raises(NotAvailable, match="MaxPool"):
        network.weights("pool1")


def test_a_file_with_another_checksum_is_not_run(tmp_path: Path) -> None:
    path = tmp_path / "squeezenet1_1.onnx"
    shutil.copy(MODELS / path.name, path)
    with path.open("r+b") as file:
        file.seek(-5, 2)
        file.write(b"\0")
    network = network_of(path)
    with pytest.raises(NetworkError, match="not the one"):
        network.classify(cat(network_of(MODELS / path.name)), Stop())
    with pytest.raises(NetworkError, match="not the one"):
        network.open(network.model)


def test_a_closed_network_opens_again() -> None:
    network = network_of(MODELS / "squeezenet1_1.onnx")
    view = cat(network)
    before = network.classify(view, Stop()).logits
    network.close()
    np.testing.assert_array_equal(network.classify(view, Stop()).logits, before)


def test_a_graph_built_from_the_nodes_of_the_network_runs_with_its_weights() -> None:
    network = network_of(MODELS / "squeezenet1_1.onnx")
    first = network.graph.layers[0]
    session = network.open(expose_outputs(network.model, [first.output]))
    tensor = tensor_of(cat(network), network.card.input)
    outputs = session.run({network.graph.input.name: tensor}, Stop())
    expected = network.activations(cat(network), Stop()).layers[first.id]
    np.testing.assert_allclose(outputs[first.output][0], expected, atol=1e-5)


def test_a_graph_is_loaded_for_what_it_is_run_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All threads are for a single run; what is run again and again keeps its memory, and is loaded once."""
    network, load, loaded = network_of(MODELS / "lenet5.onnx"), Runtime.open, list[SessionOptions]()

    def note(runtime: Runtime, model: onnx.ModelProto, folder: Path, options: SessionOptions, _: Stop) -> LocalSession:
        loaded.append(options)
        return load(runtime, model, folder, options)

    monkeypatch.setattr(Runtime, "open", note)
    view = np.zeros((network.card.input.height, network.card.input.width, 3), np.uint8)
    nbytes, profile, feeds = network.graph.weight_bytes, tmp_path / "run", network.feeds(network.input_tensor(view))
    network.open(network.model)
    network.open(network.model, concurrent_runs=2)
    network.open(network.model, profile)
    assert loaded == [
        SessionOptions(nbytes, threads=2, save_memory=True),
        SessionOptions(nbytes, threads=1, save_memory=True),
        SessionOptions(nbytes, threads=2, profile=profile),
    ]
    loaded.clear()
    kinds: tuple[RunKind, ...] = ("outputs", "layers", "scores")  # the first and the last run give the same values
    for kind in kinds:
        network.run(kind, feeds, Stop())
        network.run(kind, feeds, Stop(), threads=2)
    network.run("layers", feeds, Stop(), threads=1)
    network.close()
    network.run((network.graph.layers[0].output,), feeds, Stop())
    assert loaded == [
        SessionOptions(nbytes, threads=2, release_memory=True),
        SessionOptions(nbytes, threads=2),
        SessionOptions(nbytes, threads=1),
        SessionOptions(nbytes, threads=2),
    ]


def fixed_batch(model: onnx.ModelProto) -> onnx.ModelProto:
    """The network for batches of three images."""
    model.graph.input[0].type.tensor_type.shape.dim[0].dim_value = 3
    del model.graph.value_info[:]
    model.graph.output[0].type.tensor_type.ClearField("shape")
    return model


def channels_last(model: onnx.ModelProto) -> onnx.ModelProto:
    """The network for images whose channels are last."""
    image = model.graph.input[0]
    _, channels, height, width = (dim.dim_value for dim in image.type.tensor_type.shape.dim)
    first = onnx.helper.make_node("Transpose", ["x-nhwc"], [image.name], "first", perm=[0, 3, 1, 2])
    nodes = [first, *model.graph.node]
    image.CopyFrom(onnx.helper.make_tensor_value_info("x-nhwc", onnx.TensorProto.FLOAT, [1, height, width, channels]))
    del model.graph.node[:]
    model.graph.node.extend(nodes)
    return model


@pytest.mark.parametrize("change", [fixed_batch, channels_last])
@pytest.mark.parametrize("model", ["squeezenet1_1", "resnet18-imagenette", "lenet5"])
def test_a_fixed_batch_and_channels_last_change_no_value_and_no_figure(
    tmp_path: Path, model: str, change: Callable[[onnx.ModelProto], onnx.ModelProto]
) -> None:
    path = MODELS / f"{model}.onnx"
    changed = tmp_path / path.name
    onnx.save(change(onnx.load(path)), changed)
    card = read_card(path.with_suffix(".json"))
    digest = hashlib.sha256(changed.read_bytes()).hexdigest()
    one, other = (
        Network(card, path, LABELS, CPU),
        Network(card.model_copy(update={"sha256": digest}), changed, LABELS, CPU),
    )
    view = cat(one)
    values, others = one.activations(view, Stop()), other.activations(view, Stop())
    layers = {layer.output: layer for layer in other.graph.layers}
    for layer in one.graph.layers:
        same = layers[layer.output]
        assert (same.shape, same.axes, same.macs, same.params) == (layer.shape, layer.axes, layer.macs, layer.params)
        assert same.receptive_field == layer.receptive_field
        np.testing.assert_allclose(others.layers[same.id], values.layers[layer.id], 1e-4, 1e-4)
    np.testing.assert_allclose(others.scores.scores, values.scores.scores, atol=1e-5)
    last = one.graph.last_map
    assert last is not None
    assert other.graph.box(layers[last.output].id, 1, 1) == one.graph.box(last.id, 1, 1)


def test_a_network_that_onnxruntime_refuses_is_broken_from_then_on(tmp_path: Path) -> None:
    body = "d = Cast<to = 11>(x) l = LRN<size = 3>(d) c = Cast<to = 1>(l) g = GlobalAveragePool(c) y = Flatten(g)"
    model = parse_network(body, x="float[N, 3, 8, 8]")
    path = place(tmp_path, "double", model, ["a", "b", "c"])
    network = Network(read_card(path.with_suffix(".json")), path, ("a", "b", "c"), CPU)
    assert network.problem is None
    with pytest.raises(NetworkError, match="Network double can't be loaded"):
        network.classify(np.zeros((8, 8, 3), np.uint8), Stop())
    assert network.problem is not None


def test_every_output_of_several_is_that_of_the_original_file(tmp_path: Path) -> None:
    body = (
        "r = Relu (x)  p, q = Split <axis = 1, num_outputs = 2> (r)  i = Cast <to = 7> (q)  g = GlobalAveragePool (r)"
    )
    model = parse_network(f"{body}  y = Flatten (g)", opset=18)
    names = ["q", "y", "i", "r"]
    model.graph.output.extend(onnx.helper.make_empty_tensor_value_info(name) for name in names)
    path = place(tmp_path, "several", model, ["a", "b", "c"])
    network = Network(read_card(path.with_suffix(".json")), path, ("a", "b", "c"), CPU)
    view = np.random.default_rng(2).integers(0, 256, (8, 8, 3), np.uint8)
    expected = ort.InferenceSession(path).run(names, {"x": tensor_of(view, network.card.input)})
    activations = network.activations(view, Stop())
    assert list(activations.outputs) == ["y", "q", "i", "r"]
    for name, values in zip(names, expected, strict=True):
        np.testing.assert_allclose(activations.outputs[name], values[0], rtol=1e-6)
    assert activations.outputs["r"] is activations.layers["Relu_1"]


def test_a_network_without_its_weights_states_what_a_download_brings() -> None:
    network = Catalog(MODELS, CPU, open_limit=1).get("resnet18")
    assert isinstance(network.card, PublishedNetwork)
    assert network.card.weights
    assert not network.has_weights
    assert network.nbytes == network.card.weights.bytes > 40_000_000
    assert network.accuracy == network.card.weights.accuracy
    with pytest.raises(NotAvailable, match="pull resnet18"):
        network.weights(network.graph.layers[0].id)


def test_a_network_has_as_many_runs_at_once_as_its_runtime() -> None:
    assert network_of(MODELS / f"{IDS[0]}.onnx").max_concurrent_runs == CPU.max_concurrent_runs == 2


def test_the_size_of_a_network_is_that_of_its_file() -> None:
    assert network_of(MODELS / "lenet5.onnx").nbytes == (MODELS / "lenet5.onnx").stat().st_size


def test_filters_that_the_network_computes_are_not_stored(tmp_path: Path) -> None:
    nodes = "two = Constant <value = float {2.0}> ()  k = Mul (w, two)  c = Conv (x, k)  g = GlobalAveragePool (c)"
    model = parse_network(f"{nodes}  y = Flatten (g)")
    model.graph.initializer.append(numpy_helper.from_array(np.ones((3, 3, 3, 3), np.float32), "w"))
    path = place(tmp_path, "computed", model, ["a", "b", "c"])
    network = Network(read_card(path.with_suffix(".json")), path, ("a", "b", "c"), CPU)
    layer = next(each for each in network.graph.layers if each.op == "Conv")
    assert np.array_equal(network.constant("k"), np.full((3, 3, 3, 3), 2))
    with pytest.raises(NotAvailable, match="are not stored"):
        network.weights(layer.id)
