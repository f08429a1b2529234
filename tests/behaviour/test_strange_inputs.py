"""Networks that take no plain image: every value is plain onnxruntime's, and every page and resource answers."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import numpy.typing as npt
import pytest
from onnx import ModelProto, TensorProto, helper, numpy_helper

from app.web.pages.translation import Translation, read_sentences
from tests.conftest import serving
from tests.nets.models_folder import place
from tests.nets.reading.references.plain_runs import build, opened, plain_run, weight
from tests.web.responses import array, pixels

Array = npt.NDArray[Any]
MEAN, STD = 0.5, 0.25  # of the card's normalisation
FLOAT, INT = TensorProto.FLOAT, TensorProto.INT64
GREY = {"channels": "grey", "mean": [MEAN], "std": [STD]}
node = helper.make_node


@dataclass(frozen=True)
class Kind:
    """A network, what its card says of the view, the feeds for a view (C, H, W), and what a remark says."""

    model: ModelProto
    feeds: Callable[[Array], Mapping[str, Array]]
    remark: str
    spec: dict[str, Any] = field(default_factory=dict)


def convolving(shape: list[int | str], kernel: tuple[int, ...], *first: Any, read: str = "x") -> ModelProto:
    """A convolution of `read`, which `first` computes from the input, a rectifier and the mean of each channel."""
    nodes = [
        *first,
        node("Conv", [read, "w"], ["c"], "conv"),
        node("Relu", ["c"], ["r"], "relu"),
        node("GlobalAveragePool", ["r"], ["g"], "mean"),
        node("Flatten", ["g"], ["y"], "flat"),
    ]
    front = [numpy_helper.from_array(np.array([0]), "front")] if first else []
    return build(nodes, [weight("w", *kernel), *front], {"x": (FLOAT, shape)})


def masked() -> ModelProto:
    nodes = [node("Mul", ["x", "mask"], ["m"], "masked"), node("Conv", ["m", "w"], ["y"], "conv")]
    inputs: dict[str, tuple[int, list[int | str]]] = {"mask": (FLOAT, ["N", 1, 8, 8]), "x": (FLOAT, ["N", 3, 8, 8])}
    return build(nodes, [weight("w", 3, 3, 3, 3)], inputs)


def words() -> ModelProto:
    nodes = [
        node("Gather", ["table", "x"], ["e"], "embedding"),
        node("MatMul", ["e", "w"], ["h"], "dense"),
        node("Tanh", ["h"], ["t"], "tanh"),
        node("ReduceMean", ["t"], ["y"], "mean", axes=[1], keepdims=0),
    ]
    return build(nodes, [weight("table", 40, 6), weight("w", 6, 3)], {"x": (INT, ["N", "L"])})


def rows(view: Array, length: int) -> Array:
    return view.reshape(1, -1)[:, :length]


UNSQUEEZE = node("Unsqueeze", ["x", "front"], ["u"], "batch")
MOVE = node("Transpose", ["x"], ["t"], "moved", perm=[2, 0, 1])
KINDS = {
    "four-channels": Kind(
        convolving(["N", 4, 8, 8], (3, 4, 3, 3)),
        lambda view: {"x": np.concatenate([view, np.zeros_like(view[:1])])[np.newaxis]},
        "takes 4 channels",
    ),
    "no-batch": Kind(convolving([3, 8, 8], (3, 3, 3, 3), UNSQUEEZE, read="u"), lambda view: {"x": view}, ""),
    "no-batch-last": Kind(
        convolving(
            [8, 8, 3], (3, 3, 3, 3), MOVE, node("Unsqueeze", ["t", "front"], ["u"], "batch"), read="u"
        ),
        lambda view: {"x": view.transpose(1, 2, 0)},
        "",
    ),
    "matrix": Kind(
        convolving(["N", 20, 30], (3, 20, 3)), lambda view: {"x": view}, "takes a matrix",
        GREY | {"height": 20, "width": 30},
    ),
    "sound": Kind(
        convolving(["N", 1, 200], (3, 1, 9)), lambda view: {"x": rows(view, 200)[np.newaxis]}, "takes a sequence",
        GREY | {"height": 14, "width": 15},
    ),
    "words": Kind(
        words(), lambda view: {"x": rows(view, 256).astype(np.int64) * 40 // 256}, "takes whole numbers",
        GREY | {"height": 16, "width": 16, "scale": 1.0, "mean": [0.0], "std": [1.0]},
    ),
    "film": Kind(
        convolving(["N", 3, "D", 8, 8], (3, 3, 3, 3, 3)),
        lambda view: {"x": np.stack([view] * 8, axis=1)[np.newaxis]},
        "8 times the same image",
    ),
    "mask": Kind(
        masked(),
        lambda view: {"x": view[np.newaxis], "mask": np.ones((1, 1, 8, 8), np.float32)},
        "mask is filled with ones",
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("models")
    for name, kind in KINDS.items():
        place(folder, name, kind.model, ["red", "green", "blue"], **kind.spec)
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


def layers(models: httpx.Client, name: str) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = models.get(f"/models/{name}").raise_for_status().json()["layers"]
    return listed


@pytest.mark.parametrize("name", KINDS)
def test_every_value_of_every_layer_is_that_of_plain_onnxruntime(models: httpx.Client, photo: str, name: str) -> None:
    kind, path = KINDS[name], f"/models/{name}/images/{photo}"
    view = np.atleast_3d(pixels(models.get(f"{path}/view.png")))[..., : 1 if kind.spec else 3].transpose(2, 0, 1)
    tensor = view.astype(np.float32) if name == "words" else ((view / 255 - MEAN) / STD).astype(np.float32)
    expected = plain_run(kind.model, kind.feeds(tensor))
    by_name = {each.name: each.output[0] for each in kind.model.graph.node}
    listed = layers(models, name)
    assert {layer["id"] for layer in listed} <= by_name.keys()
    for layer in listed:
        found = array(models, f"{path}/layers/{layer['id']}.npy")
        assert list(found.shape) == layer["output_shape"]
        np.testing.assert_allclose(found.ravel(), expected[by_name[layer["id"]]].ravel(), 1e-4, 1e-4)


@pytest.mark.parametrize("name", ["no-batch", "no-batch-last", "four-channels", "mask"])
def test_the_receptive_fields_are_those_of_an_image(models: httpx.Client, name: str) -> None:
    fields = {layer["id"]: layer["receptive_field"] for layer in layers(models, name)}
    assert fields["conv"] == {"size": [3, 3], "step": [1, 1], "offset": [0, 0]}


@pytest.mark.parametrize("name", KINDS)
def test_the_remarks_say_what_the_input_is_given(tmp_path: Path, name: str) -> None:
    kind = KINDS[name]
    remarks = opened(tmp_path, kind.model, **kind.spec).graph.remarks
    assert kind.remark in " ".join(remarks)
    assert bool(remarks) is bool(kind.remark)
    german = Translation("de", read_sentences("de"))
    assert [remark for remark in remarks if german.find(remark) is None] == []


@pytest.mark.parametrize("name", KINDS)
def test_every_page_and_resource_answers(address: str, models: httpx.Client, photo: str, name: str) -> None:
    path = f"/models/{name}/images/{photo}"
    resources = [f"{path}/{each}" for each in ("layers", "predictions", "tensor.npy", "outputs", "preprocessings")]
    pages = [f"/?model={name}&image={photo}&layer=input", f"/?model={name}&image={photo}&explain=saliency"]
    for layer in (each["id"] for each in layers(models, name)):
        parts = ("channels/0", "channels/0.png", "cells/0/0/0", "cells/0/0/0/code?as=numpy")
        resources += [f"{path}/layers/{layer}.png", *(f"{path}/layers/{layer}/{part}" for part in parts)]
        resources.append(f"/models/{name}/layers/{layer}/filters.png")
        pages.append(f"/?model={name}&image={photo}&layer={layer}&channel=0")
    methods = ("saliency", "gradcam", "occlusion", "scorecam")
    resources += [f"{path}/explanations/{method}.json?target=0" for method in methods]
    failed = [resource for resource in resources if models.get(resource).status_code >= 500]
    html = {"Accept": "text/html"}
    network = httpx.get(f"{address}/?model={name}&image={photo}", headers=html, timeout=60).text
    assert KINDS[name].remark in network
    failed += [page for page in pages if httpx.get(f"{address}{page}", headers=html, timeout=60).status_code != 200]
    assert failed == []
