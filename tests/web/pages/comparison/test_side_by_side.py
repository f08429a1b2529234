"""Networks side by side on one photo, rendered by a real server and compared with the API."""

from typing import Any

import httpx
import pytest

from app.engine.engine import Engine
from app.nets.network import Network
from app.settings import read_settings
from app.web.pages.comparison.address import ComparisonAddress
from app.web.pages.comparison.gather import NetworkRun
from app.web.pages.comparison.side_by_side import side_by_side_view
from app.web.pages.site import site_of
from tests.web.responses import Reader

PAIR = ("squeezenet1_1", "efficientnet_lite0")


@pytest.fixture(scope="module")
def page(site: httpx.Client, image: str) -> Reader:
    answer = site.get(f"/compare?image={image}&models={','.join(PAIR)}")
    assert answer.status_code == 200
    return Reader(answer.text)


def sizes(layers: list[dict[str, Any]]) -> set[tuple[int, ...]]:
    return {tuple(layer["output_shape"][1:]) for layer in layers if len(layer["output_shape"]) == 3} - {(1, 1)}


def test_predictions_are_those_of_the_api(site: httpx.Client, page: Reader, image: str) -> None:
    shown = [float(has["value"]) for has in page.all("data")]
    said = [
        guess["score"]
        for model in PAIR
        for guess in site.get(f"/api/v1/models/{model}/images/{image}/predictions").json()["predictions"]
    ]
    assert shown == said
    assert len(page.all("svg", **{"class": "bar"})) == 10
    assert "The networks agree on Egyptian cat." in page.text


def pinned_id(site: httpx.Client, model: str) -> str:
    return str(site.get(f"/api/v1/models/{model}").json()["pinned"])


def test_each_network_shows_its_own_input(site: httpx.Client, page: Reader, image: str) -> None:
    for model in PAIR:
        assert page.all("img", src=f"api/v1/models/{pinned_id(site, model)}/images/{image}/view.png")


def test_maps_of_the_same_size_are_grouped(site: httpx.Client, page: Reader) -> None:
    first, second = (site.get(f"/api/v1/models/{model}").json()["layers"] for model in PAIR)
    shared = sizes(first) & sizes(second)
    found = [has["aria-label"] for has in page.all("section", **{"class": "same-size"})]
    assert found == [f"{height} × {width}" for height, width in sorted(shared, reverse=True)]
    assert shared == {(56, 56)}


def test_a_thumbnail_is_the_strongest_channel_of_a_block_s_last_layer(
    site: httpx.Client, page: Reader, image: str
) -> None:
    layers = site.get(f"/api/v1/models/squeezenet1_1/images/{image}/layers").json()["layers"]
    last = [layer for layer in layers if layer["block"] == "fire2"][-1]
    strongest = last["strongest"][0]["channel"]
    model = pinned_id(site, "squeezenet1_1")
    source = f"api/v1/models/{model}/images/{image}/layers/{last['id']}/channels/{strongest}.png?size=64"
    (thumbnail,) = page.all("img", src=source)
    assert thumbnail["loading"] == "lazy"
    assert site.get(f"/{source}").headers["content-type"] == "image/png"


def test_the_failure_of_one_network_does_not_affect_the_other(site: httpx.Client, image: str) -> None:
    answer = site.get(f"/compare?image={image}&models=vgg16,squeezenet1_1")
    page = Reader(answer.text)
    assert answer.status_code == 200
    (notice,) = page.all("div", role="alert")
    assert notice["data-code"] == "not_available"
    assert len(page.all("svg", **{"class": "bar"})) == 5
    assert "agree" not in page.text, "one answer alone"


def test_chosen_networks_stay_chosen_and_a_single_one_is_completed(site: httpx.Client, image: str) -> None:
    page = Reader(site.get(f"/compare?image={image}&models=squeezenet1_1").text)
    chosen = [has["value"] for has in page.all("option") if "selected" in has]
    assert chosen[0] == "squeezenet1_1"
    assert len(chosen) == 2


def test_the_plain_form_adds_a_picture_and_keeps_the_networks(site: httpx.Client, image: str, cat: bytes) -> None:
    address = f"/compare?models={','.join(PAIR)}"
    for answer in (site.post(address, data={"sample": "cat"}), site.post(address, files={"file": ("cat.jpg", cat)})):
        assert answer.status_code == 303
        assert answer.headers["location"] == f"?image={image}&models={','.join(PAIR)}"


@pytest.mark.parametrize(
    ("files", "data", "code"),
    [
        ({"file": ("a.png", b"<html></html>")}, {}, "unsupported_format"),
        ({"file": ("", b"")}, {}, "invalid_request"),
        ({}, {"sample": "../secret"}, "invalid_request"),
    ],
)
def test_the_plain_form_reports_errors(
    site: httpx.Client, files: dict[str, tuple[str, bytes]], data: dict[str, str], code: str
) -> None:
    answer = site.post("/compare?models=", files=files, data=data)
    page = Reader(answer.text)
    assert answer.status_code >= 400
    assert page.all("div", **{"data-code": code, "role": "alert"})
    assert page.all("form", enctype="multipart/form-data")


def test_the_explorer_leads_here_with_its_picture_and_network(site: httpx.Client, image: str) -> None:
    page = Reader(site.get(f"/?model=squeezenet1_1&image={image}").text)
    assert page.all("a", href=f"compare?image={image}&models=squeezenet1_1")


def test_a_network_that_is_the_only_one_has_no_layers_to_compare(engine: Engine, network: Network) -> None:
    site = site_of(read_settings(), "en", tuple)
    address = ComparisonAddress(image="1" * 32, models=[network.id])
    view = side_by_side_view(site, engine, address, [NetworkRun(network, None)], None)
    assert [side.entry.card.id for side in view.sides] == [network.id]
    assert (view.layers, view.sizes, view.firsts) == (None, (), ())
