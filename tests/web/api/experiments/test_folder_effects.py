"""The channels that matter for the classes of folders over HTTP, against plain onnxruntime and the last weights."""

import csv
import io
from pathlib import Path

import httpx
import numpy as np
import onnx
import onnxruntime
from PIL import Image

from app.nets.catalog import Catalog
from app.nets.preprocessing.tensor import tensor_of
from app.nets.preprocessing.view import view_of
from app.nets.runtime import start_runtime
from tests.conftest import SAMPLES
from tests.web.responses import events

MODELS = Path(__file__).parents[4] / "models"
MODEL, LAYER = "resnet18-imagenette", "conv5_2.relu2"
FILES = {"golf_ball/1.jpg": "golf-ball.jpg", "church/2.jpg": "church.jpg", "church/3.jpg": "parachute.jpg"}
CLASSES = {"golf_ball": "golf ball", "church": "church"}


def lost_logits(label: str, file: str) -> np.ndarray:
    """What a class loses without each channel before the average pool and the linear layer: weight times mean."""
    network = Catalog(MODELS, start_runtime("cpu", 1), open_limit=1).get(MODEL)
    model = onnx.load(MODELS / f"{MODEL}.onnx")
    pooled = next(node for node in model.graph.node if node.op_type == "GlobalAveragePool")
    linear = next(node for node in model.graph.node if node.op_type == "Gemm")
    weights = next(each for each in model.graph.initializer if each.name == linear.input[1])
    model.graph.output.append(onnx.ValueInfoProto(name=pooled.output[0]))
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    view = view_of(np.asarray(Image.open(SAMPLES / file).convert("RGB")), network.card.input)
    feeds = {session.get_inputs()[0].name: tensor_of(view, network.card.input)}
    (means,) = session.run([pooled.output[0]], feeds)
    return np.asarray(onnx.numpy_helper.to_array(weights)[network.labels.index(label)] * means.reshape(-1))


def test_the_channels_of_each_class_are_those_of_the_arithmetic(client: httpx.Client) -> None:
    files = [("file", (name, (SAMPLES / file).read_bytes())) for name, file in FILES.items()]
    collection = client.post("/collections", files=[*files, ("file", ("x/4.jpg", files[0][1][1]))]).json()["id"]
    address = f"/models/{MODEL}/collections/{collection}/layers/{LAYER}/effects"
    with client.stream("POST", address) as answer:
        *earlier, (last, result) = events(answer)
    assert ({name for name, _ in earlier} <= {"progress"}, last) == (True, "done")
    assert client.get(address).json() == result
    table = np.array([row[1:] for row in csv.reader(io.StringIO(client.get(f"{address}.csv").text))][1:], float)
    for place, folder in enumerate(result["folders"]):
        photos = [file for name, file in FILES.items() if name.startswith(folder["name"])]
        expected = np.mean([lost_logits(CLASSES[folder["name"]], file) for file in photos], axis=0)
        np.testing.assert_allclose(table[:, place], expected, atol=1e-3)
        assert len(folder["images"]) == len(photos)
        strongest = [each["channel"] for each in folder["strongest"]]
        np.testing.assert_allclose(expected[strongest], np.sort(expected)[::-1][: len(strongest)], atol=1e-3)
    assert [folder["name"] for folder in result["folders"]] == [*CLASSES]


def test_folders_of_no_class_are_refused_in_words(client: httpx.Client, cat: bytes) -> None:
    collection = client.post("/collections", files=[("file", ("nothing/1.jpg", cat))]).json()["id"]
    answer = client.post(f"/models/{MODEL}/collections/{collection}/layers/{LAYER}/effects")
    assert answer.status_code == 400
    assert "No folder is named after a class" in answer.json()["error"]["message"]
