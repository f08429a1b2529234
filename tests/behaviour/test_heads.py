"""Networks whose output is no softmax: what the API and the page say of them, against onnxruntime."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest

from tests.conftest import serving
from tests.nets.heads import FORMS, Array, place_form, run_plainly
from tests.web.responses import array

NETWORKS = {
    "multi-label": ("sigmoid", ["cat", "dog", "car", "bus"]),
    "single": ("one unit", ["dog"]),
    "pair": ("one unit", ["cat", "dog"]),
    "unnamed": ("one unit", []),
    "number": ("one logit", []),
    "numbers": ("logits", []),
    "features": ("features", []),
    "mixed": ("mean of two", ["cat", "dog", "car", "bus"]),
    "logged": ("log-softmax", ["cat", "dog", "car", "bus"]),
}


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models")
    for name, (form, labels) in NETWORKS.items():
        place_form(folder, name, FORMS[form], labels)
    return folder


@pytest.fixture(scope="module")
def site(models: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    with (
        serving(tmp_path_factory.mktemp("data"), models) as address,
        httpx.Client(base_url=address, timeout=60) as client,
    ):
        yield client


@pytest.fixture(scope="module")
def image(site: httpx.Client, cat: bytes) -> str:
    identity: str = site.post("/api/v1/images", files={"file": cat}).json()["id"]
    return identity


def predictions(site: httpx.Client, image: str, name: str, **query: str | int) -> dict[str, Any]:
    answer = site.get(f"/api/v1/models/{name}/images/{image}/predictions", params=query)
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


def output(site: httpx.Client, models: Path, image: str, name: str) -> Array:
    """The output that onnxruntime computes from the input tensor."""
    tensor = array(site, f"/api/v1/models/{name}/images/{image}/tensor.npy")
    return run_plainly(models / f"{name}.onnx", tensor.reshape(1, *tensor.shape[-3:]), "y")[0].reshape(-1)


def page(site: httpx.Client, image: str, name: str, **query: str) -> str:
    answer = site.get("/", params={"model": name, "image": image, "wait": "true"} | query)
    assert answer.status_code == 200
    return answer.text


def test_separate_labels_are_above_a_threshold_or_not(site: httpx.Client, models: Path, image: str) -> None:
    answer, expected = predictions(site, image, "multi-label"), output(site, models, image, "multi-label")
    assert (answer["head"], answer["threshold"], answer["verdict"], answer["entropy"]) == ("sigmoid", 0.5, None, None)
    for prediction in answer["predictions"]:
        assert prediction["score"] == pytest.approx(expected[prediction["index"]], rel=1e-3, abs=1e-6)
        assert prediction["present"] == (expected[prediction["index"]] >= 0.5)
    text = page(site, image, "multi-label")
    assert f"Labels with a sufficient probability: {(expected >= 0.5).sum()} of 4," in text
    assert 'id="temperature"' not in text
    assert 'id="entropy"' not in text


@pytest.mark.parametrize(
    ("name", "doubt"),
    [("unnamed", None), ("number", "such as an age"), ("numbers", "may be features"), ("features", None)],
)
def test_numbers_that_nothing_calls_scores_may_be_others(
    site: httpx.Client, image: str, name: str, doubt: str | None
) -> None:
    text = page(site, image, name)
    assert [words for words in ("such as an age", "may be features") if words in text] == [doubt] * (doubt is not None)


@pytest.mark.parametrize(("name", "negative"), [("single", None), ("pair", "cat")])
def test_a_single_unit_is_positive_or_negative(
    site: httpx.Client, models: Path, image: str, name: str, negative: str | None
) -> None:
    answer, expected = predictions(site, image, name), output(site, models, image, name).item()
    (prediction,) = answer["predictions"]
    assert answer["head"] == "binary"
    assert (prediction["index"], prediction["label"]) == (0, "dog")
    assert prediction["score"] == pytest.approx(expected, rel=1e-3)
    assert prediction["score"] < 1
    assert answer["negative"] == {"label": negative, "score": pytest.approx(1 - expected, rel=1e-3)}
    assert prediction["present"] == (expected >= 0.5)
    text = page(site, image, name)
    assert f'data-verdict="{"positive" if expected >= 0.5 else "negative"}"' in text
    assert (negative or "not dog") in text


@pytest.mark.parametrize("experiment", ["layers", "switch-off", "paint", "compare", "depth", "picture"])
def test_an_experiment_is_shown_for_a_network_without_classes(site: httpx.Client, image: str, experiment: str) -> None:
    answer = site.get(f"/experiments/{experiment}", params={"model": "features", "image": image})
    assert answer.status_code == 200
    assert "Prediction of the network:" not in answer.text


def test_numbers_that_are_no_classes_are_shown_by_their_index(site: httpx.Client, models: Path, image: str) -> None:
    answer, expected = predictions(site, image, "features", top_k=3), output(site, models, image, "features")
    assert answer["head"] == "vector"
    assert [each["index"] for each in answer["predictions"]] == np.argsort(-expected, kind="stable")[:3].tolist()
    assert [each["score"] for each in answer["predictions"]] == [None] * 3
    np.testing.assert_allclose([each["logit"] for each in answer["predictions"]], np.sort(expected)[:-4:-1], rtol=1e-4)
    text = page(site, image, "features")
    assert "No classification. Numbers of the output: 512, shape 8 × 8 × 8" in text
    assert {each["id"]: each["labels"] for each in site.get("/api/v1/models").json()}["features"] == 0


@pytest.mark.parametrize("name", ["mixed", "logged"])
def test_probabilities_are_those_of_the_file(site: httpx.Client, models: Path, image: str, name: str) -> None:
    answer, expected = predictions(site, image, name), output(site, models, image, name)
    expected = np.exp(expected) if name == "logged" else expected
    found = {each["index"]: each["score"] for each in answer["predictions"]}
    np.testing.assert_allclose([found[index] for index in range(4)], expected, rtol=1e-3, atol=1e-6)
    assert answer["verdict"]
    assert ('id="temperature"' in page(site, image, name)) == (name == "logged")


@pytest.mark.parametrize("name", NETWORKS)
def test_every_output_is_explained_with_its_faithfulness(site: httpx.Client, image: str, name: str) -> None:
    path = f"/api/v1/models/{name}/images/{image}/explanations/occlusion"
    assert np.abs(array(site, f"{path}.npy")).max() > 0
    best = predictions(site, image, name)["predictions"][0]
    text = page(site, image, name, why=str(best["index"]), method="occlusion")
    assert 'data-verdict="' in text
    assert best["label"] in text


@pytest.mark.parametrize("name", NETWORKS)
def test_the_other_pages_show_every_output(site: httpx.Client, image: str, name: str) -> None:
    page(site, image, name, layer="input")
    page(site, image, name, target="dog")
    page(site, image, name, target="1")
    for layer in site.get(f"/api/v1/models/{name}").json()["layers"]:
        page(site, image, name, layer=layer["id"], channel="0")
    answer = site.get("/compare", params={"models": [name, "logged"], "image": image})
    assert answer.status_code == 200
