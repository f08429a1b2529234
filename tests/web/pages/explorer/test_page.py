"""Every state of the page, rendered by a real server and read as HTML."""

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path

import httpx
import pytest

from tests.web.responses import Reader, check_links, check_sound

ROOT = Path(__file__).parents[4]
GONE = "0" * 32
SQUEEZENET = "?model=squeezenet1_1&image={image}"
EFFICIENTNET = "?model=efficientnet_lite0&image={image}"
STATES = {
    "nothing yet": ("?model=", 200),
    "a network alone": ("?model=squeezenet1_1", 200),
    "a layer without a picture": ("?model=squeezenet1_1&layer=conv1", 200),
    "a picture, cropped": (EFFICIENTNET, 200),
    "a picture, squashed": (SQUEEZENET, 200),
    "a prediction in detail": (SQUEEZENET + "&top_k=20&temperature=2.5&target=cat", 200),
    "a class there is not": (SQUEEZENET + "&target=%3Cb%3Eunicorn", 200),
    "what the network was given": (EFFICIENTNET + "&layer=input", 200),
    "what there is no picture for": ("?model=squeezenet1_1&layer=input", 200),
    "the first place alone": (SQUEEZENET + "&part=picture&top_k=1000", 200),
    "a temperature out of range": (SQUEEZENET + "&temperature=0", 422),
    "a layer with a sign": (SQUEEZENET + "&layer=conv1", 200),
    "a layer without a sign": (SQUEEZENET + "&layer=conv1_relu&order=max&domain=layer&colormap=cividis", 200),
    "a depthwise layer": (EFFICIENTNET + "&layer=block1a.depthwise_conv", 200),
    "a channel": (SQUEEZENET + "&layer=fire2.expand3x3&channel=63", 200),
    "a channel over the picture": (SQUEEZENET + "&layer=conv1_relu&channel=0&overlay=0.6&order=mean", 200),
    "maps of one cell": (EFFICIENTNET + "&layer=pool&channel=1279", 200),
    "a vector": (EFFICIENTNET + "&layer=flatten", 200),
    "a class of the answer": (EFFICIENTNET + "&layer=softmax&channel=281&order=max", 200),
    "why a class": ("?model=lenet5&image={image}&why=2", 200),
    "why, all waited for": ("?model=lenet5&image={image}&why=2&against=7&method=integrated_gradients&wait=1", 200),
    "why by many runs": ("?model=lenet5&image={image}&why=5&method=rise", 200),
    "why, all methods": ("?model=lenet5&image={image}&why=2&beside=methods&part=comparison", 200),
    "why, all layers": ("?model=lenet5&image={image}&why=2&method=layercam&beside=layers&wait=1", 200),
    "why, classes": ("?model=lenet5&image={image}&why=2&against=7&beside=classes&part=comparison", 200),
    "why, random weights": ("?model=lenet5&image={image}&why=2&beside=random&wait=1", 200),
    "why, not made yet": ("?model=lenet5&image={image}&why=5&beside=random", 200),
    "what drives a channel": (SQUEEZENET + "&why=conv1_relu:3&layer=conv1", 200),
    "why, by no method": (SQUEEZENET + "&why=tabby&method=%3Cb%3E", 404),
    "why, by a method that can't": ("?model=lenet5&image={image}&why=2&method=cam", 409),
    "why, a class there is not": (SQUEEZENET + "&why=%3Cb%3Eunicorn", 400),
    "why without a picture": ("?model=squeezenet1_1&why=tabby", 200),
    "the third place alone": (SQUEEZENET + "&layer=conv1&part=inspector", 200),
    "an architecture alone": ("?model=vgg16", 200),
    "an architecture and a picture": ("?model=vgg16&image={image}&layer=conv1_1", 200),
    "an expired picture": (f"?model=squeezenet1_1&image={GONE}&layer=conv1", 404),
    "an unknown layer": (SQUEEZENET + "&layer=conv99", 404),
    "an unknown channel": (SQUEEZENET + "&layer=conv1&channel=64", 404),
    "an unknown network": ("?model=lenet99", 404),
    "a malformed address": ("?channel=minus+one", 422),
    "nothing there": ("no/such/page", 404),
}


