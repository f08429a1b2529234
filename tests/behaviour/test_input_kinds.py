"""Networks whose input is not (1, C, H, W) float32 run as they are: every value is that of plain onnxruntime."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import httpx
import numpy as np
import numpy.typing as npt
import onnxruntime as ort
import pytest
from onnx import ModelProto, TensorProto, helper, numpy_helper

from tests.conftest import serving
from tests.nets.models_folder import place
from tests.web.responses import array, pixels

HEIGHT, WIDTH = 12, 10
LABELS = ["red", "green", "blue"]
RAW = {"scale": 1.0, "mean": [0.0] * 3, "std": [1.0] * 3}
MEAN, STD = 0.5, 0.25  # of the card's normalisation
Number = type[np.float32] | type[np.float16] | type[np.uint8]
NUMPY: dict[int, Number] = {
    TensorProto.FLOAT: np.float32, TensorProto.FLOAT16: np.float16, TensorProto.UINT8: np.uint8,
}  # fmt: skip


@dataclass(frozen=True)
class Kind:
    """An input: its shape and type in the file, the operator that reads it, and the card's normalisation."""

    shape: list[int | str]
    data_type: int = TensorProto.FLOAT
    weight_type: Number = np.float32
    begin: str = ""
    spec: dict[str, object] = field(default_factory=dict)

    @property
    def takes_levels(self) -> bool:
        return self.data_type == TensorProto.UINT8


KINDS = {
    "plain": Kind(["N", 3, HEIGHT, WIDTH]),
    "nhwc": Kind(["N", HEIGHT, WIDTH, 3], begin="Transpose"),
    "batch-4": Kind([4, 3, HEIGHT, WIDTH]),
    "float16": Kind([1, 3, HEIGHT, WIDTH], TensorProto.FLOAT16, np.float16),
    "uint8": Kind([1, 3, HEIGHT, WIDTH], TensorProto.UINT8, begin="Cast", spec=RAW),
    "uint8-nhwc": Kind([2, HEIGHT, WIDTH, 3], TensorProto.UINT8, begin="CastTranspose", spec=RAW),
    "uint8-normalised": Kind([1, 3, HEIGHT, WIDTH], TensorProto.UINT8, begin="Cast"),
}
EXPLAINED = ("plain", "nhwc")


def network(kind: Kind) -> ModelProto:
    """Convolution, rectifier, average and a dense layer, with the same weights for every kind."""
    rng = np.random.default_rng(3)
    weights = {"w": rng.standard_normal((4, 3, 3, 3)), "d": rng.standard_normal((4, 3))}
    nodes, image = [], "x"
    if "Cast" in kind.begin:
        nodes.append(helper.make_node("Cast", [image], ["float"], to=TensorProto.FLOAT))
        image = "float"
    if "Transpose" in kind.begin:
        nodes.append(helper.make_node("Transpose", [image], ["first"], "first", perm=[0, 3, 1, 2]))
        image = "first"
    nodes += [
        helper.make_node("Conv", [image, "w"], ["conv"], "conv", kernel_shape=[3, 3]),
        helper.make_node("Relu", ["conv"], ["relu"], "relu"),
        helper.make_node("GlobalAveragePool", ["relu"], ["mean"], "mean"),
        helper.make_node("Flatten", ["mean"], ["flat"], "flat"),
        helper.make_node("MatMul", ["flat", "d"], ["y"], "dense"),
    ]
    x = helper.make_tensor_value_info("x", kind.data_type, kind.shape)
    constants = [numpy_helper.from_array(value.astype(kind.weight_type), name) for name, value in weights.items()]
    graph = helper.make_graph(nodes, "g", [x], [helper.make_empty_tensor_value_info("y")], constants)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("models")
    for name, kind in KINDS.items():
        place(folder, name, network(kind), LABELS, height=HEIGHT, width=WIDTH, **kind.spec)
    with serving(tmp_path_factory.mktemp("data"), folder) as address:
        yield address


@pytest.fixture(scope="module")
def models(address: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=f"{address}/api/v1", timeout=60) as client:
        yield client


@pytest.fixture(scope="module")
def photo(models: httpx.Client, cat: bytes) -> str:
    """The id of the cat's picture."""
    identity: str = models.post("/images", files={"file": cat}).raise_for_status().json()["id"]
    return identity


def plain_run(name: str, view: npt.NDArray[np.uint8]) -> dict[str, npt.NDArray[np.float32]]:
    """Every value of the network for one view, by plain onnxruntime; of a batch, the first image's."""
    kind, model = KINDS[name], network(KINDS[name])
    known = {value.name for value in model.graph.output}
    names = [value for node in model.graph.node for value in node.output]
    model.graph.output.extend(helper.make_empty_tensor_value_info(value) for value in names if value not in known)
    image = view if kind.takes_levels else (view / 255 - MEAN) / STD
    if kind.shape[-1] != 3:
        image = image.transpose(2, 0, 1)
    batch = kind.shape[0] if isinstance(kind.shape[0], int) else 1
    feed = np.stack([image.astype(NUMPY[kind.data_type])] * batch)
    session = ort.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    outputs = session.run(None, {"x": feed})
    return {value.name: array[0] for value, array in zip(session.get_outputs(), outputs, strict=True)}


