"""How a number is computed, over HTTP: checked by hand from the arrays of the API."""

from math import exp, log
from typing import Any

import httpx
import numpy as np
import pytest

from tests.web.responses import array, pixels

LAYERS = "/models/squeezenet1_1/images/{image}/layers"


def cell(client: httpx.Client, image: str, place: str, **parameters: int) -> dict[str, Any]:
    answer = client.get(f"{LAYERS.format(image=image)}/{place}", params=parameters).raise_for_status()
    information: dict[str, Any] = answer.json()
    return information


def test_a_convolution_adds_up_from_its_windows(client: httpx.Client, image: str) -> None:
    answer = cell(client, image, "fire2.expand3x3/cells/5/0/7", limit=100)
    source = array(client, LAYERS.format(image=image) + f"/{answer['inputs'][0]['layer']}.npy")
    kernels = array(client, "/models/squeezenet1_1/layers/fire2.expand3x3/filters.npy")[5]
    padded = np.pad(source, ((0, 0), (1, 1), (1, 1))).astype(np.float64)
    planes = [term for term in answer["terms"] if term["kind"] == "plane"]
    assert len(planes) == 16
    for plane in planes:
        patch, channel = plane["patch"], plane["patch"]["source_channel"]
        assert (patch["top"], patch["left"]) == (-1, 6)
        np.testing.assert_array_equal(patch["inputs"], padded[channel, 0:3, 7:10])
        np.testing.assert_array_equal(patch["kernel"], kernels[channel])
        assert patch["padding"] == [[True] * 3, [False] * 3, [False] * 3]
        assert plane["value"] == pytest.approx((padded[channel, 0:3, 7:10] * kernels[channel]).sum())
    assert sum(term["value"] for term in answer["terms"]) == pytest.approx(answer["total"])
    assert sum(term["share"] for term in answer["terms"]) == pytest.approx(1)
    value = array(client, LAYERS.format(image=image) + "/fire2.expand3x3.npy")[5, 0, 7]
    assert answer["value"] == value
    assert answer["total"] == pytest.approx(value, abs=1e-5)
    assert answer["inputs"][0]["window"] == {"top": 0, "left": 6, "bottom": 2, "right": 9}


def test_an_answer_that_the_client_has_is_not_sent_again(client: httpx.Client, image: str) -> None:
    address = f"{LAYERS.format(image=image)}/conv1/cells/0/1/2"
    tag = client.get(address).raise_for_status().headers["ETag"]
    assert client.get(address, headers={"If-None-Match": tag}).status_code == 304


def test_a_number_of_a_vector_needs_its_index_alone(client: httpx.Client, image: str) -> None:
    answer = cell(client, image, "softmax/cells/281")
    assert (answer["channel"], answer["y"], answer["x"]) == (281, 0, 0)
    own, whole, _ = answer["terms"]
    assert answer["value"] == pytest.approx(own["value"] / whole["value"])
    assert own["source"]["channel"] == 281
    assert answer == cell(client, image, "softmax/cells/281/0/0")


def test_the_smaller_terms_are_one(client: httpx.Client, image: str) -> None:
    answer = cell(client, image, "fire9.squeeze1x1/cells/0/3/3", limit=10)
    *_, rest = answer["terms"]
    assert (rest["kind"], rest["count"], len(answer["terms"])) == ("rest", 512 - 10, 12)
    assert sum(term["value"] for term in answer["terms"]) == pytest.approx(answer["total"])


def test_a_single_number_says_which_cell_it_is(client: httpx.Client, image: str) -> None:
    answer = cell(client, image, "fire9.squeeze1x1/cells/0/3/4")
    term = next(term for term in answer["terms"] if term["kind"] == "plane")
    source = term["source"]
    assert (source["y"], source["x"]) == (3, 4)
    above = array(client, LAYERS.format(image=image) + f"/{source['layer']}.npy")
    assert above[source["channel"], 3, 4] == term["patch"]["inputs"][0][0]


def test_it_says_who_reads_the_cell(client: httpx.Client, image: str) -> None:
    answer = cell(client, image, "fire2.squeeze1x1_relu/cells/5/0/7")
    whole = {"channel": 0, "channels": 64}
    assert answer["readers"] == [
        {"layer": "fire2.expand1x1", **whole, "top": 0, "left": 7, "bottom": 1, "right": 8},
        {"layer": "fire2.expand3x3", **whole, "top": 0, "left": 6, "bottom": 2, "right": 9},
    ]
    second = cell(client, image, "fire2.expand3x3_relu/cells/5/3/4")["readers"]
    assert second == [
        {"layer": "fire2.concat", "channel": 69, "channels": 1, "top": 3, "left": 4, "bottom": 4, "right": 5}
    ]