def read(site: httpx.Client, image: str, address: str, status: int = 200) -> Reader:
    answer = site.get("/" + address.format(image=image))
    assert answer.status_code == status
    assert answer.headers["content-type"].startswith("text/html")
    return Reader(answer.text)


@pytest.fixture(scope="module")
def page_of(site: httpx.Client, image: str) -> Callable[[str], Reader]:
    """Gives the page of a state, which is rendered and read once."""
    return cache(lambda state: read(site, image, *STATES[state]))


@pytest.mark.parametrize("state", STATES)
def test_every_state_is_sound_html(page_of: Callable[[str], Reader], state: str) -> None:
    check_sound(page_of(state))


@pytest.mark.parametrize("state", STATES)
def test_every_address_is_relative_and_leads_somewhere(
    site: httpx.Client, image: str, page_of: Callable[[str], Reader], visited: dict[httpx.URL, int], state: str
) -> None:
    address, status = STATES[state]
    check_links(site, address.format(image=image), page_of(state), status, visited)


def test_the_answer_is_the_api_s(site: httpx.Client, image: str) -> None:
    page = read(site, image, EFFICIENTNET)
    said = site.get(f"/api/v1/models/efficientnet_lite0/images/{image}/predictions").json()["predictions"]
    assert [float(has["value"]) for has in page.all("data")][:5] == [guess["score"] for guess in said]
    assert said[0]["label"] in page.text
    assert (
        f"{100 * said[0]['score']:.1f}\N{NO-BREAK SPACE}%" in page.text
        or f"{100 * said[0]['score']:.1f} %" in page.text
    )


@pytest.mark.parametrize("model", ["squeezenet1_1", "efficientnet_lite0"])
def test_every_layer_is_there_in_order_with_its_shape(site: httpx.Client, image: str, model: str) -> None:
    page = read(site, image, f"?model={model}&image={image}")
    layers = site.get(f"/api/v1/models/{model}").json()["layers"]
    rows = [has["data-layer"] for has in page.all("a") if has.get("class", "").startswith("row")]
    assert rows == [layer["id"] for layer in layers]
    thumbnails = [has for has in page.all("img") if has.get("class", "").startswith("thumb")]
    assert len(thumbnails) == len(layers)
    assert all(has["loading"] == "lazy" for has in thumbnails)
    assert " × ".join(map(str, layers[0]["output_shape"])) in page.text.replace("\xa0", " ")


def test_a_channel_shows_the_figures_of_the_api(site: httpx.Client, image: str) -> None:
    page = read(site, image, SQUEEZENET + "&layer=conv1&channel=3")
    found = site.get(f"/api/v1/models/squeezenet1_1/images/{image}/layers/conv1").json()["statistics"]
    shown = {float(has["value"]) for has in page.all("data")}
    assert {found[name][3] for name in ("min", "max", "mean", "std")} <= shown


def test_the_sheet_s_geometry_is_the_api_s(site: httpx.Client, image: str) -> None:
    page = read(site, image, SQUEEZENET + "&layer=fire2.concat&order=mean")
    (figure,) = page.all("figure", id="sheet")
    (picture,) = [has for has in page.all("img") if "order=mean" in has["src"]]
    headers = site.get(picture["src"]).headers
    assert headers["X-Sheet-Columns"] == figure["data-columns"]
    assert headers["X-Sheet-Pitch"] == f"{figure['data-pitch-x']} {figure['data-pitch-y']}"
    assert headers["X-Sheet-Cell"] == f"{figure['data-cell-w']} {figure['data-cell-h']}"
    assert headers["X-Sheet-Order"] == figure["data-order"]


@pytest.mark.parametrize("domain", ["channel", "layer"])
def test_a_legend_says_the_scale_of_its_map(site: httpx.Client, image: str, domain: str) -> None:
    page = read(site, image, SQUEEZENET + f"&layer=conv1&channel=3&domain={domain}")
    (picture,) = page.all("img", id="channel-map")
    headers = site.get(picture["src"]).headers
    shown = {float(has["value"]) for has in page.all("data")}
    assert {float(headers["X-Scale-Min"]), float(headers["X-Scale-Max"])} <= shown


