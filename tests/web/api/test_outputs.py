"""The outputs of networks that are no classifiers, over HTTP: against plain onnxruntime and NumPy."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
from numpy.typing import NDArray

from app.rendering.palette import class_colour
from tests.conftest import serving
from tests.nets.graph_outputs.networks import SIDE, columns, place_detector, place_network
from tests.nets.heads import FORMS, place_form, run_plainly
from tests.web.responses import array, pixels

BOXES = columns(
    (10, 12, 8, 6, 0.1, 0.9),
    (10.5, 12, 8, 6, 0.2, 0.8),
    (24, 20, 10, 12, 0.7, 0.1),
    (16, 16, 9, 9, 0.2, 0.1),
    classes=2,
)
CHANNELS = {"mask": 5, "image": 3, "features": 6, "embedding": 7, "several": 4}


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models")
    for name, channels in CHANNELS.items():
        place_network(folder, name, ["sky", "sea", "sand", "tree", "road"] if name == "mask" else [], channels)
    place_detector(folder, "detector", BOXES, ["cat", "dog"])
    place_form(folder, "unit", FORMS["one unit"], ["no", "yes"])
    return folder


@pytest.fixture(scope="module")
def site(models: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    with (
        serving(tmp_path_factory.mktemp("data"), models) as address,
        httpx.Client(base_url=f"{address}/api/v1", timeout=60) as client,
    ):
        yield client


@pytest.fixture(scope="module")
def image(site: httpx.Client, cat: bytes) -> str:
    return str(site.post("images", files={"file": cat}).json()["id"])


def read(site: httpx.Client, image: str, name: str, **query: float | str) -> list[dict[str, Any]]:
    answer = site.get(f"models/{name}/images/{image}/outputs", params=query)
    outputs: list[dict[str, Any]] = answer.raise_for_status().json()
    return outputs


def run(site: httpx.Client, models: Path, image: str, name: str, value: str = "y") -> NDArray[Any]:
    """The output that onnxruntime computes from the input tensor."""
    tensor = array(site, f"models/{name}/images/{image}/tensor.npy")
    values: NDArray[Any] = run_plainly(models / f"{name}.onnx", tensor.reshape(1, 3, SIDE, SIDE), value)[0]
    return values


def test_each_output_says_what_it_is_and_how_sure_that_is(site: httpx.Client, image: str) -> None:
    kinds = {name: [(each["kind"], each["certainty"]) for each in read(site, image, name)] for name in CHANNELS}
    assert kinds == {
        "mask": [("mask", "certain")],
        "image": [("image", "likely")],
        "features": [("maps", "certain")],
        "embedding": [("vector", "certain")],
        "several": [("maps", "certain"), ("mask", "likely")],
    }


@pytest.mark.parametrize(("name", "index", "value"), [(name, 0, "y") for name in CHANNELS] + [("several", 1, "q")])
def test_the_numbers_are_those_of_onnxruntime(
    site: httpx.Client, models: Path, image: str, name: str, index: int, value: str
) -> None:
    expected = run(site, models, image, name, value)[0]
    np.testing.assert_allclose(array(site, f"models/{name}/images/{image}/outputs/{index}.npy"), expected, atol=1e-5)
    described = read(site, image, name)[index]
    assert described["shape"] == list(expected.shape)
    assert (described["min"], described["max"]) == pytest.approx((expected.min(), expected.max()), abs=1e-5)


def test_boxes_are_those_with_enough_score_that_no_better_one_overlaps(site: httpx.Client, image: str) -> None:
    boxes = read(site, image, "detector")[0]["boxes"]
    assert (boxes["total"], boxes["candidates"], boxes["coordinates"]) == (BOXES.shape[1], 3, "pixels")
    corners = [[each[side] for side in ("left", "top", "right", "bottom")] for each in boxes["detections"]]
    assert corners == [[6, 9, 14, 15], [19, 14, 29, 26]]
    assert [(each["index"], each["label"]) for each in boxes["detections"]] == [(1, "dog"), (0, "cat")]
    assert [each["score"] for each in boxes["detections"]] == pytest.approx([0.9, 0.7])


def test_a_threshold_leaves_boxes_out_and_an_overlap_lets_them_in(site: httpx.Client, image: str) -> None:
    assert len(read(site, image, "detector", threshold=0.8)[0]["boxes"]["detections"]) == 1
    assert len(read(site, image, "detector", overlap=0.95)[0]["boxes"]["detections"]) == 3
    assert site.get(f"models/detector/images/{image}/outputs", params={"threshold": 2}).status_code == 422


def test_a_mask_has_the_share_of_each_class(site: httpx.Client, models: Path, image: str) -> None:
    scores = run(site, models, image, "mask")[0]
    indices, counts = np.unique(scores.argmax(axis=0), return_counts=True)
    mask = read(site, image, "mask")[0]["mask"]
    shares = {each["index"]: each["share"] for each in mask["classes"]}
    assert shares == pytest.approx(dict(zip(indices.tolist(), counts / SIDE**2, strict=True)))
    assert {each["label"] for each in mask["classes"]} <= {"sky", "sea", "sand", "tree", "road"}
    drawn = pixels(site.get(f"models/mask/images/{image}/outputs/0.png"))
    expected = np.array([class_colour(index) for index in range(5)])[scores.argmax(axis=0)]
    assert np.mean(drawn == expected) > 0.999


def test_an_image_is_drawn_from_minus_one_to_one(site: httpx.Client, models: Path, image: str) -> None:
    values = run(site, models, image, "image")[0]
    described = read(site, image, "image")[0]["image"]
    assert described == {"low": -1, "high": 1, "is_usual": True, "clipped": 0}
    drawn = pixels(site.get(f"models/image/images/{image}/outputs/0.png"))
    np.testing.assert_allclose(drawn, (values.transpose(1, 2, 0) + 1) * 127.5, atol=1)


def test_maps_are_read_as_what_the_address_says(site: httpx.Client, models: Path, image: str) -> None:
    assert [each["kind"] for each in read(site, image, "features", read_as="mask")] == ["mask"]
    values = run(site, models, image, "features")[0]
    drawn = pixels(site.get(f"models/features/images/{image}/outputs/0.png", params={"read_as": "mask"}))
    expected = np.array([class_colour(index) for index in range(6)])[values.argmax(axis=0)]
    assert np.mean(drawn == expected) > 0.999
    (chosen,) = read(site, image, "image", read_as="mask")
    assert (chosen["kind"], chosen["certainty"], chosen["sign"]) == ("mask", "certain", "chosen")
    assert [each["kind"] for each in read(site, image, "features", read_as="image")] == ["maps"]
    assert [each["kind"] for each in read(site, image, "detector", read_as="maps")] == ["boxes"]


def test_boxes_are_drawn_on_the_view(site: httpx.Client, image: str) -> None:
    view = pixels(site.get(f"models/detector/images/{image}/view.png"))
    drawn = pixels(site.get(f"models/detector/images/{image}/outputs/0.png"))
    changed = (drawn != view).any(axis=2)
    assert changed[9, 6:14].mean() > 0.8
    assert not changed[10:14, 7:13].any()
    assert tuple(drawn[9, 6]) == class_colour(1)


@pytest.mark.parametrize("name", ["features", "embedding"])
def test_other_numbers_are_drawn_as_those_of_a_layer(site: httpx.Client, image: str, name: str) -> None:
    assert pixels(site.get(f"models/{name}/images/{image}/outputs/0.png")).ndim == 2


def test_an_output_that_is_not_there_is_an_error(site: httpx.Client, image: str) -> None:
    answer = site.get(f"models/mask/images/{image}/outputs/1.png")
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "unknown_output")
    assert answer.json()["error"]["details"] == {"count": 1}


def test_damage_changes_which_side_of_a_single_unit_is_the_answer_and_needs_classes(
    site: httpx.Client, models: Path, image: str
) -> None:
    tensor = array(site, f"models/unit/images/{image}/tensor.npy")
    probability = float(run_plainly(models / "unit.onnx", tensor.reshape(1, 3, 8, 8), "y")[0].item())
    body = {"layer": "MatMul_1", "kind": "noise", "amount": 9, "image": image}
    answers = [site.post("models/unit/damages", json=body | {"seed": seed}).json()["picture"] for seed in range(6)]
    before = {"index": 1, "label": "yes", "score": probability}
    if probability < 0.5:
        before = {"index": 0, "label": "no", "score": 1 - probability}
    assert answers[0]["before"] == pytest.approx(before, abs=1e-5)
    assert {answer["after"]["label"] for answer in answers} == {"no", "yes"}
    refused = site.post("models/embedding/damages", json=body | {"layer": layer_of(site, "embedding")})
    assert (refused.status_code, "no scores of classes" in refused.text) == (409, True)


def layer_of(site: httpx.Client, name: str) -> str:
    """A layer of a network."""
    return str(site.get(f"models/{name}").json()["layers"][0]["id"])
