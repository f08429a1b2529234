"""Other people's ONNX files go through everything that a pulled network would.

The light networks of the onnx wheel are real graphs of another exporter, their weights constants: opset 9, initialisers
listed as inputs, outputs of (1, 1000, 1, 1), softmax inside or not. One of them, with weights of its own, stands for
files in other opsets.
"""

import io
from collections.abc import Iterator
from pathlib import Path

import httpx
import numpy as np
import onnx
import onnxruntime as ort
import pytest
from onnx import TensorProto, helper, numpy_helper, version_converter
from PIL import Image

from app.nets.graph import read_graph
from app.nets.head import softmax
from app.nets.network import Network
from app.nets.preprocessing.tensor import tensor_of
from app.nets.preprocessing.view import view_of
from app.nets.published_networks import PublishedNetwork
from app.nets.runtime import Runtime
from app.nets.weights.bundle import read_bundle
from app.nets.weights.store import WeightStore
from app.work.stop import Stop
from tests.conftest import serving
from tests.mirrors import LIGHT, ROOT, models_folder, original_of

NAMES = sorted(path.stem.removeprefix("light_") for path in LIGHT.glob("*.onnx"))
DENSE = {"bvlc_alexnet", "vgg19", "zfnet512"}  # onnxruntime takes seconds to fill their dense layers
CPU = Runtime("cpu", "cpu", threads=2)
CAT = (ROOT / "static" / "samples" / "cat.jpg").read_bytes()


def original(name: str, content: bytes) -> PublishedNetwork:
    """An original of this name whose weights are `content`: 224 x 224 RGB, as torchvision prepares it."""
    return original_of(content).model_copy(update={"id": name, "name": name})


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """The API of a server whose weight store was filled with the nine from a folder."""
    folder = tmp_path_factory.mktemp("light")
    originals = [original(name, (LIGHT / f"light_{name}.onnx").read_bytes()) for name in NAMES]
    for name in NAMES:
        (folder / f"{name}.onnx").write_bytes((LIGHT / f"light_{name}.onnx").read_bytes())
    models, data = models_folder(folder / "models", *originals), folder / "data"
    assert len(read_bundle(folder, originals, WeightStore(data / "networks"), lambda _: lambda _: None, Stop())) == 9
    with serving(data, models) as address, httpx.Client(base_url=f"{address}/api/v1", timeout=60) as client:
        yield client


@pytest.fixture(scope="module")
def image(api: httpx.Client) -> str:
    return str(api.post("images", files={"file": CAT}).json()["id"])


def answered(path: Path) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    """The scores of the untouched file for the cat."""
    session = ort.InferenceSession(path, providers=["CPUExecutionProvider"])
    spec = original_of(b"any").card_with_weights().input
    tensor = tensor_of(view_of(np.asarray(Image.open(io.BytesIO(CAT))), spec), spec)
    (output,) = session.run(None, {session.get_inputs()[0].name: tensor})
    return np.asarray(output).reshape(-1)


def test_all_nine_are_in_the_catalogue(api: httpx.Client) -> None:
    listed = {model["id"]: model for model in api.get("models").json()}
    assert set(listed) == set(NAMES)
    assert all(model["status"] == "ready" and model["params"] > 1_000_000 for model in listed.values())


@pytest.mark.parametrize("name", NAMES)
def test_a_network_is_described_run_and_drawn(api: httpx.Client, image: str, name: str) -> None:
    layers = api.get(f"models/{name}").json()["layers"]
    run = api.get(f"models/{name}/images/{image}/layers").json()["layers"]
    assert [(layer["id"], layer["output_shape"]) for layer in layers] == [
        (layer["id"], layer["shape"]) for layer in run
    ]
    assert all(layer["nan"] == layer["inf"] == 0 and layer["max"] is not None for layer in run)
    sheet = api.get(f"models/{name}/images/{image}/layers/{layers[0]['id']}.png")
    assert sheet.status_code == 200
    Image.open(io.BytesIO(sheet.content)).verify()
    assert "not stored" in api.get(f"models/{name}/layers/{layers[0]['id']}/filters.png").json()["error"]["message"]


@pytest.mark.parametrize("name", sorted({*NAMES} - DENSE))
def test_its_scores_are_those_of_the_untouched_file(api: httpx.Client, name: str) -> None:
    answer = api.post(f"models/{name}/classify?top_k=1000", files={"file": CAT}).json()
    scores = {guess["index"]: guess["score"] for guess in answer["predictions"]}
    expected = answered(LIGHT / f"light_{name}.onnx")
    if not np.isclose(expected.sum(), 1, atol=1e-3):  # it ends in logits
        expected = softmax(expected)
    np.testing.assert_allclose([scores[index] for index in range(1000)], expected, atol=1e-6)


def squeezenet_in(opset: int) -> onnx.ModelProto:
    """SqueezeNet 1.1 with random weights, listed as inputs as files before 2019 had them."""
    model = onnx.load(LIGHT / "light_squeezenet.onnx")
    stored = {tensor.name: numpy_helper.to_array(tensor) for tensor in model.graph.initializer}
    random = np.random.default_rng(0)
    for node in [node for node in model.graph.node if node.op_type == "ConstantOfShape"]:
        shape = tuple(stored[node.input[0]].tolist())
        array = random.standard_normal(shape) * np.sqrt(2 / np.prod(shape[1:]))
        model.graph.initializer.append(numpy_helper.from_array(array.astype(np.float32), node.output[0]))
        model.graph.input.append(helper.make_tensor_value_info(node.output[0], TensorProto.FLOAT, shape))
        model.graph.node.remove(node)
    if opset > model.opset_import[0].version:
        return version_converter.convert_version(model, opset)
    model.opset_import[0].version = opset  # its operators meant the same before
    return model


@pytest.mark.parametrize("opset", [7, 8, 9, 12])
def test_a_file_of_another_opset_gives_the_scores_of_plain_onnxruntime(tmp_path: Path, opset: int) -> None:
    path = tmp_path / "squeezenet.onnx"
    onnx.save(squeezenet_in(opset), path)
    card = original("squeezenet", path.read_bytes()).card_with_weights()
    network = Network(card, path, tuple(map(str, range(1000))), CPU)
    view = view_of(np.asarray(Image.open(io.BytesIO(CAT))), card.input)
    scores = network.classify(view, Stop()).scores
    np.testing.assert_allclose(scores, answered(path), atol=1e-6)
    assert scores.std() > 1e-4
    assert network.graph.params == 1_235_496
    assert network.weights(network.graph.layers[0].id).shape == (64, 3, 3, 3)


def test_a_file_as_old_as_opset_3_is_read(tmp_path: Path) -> None:
    old, new = (read_graph(squeezenet_in(opset)) for opset in (3, 9))
    assert [layer.shape for layer in old.layers] == [layer.shape for layer in new.layers]
    assert old.params == new.params == 1_235_496