def test_an_error_is_told_in_its_place_and_the_rest_stays(site: httpx.Client, image: str) -> None:
    page = read(site, image, SQUEEZENET + "&layer=conv1&channel=64", 404)
    assert page.all("div", **{"data-code": "unknown_channel", "role": "alert"})
    assert page.all("figure", id="sheet")
    assert page.all("ol", **{"class": "guesses detailed"})


def test_the_card_says_how_far_its_probabilities_can_be_trusted(site: httpx.Client, image: str) -> None:
    """A circle for each bin of the card, and the prediction at the fitted temperature a click away."""
    page = read(site, image, "?model=mobilenet_v1-imagenette&image={image}")
    found = site.get("/api/v1/models/mobilenet_v1-imagenette").json()["card"]["calibration"]
    assert f"by {found['error']:.3g} percentage points on average" in page.text
    circles = page.all("circle", **{"class": "bin"})
    assert [float(has["cx"]) for has in circles] == [each["confidence"] for each in found["bins"]]
    assert [100 - float(has["cy"]) for has in circles] == pytest.approx([each["accuracy"] for each in found["bins"]])
    (offered,) = page.all("a", **{"data-temperature": str(found["temperature"])})
    assert f"temperature={found['temperature']}" in offered["href"]
    used = read(site, image, "?model=mobilenet_v1-imagenette&image={image}&temperature=" + str(found["temperature"]))
    assert not used.all("a", **{"data-temperature": str(found["temperature"])})


def test_a_network_without_a_measurement_says_nothing_of_trust(site: httpx.Client, image: str) -> None:
    assert "percentage points" not in read(site, image, SQUEEZENET).text


def test_the_plain_form_adds_a_picture_and_keeps_the_view(site: httpx.Client, cat: bytes, image: str) -> None:
    answer = site.post("/?model=squeezenet1_1&layer=conv1", files={"file": ("cat.jpg", cat)})
    assert answer.status_code == 303
    assert answer.headers["location"] == f"?model=squeezenet1_1&image={image}&layer=conv1"


def test_the_plain_form_takes_a_sample(site: httpx.Client, image: str) -> None:
    answer = site.post("/", data={"sample": "cat"})
    assert answer.headers["location"] == f"?image={image}"


@pytest.mark.parametrize(
    ("files", "data", "code"),
    [
        ({"file": ("a.png", b"<html></html>")}, {}, "unsupported_format"),
        ({"file": ("a.png", b"")}, {}, "empty_picture"),
        ({"file": ("", b"")}, {}, "invalid_request"),
        ({}, {"sample": "../../secret"}, "invalid_request"),
    ],
)
def test_the_plain_form_reports_errors(
    site: httpx.Client, files: dict[str, tuple[str, bytes]], data: dict[str, str], code: str
) -> None:
    answer = site.post("/?model=squeezenet1_1", files=files, data=data)
    page = Reader(answer.text)
    assert answer.status_code >= 400
    assert page.all("div", **{"data-code": code, "role": "alert"})
    assert page.all("form", enctype="multipart/form-data")


def test_every_sample_is_credited(site: httpx.Client, image: str) -> None:
    page = read(site, image, "")
    for sample in json.loads((ROOT / "static" / "samples" / "samples.json").read_text("utf-8")):
        assert f"{sample['title']}: {sample['credit']}, {sample['licence']}" in page.text


@pytest.mark.parametrize(
    ("model", "said", "unsaid"),
    [
        ("resnet18-imagenette", "multiply its pixels by their weights", "Ink is"),
        ("lenet5", "multiply its ink by the weights", "its pixels by"),
    ],
)
def test_the_ink_of_a_digit_is_not_called_a_pixel(
    site: httpx.Client, image: str, model: str, said: str, unsaid: str
) -> None:
    page = site.get(f"/?model={model}&image={image}&layer=input&channel=0&cell=16,16&view=number")
    assert said in page.raise_for_status().text
    assert unsaid not in page.text
