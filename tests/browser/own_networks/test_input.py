"""How the input of a network is prepared: chosen side by side, or field by field."""

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Watch, open_network
from tests.nets.own.networks import classifier


@pytest.fixture(scope="module")
def bare(server: str) -> str:
    """The id of a network of which only the ONNX file is known."""
    return open_network(server, "bare.onnx", classifier(factor=0.5).SerializeToString())


@pytest.fixture
def choice(watch: Watch, bare: str, image: str) -> Page:
    """The choice for this network, reached from its notice."""
    page = watch.open(f"?model={bare}&image={image}")
    page.get_by_role("link", name="Choose how its input is prepared").click()
    expect(page.get_by_role("heading", name="How is its input prepared?")).to_be_visible()
    return page


def test_another_common_way_is_used_with_one_click(watch: Watch, choice: Page, image: str) -> None:
    choice.get_by_role("button", name="Use this: Caffe").click()
    expect(choice.locator("#choose-network")).to_contain_text("bare")
    expect(choice.locator("#picture")).to_contain_text("BGR")
    assert f"image={image}" in choice.url
    (model,) = choice.url.split("model=")[1:]
    spec = httpx.get(f"{watch.address}/api/v1/models/{model.split('&')[0]}/own").json()["input"]
    assert (spec["channels"], spec["scale"], spec["mean"]) == ("BGR", 1.0, [103.939, 116.779, 123.68])


def test_once_every_field_is_chosen_nothing_is_assumed(choice: Page) -> None:
    choice.get_by_role("textbox", name="mean").fill("0.5; 0.5; 0.5")
    choice.get_by_role("button", name="Use these values").click()
    expect(choice.locator("#choose-network")).to_contain_text("bare")
    expect(choice.locator(".assumed")).to_have_count(0)


def test_a_wrong_number_is_said_and_the_form_stays_as_it_was_typed(watch: Watch, choice: Page) -> None:
    choice.get_by_role("textbox", name="mean").fill("a, b, c")
    choice.get_by_role("button", name="Use these values").click()
    expect(choice.get_by_role("alert")).to_contain_text("needs a number")
    expect(choice.get_by_role("textbox", name="mean")).to_have_value("a, b, c")
    watch.expect_refusal(400)