@pytest.mark.parametrize("name", KINDS)
def test_every_value_of_every_layer_is_that_of_plain_onnxruntime(models: httpx.Client, photo: str, name: str) -> None:
    path = f"/models/{name}/images/{photo}"
    expected = plain_run(name, pixels(models.get(f"{path}/view.png")))
    layers = models.get(f"/models/{name}").raise_for_status().json()["layers"]
    tolerance = 1e-2 if name == "float16" else 1e-4
    values = {"conv": "conv", "relu": "relu", "mean": "mean", "flat": "flat", "dense": "y", "first": "first"}
    assert {layer["id"] for layer in layers} <= values.keys()
    for layer in layers:
        found = array(models, f"{path}/layers/{layer['id']}.npy")
        np.testing.assert_allclose(found, expected[values[layer["id"]]], tolerance, tolerance)
    predictions = models.get(f"{path}/predictions").raise_for_status().json()["predictions"]
    logits = {prediction["label"]: prediction["logit"] for prediction in predictions}
    np.testing.assert_allclose([logits[label] for label in LABELS], expected["y"], tolerance, tolerance)


@pytest.mark.parametrize("name", KINDS)
def test_the_input_tensor_is_what_the_network_is_given(models: httpx.Client, photo: str, name: str) -> None:
    path = f"/models/{name}/images/{photo}"
    view = pixels(models.get(f"{path}/view.png")).transpose(2, 0, 1)
    tensor = array(models, f"{path}/tensor.npy")
    assert tensor.dtype == np.float32
    expected = view if KINDS[name].takes_levels else (view / 255 - MEAN) / STD
    np.testing.assert_allclose(tensor, expected, 1e-5, 1e-5)


def test_the_list_says_how_a_file_takes_its_images(models: httpx.Client) -> None:
    listed = {model["id"]: model["input"] for model in models.get("/models").raise_for_status().json()}
    size = {"width": WIDTH, "height": HEIGHT, "channels": "RGB"}
    assert listed["plain"] == size | {"layout": "NCHW", "dtype": "float32", "batch": 1}
    assert listed["uint8-nhwc"] == size | {"layout": "NHWC", "dtype": "uint8", "batch": 2}


@pytest.mark.parametrize("name", KINDS)
def test_counts_and_receptive_fields_are_those_of_one_image(models: httpx.Client, name: str) -> None:
    facts, plain = (models.get(f"/models/{each}").raise_for_status().json() for each in (name, "plain"))
    assert (facts["macs"], facts["params"]) == (plain["macs"], plain["params"])
    fields = {layer["id"]: layer["receptive_field"] for layer in facts["layers"]}
    assert fields["conv"] == {"size": [3, 3], "step": [1, 1], "offset": [0, 0]}


@pytest.mark.parametrize("name", KINDS)
def test_the_page_and_the_maps_are_shown(address: str, models: httpx.Client, photo: str, name: str) -> None:
    assert models.get(f"/models/{name}/images/{photo}/layers/conv.png").status_code == 200
    page = httpx.get(
        f"{address}/?model={name}&image={photo}&layer=conv&channel=1", headers={"Accept": "text/html"}, timeout=60
    )
    assert page.status_code == 200
    page = httpx.get(f"{address}/?model={name}&image={photo}&layer=input", headers={"Accept": "text/html"}, timeout=60)
    assert page.status_code == 200


@pytest.mark.parametrize("name", KINDS)
def test_the_filters_of_the_first_convolution_are_coloured(models: httpx.Client, name: str) -> None:
    drawn = pixels(models.get(f"/models/{name}/layers/conv/filters.png"))
    assert drawn.ndim == 3
    if KINDS[name].weight_type is np.float32:
        np.testing.assert_array_equal(drawn, pixels(models.get("/models/plain/layers/conv/filters.png")))


@pytest.mark.parametrize("method", ["saliency", "gradcam", "occlusion", "integrated_gradients", "scorecam"])
def test_channels_last_are_explained_as_channels_first(models: httpx.Client, photo: str, method: str) -> None:
    first, last = (
        array(models, f"/models/{name}/images/{photo}/explanations/{method}.npy", layer="conv", target=1)
        if method in ("gradcam", "scorecam")
        else array(models, f"/models/{name}/images/{photo}/explanations/{method}.npy", target=1)
        for name in EXPLAINED
    )
    np.testing.assert_allclose(last, first, 1e-4, 1e-5)


def test_half_precision_is_explained_as_the_same_network_in_float32(models: httpx.Client, photo: str) -> None:
    whole, half = (
        array(models, f"/models/{name}/images/{photo}/explanations/saliency.npy", target=1)
        for name in ("plain", "float16")
    )
    assert np.corrcoef(whole.ravel(), half.ravel())[0, 1] > 0.99


@pytest.mark.parametrize(
    ("name", "reason"),
    [("batch-4", "one image at a time; this one takes 4"), ("uint8", "is uint8")],
)
def test_other_inputs_are_not_explained_and_say_so(models: httpx.Client, photo: str, name: str, reason: str) -> None:
    methods = models.get(f"/models/{name}/methods").raise_for_status().json()
    answer = models.get(f"/models/{name}/images/{photo}/explanations/saliency.npy", params={"target": 1})
    assert reason in str(methods)
    assert answer.status_code == 409
    assert reason in answer.json()["error"]["message"]
