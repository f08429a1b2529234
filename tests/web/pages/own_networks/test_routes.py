"""The pages of one's own networks, rendered by a real server."""

import re

import httpx
import numpy as np
import pytest

from tests.nets.onnx_text import parse_network
from tests.nets.own.networks import classifier
from tests.web.responses import Reader, array_of, check_links, check_sound, pixels

NET = classifier().SerializeToString()


@pytest.fixture
def own(site: httpx.Client) -> str:
    """The id of a network that was opened with the plain form."""
    answer = site.post("networks/open", files={"file": ("mine.onnx", NET)})
    assert answer.status_code == 303
    (identity,) = re.findall(r"model=(own-[0-9a-f]{24})", answer.headers["location"])
    return str(identity)


def test_the_plain_form_opens_a_network_and_leads_to_it_on_the_same_picture(site: httpx.Client, image: str) -> None:
    files = {"file": ("mine.onnx", NET)}
    answer = site.post(f"networks/open?image={image}&layer=conv1&colormap=magma", files=files)
    assert re.fullmatch(rf"\.\./\?model=own-\w+&image={image}&colormap=magma", answer.headers["location"])
    page = Reader(site.get(answer.headers["location"].removeprefix("../")).raise_for_status().text)
    check_sound(page)
    assert "Assumed: " in page.text


def test_a_file_that_is_no_network_is_refused_on_the_form_itself(site: httpx.Client, image: str) -> None:
    answer = site.post(f"networks/open?image={image}", files={"file": ("mine.onnx", b"no network")})
    page = Reader(answer.text)
    check_sound(page)
    assert answer.status_code == 422
    assert page.all("div", role="alert")
    (form,) = page.all("form", id="own-network")
    assert image in form["action"]


def test_choosing_another_normalisation_gives_another_network_of_the_same_file(
    site: httpx.Client, image: str, own: str
) -> None:
    address = f"networks/{own}/input?image={image}"
    page = Reader(site.get(address).raise_for_status().text)
    check_sound(page)
    assert "Common ways, on this photo" in page.text
    form = {"channels": "BGR", "scale": "1", "mean": "103.939, 116.779, 123.68", "std": "1, 1, 1"}
    location = site.post(address, data=form).headers["location"]
    (chosen,) = re.findall(r"model=(own-[0-9a-f]{24})", location)
    assert chosen != own
    place = f"api/v1/models/{chosen}/images/{image}"
    view = pixels(site.get(f"{place}/view.png")).astype(np.float32)
    expected = (view[..., ::-1] - np.array([103.939, 116.779, 123.68], np.float32)).transpose(2, 0, 1)
    np.testing.assert_allclose(array_of(site.get(f"{place}/tensor.npy")), expected, atol=1e-4)


def test_a_field_that_does_not_fit_is_said_and_what_was_typed_stays(site: httpx.Client, image: str, own: str) -> None:
    typed = {"scale": "1/255", "mean": "0.1, 0.2", "std": "1, 1, 1"}
    answer = site.post(f"networks/{own}/input?image={image}", data=typed)
    page = Reader(answer.text)
    assert answer.status_code == 400
    assert page.all("div", role="alert")
    fields = {field.get("name"): field["value"] for field in page.all("input", autocomplete="off") if "value" in field}
    assert (fields["mean"], fields["width"]) == ("0.1, 0.2", "8")


def test_the_page_of_the_input_is_sound_html_and_every_link_leads_somewhere(
    site: httpx.Client, image: str, visited: dict[httpx.URL, int]
) -> None:
    address = f"networks/squeezenet1_1/input?image={image}"
    page = Reader(site.get(address).raise_for_status().text)
    check_sound(page)
    check_links(site, address, page, 200, visited)
    assert "channel order BGR Its card" in page.text


def test_without_a_picture_it_shows_a_sample_and_an_unknown_network_is_refused(site: httpx.Client) -> None:
    assert "api/v1/images/" in site.get("networks/lenet5/input").raise_for_status().text
    assert site.get("networks/nothing/input").status_code == 404
    assert "Common ways" not in site.get("networks/alexnet/input").raise_for_status().text  # it has no weights


def test_what_a_file_is_given_beside_the_image_is_said_on_its_card(site: httpx.Client) -> None:
    net = parse_network("y = GlobalAveragePool(x)", x="float[N, 5, 8, 8]").SerializeToString()
    location = site.post("networks/open", files={"file": ("five.onnx", net)}).headers["location"]
    page = Reader(site.get(location.removeprefix("../")).raise_for_status().text)
    assert "The input x takes 5 channels: first those of the image, the others are zero." in page.text
