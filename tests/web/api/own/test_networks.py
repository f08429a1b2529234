"""Own networks through the API of a running server: opened, used, read another way, published, deleted."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import onnxruntime as ort
import pytest

from tests.conftest import start, wait_until
from tests.nets.own.networks import classifier, unusable, with_external_data
from tests.web.responses import array, pixels

pytestmark = pytest.mark.slow

ADMIN_WORD = "lecture-7"
ADMIN = {"Authorization": f"Bearer {ADMIN_WORD}"}
NET = classifier().SerializeToString()
LABELS = ["cat", "dog", "<b>hen</b>"]


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that the server watches."""
    return tmp_path_factory.mktemp("watched")


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory, watched: Path) -> Iterator[httpx.Client]:
    variables = {"admin_token": ADMIN_WORD, "own_network_max_bytes": "30000000", "watch_dir": str(watched)}
    process, address = start(tmp_path_factory.mktemp("own"), **variables)
    with httpx.Client(base_url=f"{address}/api/v1", timeout=60) as client:
        yield client
    process.terminate()
    assert process.wait(30) == 0


def open_network(api: httpx.Client, net: bytes = NET, name: str = "net.onnx", **fields: Any) -> dict[str, Any]:
    response = api.post("/models", files={"file": (name, net)}, data=fields)
    assert response.status_code == 201, response.text
    info: dict[str, Any] = response.json()
    assert response.headers["location"] == f"models/{info['id']}"
    return info


def error_of(response: httpx.Response) -> tuple[int, str]:
    return response.status_code, response.json()["error"]["code"]


def test_an_opened_network_answers_as_any_other(api: httpx.Client, cat: bytes) -> None:
    spec = {"scale": 1 / 255, "mean": [0.5, 0.5, 0.5], "std": [0.25, 0.25, 0.25], "resize": {"rule": "squash"}}
    info = open_network(api, labels=json.dumps(LABELS), card=json.dumps({"name": "Mine", "input": spec}))
    assert (info["name"], info["labels"], info["head"]) == ("Mine", LABELS, "logits")
    assert [(each["kind"], each["classes"]) for each in info["outputs"]] == [("classes", len(LABELS))]
    assert (info["published"], info["bytes"]) == (False, len(NET))
    detail = api.get(f"/models/{info['pinned']}").json()
    assert [layer["op"] for layer in detail["layers"]] == ["Conv", "Relu", "GlobalAveragePool", "Flatten"]
    place = f"/models/{info['id']}/images/{api.post('/images', files={'file': cat}).json()['id']}"
    predictions = api.get(f"{place}/predictions").json()["predictions"]
    logits = {entry["label"]: entry["logit"] for entry in predictions}
    tensor = array(api, f"{place}/tensor.npy")
    expected = ort.InferenceSession(NET).run(None, {"x": tensor[np.newaxis]})[0][0]
    assert [logits[label] for label in LABELS] == pytest.approx(expected.tolist(), rel=1e-5)
    assert pixels(api.get(f"{place}/layers/{detail['layers'][0]['id']}.png")).size


def test_external_data_comes_as_files_beside_it(api: httpx.Client) -> None:
    model, data = with_external_data(classifier(), "net.onnx.data")
    files = [("file", ("net.onnx", model)), ("file", ("net.onnx.data", data))]
    response = api.post("/models", files=files)
    assert response.status_code == 201, response.text
    layer = api.get(f"/models/{response.json()['id']}").json()["layers"][0]["id"]
    filters = array(api, f"/models/{response.json()['id']}/layers/{layer}/filters.npy")
    assert filters.tobytes() == data


def test_the_same_file_again_has_the_same_id(api: httpx.Client) -> None:
    assert open_network(api)["id"] == open_network(api)["id"] != open_network(api, labels="a\nb\nc")["id"]


def test_it_is_in_no_list(api: httpx.Client) -> None:
    info = open_network(api)
    assert info["id"] not in api.get("/models").text
    assert info["id"] not in api.get("/models/nothing").text


def test_another_input_has_another_id_and_the_rest_stays(api: httpx.Client) -> None:
    first = open_network(api, labels="a\nb\nc")
    response = api.put(f"/models/{first['pinned']}/input", json={"mean": [1, 2, 3], "scale": 1})
    assert response.status_code == 201, response.text
    other = response.json()
    assert other["id"] != first["id"]
    assert other["input"] == first["input"] | {"mean": [1, 2, 3], "scale": 1}
    assert other["labels"] == first["labels"]
    assert {"mean", "scale"} & {*first["assumed"]} == {"mean", "scale"}
    assert not {"mean", "scale"} & {*other["assumed"]}
    assert [found["source"] for found in other["findings"] if found["field"] == "mean"] == ["chosen"]
    assert api.get(f"/models/{other['id']}/own").json()["id"] == other["id"]


@pytest.mark.parametrize("fields", [{"mean": [1]}, {"width": -1}, {"colour": "red"}, {"scale": "big"}])
def test_an_input_out_of_range_is_refused(api: httpx.Client, fields: dict[str, Any]) -> None:
    response = api.put(f"/models/{open_network(api)['id']}/input", json=fields)
    assert error_of(response) == (400, "invalid_request")
    assert next(iter(fields)) in response.json()["error"]["message"]


def test_a_deleted_network_is_unknown(api: httpx.Client) -> None:
    model = open_network(api, classifier(3).SerializeToString())["id"]
    assert api.delete(f"/models/{model}").status_code == 204
    for response in (api.get(f"/models/{model}"), api.get(f"/models/{model}/own"), api.delete(f"/models/{model}")):
        assert error_of(response) == (404, "unknown_model")
    assert open_network(api, classifier(3).SerializeToString())["id"] == model


