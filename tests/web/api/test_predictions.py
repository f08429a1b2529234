"""What the API says of a prediction and of what the network was given, against NumPy and Pillow by hand."""

import io
import math
from types import SimpleNamespace
from typing import Any

import httpx
import numpy as np
import pytest
from PIL import Image

from app.engine.inference import Inference
from app.nets.outputs import Scores
from app.web.api.predictions import ClassSelection, NegativeInfo, _info
from tests.web.responses import array, pixels

MODEL = "squeezenet1_1"


@pytest.mark.parametrize("temperature", [0.1, 1, 2.5])
def test_a_temperature_divides_the_logits(client: httpx.Client, image: str, temperature: float) -> None:
    path = f"/models/{MODEL}/images/{image}/predictions"
    answer = client.get(path, params={"temperature": temperature, "top_k": 1000}).json()
    logits, scores = array(client, f"{path}.npy", temperature=temperature).astype(np.float64)
    powers = np.exp((logits - logits.max()) / temperature)
    by_hand = powers / powers.sum()
    np.testing.assert_allclose(scores, by_hand, atol=1e-6)
    assert [guess["index"] for guess in answer["predictions"]] == np.argsort(-logits, kind="stable").tolist()
    assert [guess["rank"] for guess in answer["predictions"]] == list(range(1, 1001))
    assert answer["predictions"][0]["score"] == pytest.approx(by_hand.max(), abs=1e-6)
    entropy = -(by_hand[by_hand > 0] * np.log2(by_hand[by_hand > 0])).sum()
    assert answer["entropy"] == pytest.approx(entropy, abs=1e-4)
    assert answer["entropy_share"] == pytest.approx(entropy / math.log2(1000), abs=1e-5)


def test_the_verdict_is_the_network_s_own_whatever_the_temperature(client: httpx.Client, image: str) -> None:
    path = f"/models/efficientnet_lite0/images/{image}/predictions"
    said = {client.get(path, params={"temperature": each}).json()["verdict"] for each in (0.1, 1, 5)}
    assert len(said) == 1


def test_any_class_can_be_asked_for(client: httpx.Client, image: str) -> None:
    path = f"/models/{MODEL}/images/{image}/predictions"
    (one,) = client.get(path, params={"target": "Siamese cat"}).json()["targets"]
    (same,) = client.get(path, params={"target": one["index"]}).json()["targets"]
    logits, scores = array(client, f"{path}.npy")
    assert one == same
    assert one["rank"] == int((logits > logits[one["index"]]).sum()) + 1
    assert one["logit"] == pytest.approx(logits[one["index"]])
    assert one["score"] == pytest.approx(scores[one["index"]])
    cats = client.get(path, params={"target": "cat"}).json()["targets"]
    assert [guess["rank"] for guess in cats] == sorted(guess["rank"] for guess in cats)
    assert all("cat" in guess["label"].casefold() for guess in cats)
    assert len(cats) > 4


def test_another_fit_shows_and_runs_another_view(client: httpx.Client, image: str, cat: bytes) -> None:
    path = f"/models/{MODEL}/images/{image}"
    view = Image.open(io.BytesIO(client.get(f"{path}/view.png", params={"fit": "crop"}).content))
    whole = Image.open(io.BytesIO(cat)).convert("RGB")
    across = int(227 * whole.width / whole.height)
    left = round((across - 227) / 2)
    expected = whole.resize((across, 227), Image.Resampling.BICUBIC).crop((left, 0, left + 227, 227))
    np.testing.assert_array_equal(np.asarray(view), np.asarray(expected))
    # A picture that already has the network's size is the same however it is made to fit.
    shown = io.BytesIO()
    expected.save(shown, "png")
    cropped = client.post("/images", files={"file": shown.getvalue()}).json()["id"]
    own, _ = array(client, f"/models/{MODEL}/images/{cropped}/predictions.npy")
    other, _ = array(client, f"{path}/predictions.npy", fit="crop")
    squashed, _ = array(client, f"{path}/predictions.npy")
    np.testing.assert_allclose(other, own, atol=1e-3)
    assert np.abs(other - squashed).max() > 0.1


