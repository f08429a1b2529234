"""What the API says of the usual preprocessings of a picture."""

from pathlib import Path

import httpx
import pytest

from tests.nets.graph_outputs.networks import place_network


def test_the_one_in_use_predicts_what_the_network_predicts(client: httpx.Client, image: str) -> None:
    path = f"/models/squeezenet1_1/images/{image}"
    answer = client.get(f"{path}/preprocessings", params={"top_k": 3}).json()
    (own,) = [each for each in answer["preprocessings"] if each["in_use"]]
    predictions = client.get(f"{path}/predictions", params={"top_k": 3}).json()["predictions"]
    assert [guess["label"] for guess in own["predictions"]] == [guess["label"] for guess in predictions]
    for mine, plain in zip(own["predictions"], predictions, strict=True):
        assert mine["logit"] == pytest.approx(plain["logit"], rel=1e-4)


def test_it_says_whether_the_best_class_changes(client: httpx.Client, image: str) -> None:
    answer = client.get(f"/models/squeezenet1_1/images/{image}/preprocessings").json()
    best = {each["predictions"][0]["index"] for each in answer["preprocessings"]}
    assert answer["top1_changes"] == (len(best) > 1)
    assert [each["name"] for each in answer["preprocessings"]] == ["imagenet", "unit", "signed", "caffe"]


def test_each_says_how_the_tensor_is_made(client: httpx.Client, image: str) -> None:
    answer = client.get(f"/models/squeezenet1_1/images/{image}/preprocessings").json()
    (caffe,) = [each["input"] for each in answer["preprocessings"] if each["name"] == "caffe"]
    assert (caffe["channels"], caffe["scale"], caffe["mean"]) == ("BGR", 1.0, [103.939, 116.779, 123.68])


def test_a_network_without_weights_has_none(client: httpx.Client, image: str) -> None:
    assert client.get(f"/models/vgg16/images/{image}/preprocessings").json()["error"]["code"] == "not_available"


def test_a_mask_names_its_largest_areas(client: httpx.Client, image: str, tmp_path: Path) -> None:
    files = {"file": ("mask.onnx", place_network(tmp_path, "mask").read_bytes())}
    own = client.post("/models", files=files, data={"labels": '["sky", "cat", "sea"]'}).json()
    answer = client.get(f"/models/{own['id']}/images/{image}/preprocessings").json()
    for way in answer["preprocessings"]:
        assert sum(area["value"] for area in way["leading"]) == pytest.approx(1)
        assert {area["label"] for area in way["leading"]} <= {"sky", "cat", "sea"}
    first = [way["leading"][0]["index"] for way in answer["preprocessings"]]
    assert answer["top1_changes"] == (len(set(first)) > 1)