def test_shipped_networks_are_not_own(api: httpx.Client) -> None:
    for response in (
        api.delete("/models/lenet5"),
        api.get("/models/lenet5/own"),
        api.put("/models/lenet5/input", json={"scale": 1}),
        api.post("/models/lenet5/publication", headers=ADMIN),
    ):
        assert error_of(response) == (409, "not_available")
    assert error_of(api.delete("/models/nothing")) == (404, "unknown_model")


def test_the_admin_publishes_and_takes_it_back(api: httpx.Client) -> None:
    model = open_network(api, classifier(5).SerializeToString(), "public.onnx")["id"]
    place = f"/models/{model}/publication"
    for headers in ({}, {"Authorization": "Bearer wrong"}):
        assert error_of(api.post(place, headers=headers)) == (403, "forbidden")
        assert error_of(api.delete(place, headers=headers)) == (403, "forbidden")
    published = api.post(place, headers=ADMIN).json()
    assert (published["published"], published["expires_at"]) == (True, None)
    assert model in [network["id"] for network in api.get("/models").json()]
    assert error_of(api.delete(f"/models/{model}")) == (409, "not_available")
    assert api.delete(place, headers=ADMIN).json()["published"] is False
    assert model not in api.get("/models").text
    assert api.get(f"/models/{model}").status_code == 200


@pytest.mark.parametrize(
    ("files", "fields", "error"),
    [
        ({"file": ("net.onnx", b"nothing")}, {}, (422, "unusable_network")),
        ({"file": ("net.onnx", NET[:-50])}, {}, (422, "unusable_network")),
        ({"file": ("net.onnx", unusable().SerializeToString())}, {}, (422, "unusable_network")),
        ({"file": ("net.txt", NET)}, {}, (422, "unusable_network")),
        ({"file": ("net.onnx", NET)}, {"labels": "a"}, (422, "unusable_network")),
        ({"file": ("net.onnx", NET)}, {"card": "{"}, (400, "invalid_request")),
        ({"file": ("../net.onnx", NET)}, {}, (400, "invalid_request")),
        ({"file": ("net.onnx", bytes(30_000_001))}, {}, (413, "too_large")),
    ],
    ids=["no ONNX", "cut off", "no image", "no .onnx", "labels", "card", "name", "too large"],
)
def test_what_can_t_be_opened_is_refused(
    api: httpx.Client, files: dict[str, Any], fields: dict[str, str], error: tuple[int, str]
) -> None:
    assert error_of(api.post("/models", files=files, data=fields)) == error


def test_a_network_may_be_larger_than_a_photo(api: httpx.Client) -> None:
    model, data = with_external_data(classifier(), "data")
    files = [("file", ("net.onnx", model)), ("file", ("data", data + bytes(25_000_000)))]
    assert api.post("/models", files=files).status_code == 201


def test_pages_of_other_sites_may_not_send_networks(api: httpx.Client) -> None:
    headers = {"Origin": "https://elsewhere.example", "Sec-Fetch-Site": "cross-site"}
    model = open_network(api)["id"]
    for response in (
        api.post("/models", files={"file": ("net.onnx", NET)}, headers=headers),
        api.put(f"/models/{model}/input", json={"scale": 1}, headers=headers),
        api.delete(f"/models/{model}", headers=headers),
    ):
        assert error_of(response) == (403, "cross_site")


HOSTILE = "<script>x</script>"
HOSTILE_CARD = {
    **dict.fromkeys(("name", "family", "idea", "drawback", "trained_on", "licence", "source"), HOSTILE),
    "paper": {"title": HOSTILE, "authors": HOSTILE, "url": "javascript:alert(1)"},
    "accuracy": [{"top1": 50, "on": HOSTILE, "by": HOSTILE, "images": 10}],
    "notes": [HOSTILE],
}
PAGES = (
    "?model={model}&image={image}",
    "?model={model}",
    "networks/{model}/input",
    "compare?models={model}&image={image}",
)


@pytest.fixture(scope="module")
def hostile(api: httpx.Client) -> str:
    """The id of a network all of whose texts are markup."""
    model = open_network(api, labels=json.dumps([HOSTILE] * 3), card=json.dumps(HOSTILE_CARD))["id"]
    return str(model)


@pytest.mark.parametrize("page", PAGES)
def test_pages_show_strange_texts_as_texts(api: httpx.Client, cat: bytes, hostile: str, page: str) -> None:
    image = api.post("/images", files={"file": cat}).json()["id"]
    site = str(api.base_url).removesuffix("api/v1/")
    response = httpx.get(site + page.format(model=hostile, image=image), timeout=60, headers={"Accept": "text/html"})
    assert response.status_code == 200
    assert "<script>x" not in response.text
    assert 'href="javascript:' not in response.text
    assert "&lt;script&gt;x" in response.text


def test_a_file_in_the_watched_folder_is_listed_for_everyone(api: httpx.Client, watched: Path) -> None:
    (watched / "lecture.onnx").write_bytes(classifier(7).SerializeToString())

    def names() -> list[str]:
        return [network["name"] for network in api.get("/models").json()]

    wait_until(lambda: "lecture" in names(), "the network is listed", 30)
    (watched / "lecture.onnx").unlink()
    wait_until(lambda: "lecture" not in names(), "the network is listed no longer", 30)