def test_the_tensor_is_the_view_less_the_mean_in_the_network_s_order(client: httpx.Client, image: str) -> None:
    path = f"/models/{MODEL}/images/{image}"
    spec = client.get(f"/models/{MODEL}").json()["card"]["input"]
    view = pixels(client.get(f"{path}/view.png")).astype(np.float64)
    tensor = array(client, f"{path}/tensor.npy")
    assert spec["channels"] == "BGR"
    by_hand = (view[..., ::-1] * spec["scale"] - spec["mean"]) / spec["std"]
    np.testing.assert_allclose(tensor, by_hand.transpose(2, 0, 1), atol=1e-4)
    answer = client.get(f"{path}/tensor/2.png")
    greatest = float(answer.headers["X-Scale-Max"])
    levels = pixels(answer).astype(np.float64)
    assert greatest == pytest.approx(np.abs(tensor).max())
    np.testing.assert_allclose(levels / 255 * 2 * greatest - greatest, tensor[2], atol=greatest / 200)


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("predictions?temperature=0", 422),
        ("predictions?temperature=nan", 422),
        ("predictions?fit=stretch", 422),
        ("tensor/3.png", 404),
        ("tensor/-1.png", 422),
    ],
)
def test_what_there_is_not_is_refused(client: httpx.Client, image: str, query: str, status: int) -> None:
    answer = client.get(f"/models/{MODEL}/images/{image}/{query}")
    assert answer.status_code == status
    assert answer.json()["error"]["message"]


def test_an_architecture_has_no_tensor(client: httpx.Client, image: str) -> None:
    assert client.get(f"/models/vgg16/images/{image}/tensor.npy").status_code == 409


@pytest.mark.parametrize(
    ("kind", "logits", "scores", "negative"),
    [
        ("binary", [0.5], [0.625], NegativeInfo(label="no cat", score=0.375)),
        ("sigmoid", [0.5, -1], [0.625, 0.25], None),
        ("vector", [0.5, -1], [0.5, -1], None),
    ],
)
def test_of_classes_that_do_not_exclude_one_another_nothing_is_said_in_common(
    kind: Any, logits: list[float], scores: list[float], negative: NegativeInfo | None
) -> None:
    card = SimpleNamespace(energy_limit=None)
    labels = ("cat", "dog")[: len(logits)]
    network: Any = SimpleNamespace(id="net", labels=labels, negative_label="no cat", card=card)
    found = Scores(np.array(logits, np.float32), np.array(scores, np.float32), 0.002, kind)
    info = _info(Inference(network, "photo"), found, ClassSelection(2, 3.0, "cat"), {"run": 0.002})
    assert (info.entropy, info.entropy_share, info.margin, info.temperature) == (None, None, None, 1)
    assert (info.head, info.negative, info.timing_ms) == (kind, negative, {"run": 2})
    assert info.threshold == (None if kind == "vector" else 0.5)
    assert tuple(each.label for each in info.predictions) == labels
    assert info.targets == info.predictions[:1]
    assert (info.unfamiliar, info.energy, info.energy_limit, info.note) == (None, None, None, None)


def test_an_input_beyond_the_limit_of_the_energy_is_unfamiliar() -> None:
    for limit, is_unfamiliar in ((-2.0, True), (-1.0, True), (0.0, False)):
        card = SimpleNamespace(energy_limit=limit)
        network: Any = SimpleNamespace(id="net", labels=("cat", "dog"), card=card)
        scores = Scores(np.zeros(2, np.float32), np.full(2, 0.5, np.float32), 0.0)
        info = _info(Inference(network, "photo"), scores, ClassSelection(), {})
        assert info.energy == pytest.approx(-math.log(2))
        assert (info.energy_limit, info.unfamiliar) == (limit, is_unfamiliar)
        assert (info.entropy, info.entropy_share, info.margin, info.temperature) == (1, 1, 0, 1)