@pytest.mark.parametrize(
    ("place", "status", "known"),
    [
        ("none/cells/0/0/0", 404, "known"),
        ("conv1/cells/64/0/0", 404, "count"),
        ("conv1/cells/0/113/0", 404, "height"),
        ("conv1/cells/0/0/113", 404, "width"),
        ("conv1/cells/0/-1/0", 422, None),
    ],
)
def test_a_cell_that_is_not_there_is_refused(
    client: httpx.Client, image: str, place: str, status: int, known: str | None
) -> None:
    answer = client.get(f"{LAYERS.format(image=image)}/{place}")
    assert answer.status_code == status
    assert known is None or known in answer.json()["error"]["details"]


def test_the_loss_of_a_class_is_minus_the_logarithm_of_its_probability(client: httpx.Client, image: str) -> None:
    base = f"/models/squeezenet1_1/images/{image}"
    logits, scores = array(client, f"{base}/predictions.npy").astype(np.float64)
    answer = client.get(f"{base}/loss", params={"target": "tabby"}).raise_for_status().json()
    assert answer["label"] == "tabby"
    assert answer["value"] == pytest.approx(-log(scores[answer["target"]]))
    own, whole, maximum = answer["terms"]
    assert whole["value"] == pytest.approx(sum(exp(logit - logits.max()) for logit in logits))
    assert answer["total"] == pytest.approx(log(whole["value"]) - logits[answer["target"]] + maximum["value"])
    assert own["source"]["channel"] == answer["target"]
    assert client.get(f"{base}/loss", params={"target": "cat"}).status_code == 400


def test_a_number_of_the_input_is_computed_from_the_pixels_of_the_picture(client: httpx.Client, image: str) -> None:
    answer = cell(client, image, "input/cells/2/40/50")
    tensor = array(client, f"/models/squeezenet1_1/images/{image}/tensor.npy")
    assert answer["value"] == tensor[2, 40, 50]
    assert answer["total"] == pytest.approx(tensor[2, 40, 50], abs=1e-6)
    spec = client.get("/models/squeezenet1_1").json()["input"]
    (level,), colour = answer["terms"], "RGB".index(spec["channels"][2])
    numbers = level["numbers"]
    patch, picture = level["patch"], pixels(client.get(f"/images/{image}.png"))
    assert (patch["source_layer"], patch["source_channel"]) == ("picture", colour)
    rows, columns = np.shape(patch["inputs"])
    top, left = patch["top"], patch["left"]
    np.testing.assert_array_equal(patch["inputs"], picture[top : top + rows, left : left + columns, colour])
    assert np.sum(patch["products"]) == pytest.approx(level["value"], abs=1)
    assert answer["total"] == pytest.approx((level["value"] * numbers["scale"] - numbers["mean"]) / numbers["std"])
    assert answer["inputs"][0]["layer"] == "picture"
    assert {reader["layer"] for reader in answer["readers"]} == {"conv1"}


def test_a_normalisation_is_shown_as_one_step_with_its_convolution(client: httpx.Client, image: str) -> None:
    base = f"/models/resnet18-imagenette/images/{image}/layers"
    graph = client.get("/models/resnet18-imagenette").json()["layers"]
    layer = next(layer for layer in graph if layer["op"] == "BatchNormalization")
    address = f"{base}/{layer['id']}/cells/3/10/11"
    answer = client.get(address, params={"folded": True}).raise_for_status().json()
    folding, convolution = answer["folding"], answer["folding"]["convolution"]
    kernel = array(client, f"/models/resnet18-imagenette/layers/{convolution}/filters.npy")[3].astype(np.float64)
    tensor = array(client, f"/models/resnet18-imagenette/images/{image}/tensor.npy")
    window = answer["inputs"][0]["window"]
    patch = tensor[:, window["top"] : window["bottom"], window["left"] : window["right"]]
    assert folding["factor"] == pytest.approx(folding["scale"] / (folding["variance"] + folding["epsilon"]) ** 0.5)
    total = (patch * kernel).sum() * folding["factor"] + folding["folded_bias"]
    assert answer["total"] == pytest.approx(total)
    assert answer["value"] == array(client, f"{base}/{layer['id']}.npy")[3, 10, 11]
    assert client.get(address).json()["folding"] is None


def test_what_is_no_normalisation_after_a_convolution_is_not_folded(client: httpx.Client, image: str) -> None:
    answer = client.get(f"{LAYERS.format(image=image)}/conv1/cells/0/0/0", params={"folded": True})
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "no_working")
