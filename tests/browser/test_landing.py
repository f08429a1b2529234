"""On a phone a link opens where its answer is, and so does a step on the page, with and without scripts."""

import pytest
from playwright.sync_api import Locator, Page, ViewportSize, expect

from tests.browser.conftest import Watch

PHONE: ViewportSize = {"width": 390, "height": 844}
RESIDUAL = "?model=resnet18-imagenette&image={image}"
ANSWERS = {
    "layer": (RESIDUAL + "&layer=conv3_1.add", "#inspector-title"),
    "channel": (RESIDUAL + "&layer=conv3_1.add&channel=5", "#channel-map"),
    "vector": (RESIDUAL + "&layer=fc", "#units"),
    "input": (RESIDUAL + "&layer=input", "#inspector-title"),
    "explanation": (RESIDUAL + "&why=tench", "#explanation-map"),
}
TOP = "element => element.getBoundingClientRect().top"


def expect_in_view(locator: Locator) -> None:
    expect(locator).to_be_in_viewport(timeout=8000)
    assert 0 <= locator.evaluate(TOP) < PHONE["height"] * 3 / 4


@pytest.mark.parametrize("scripts", ["watch", "watch_without_scripts"], ids=["with scripts", "without"])
@pytest.mark.parametrize("answer", ANSWERS)
def test_a_link_opens_at_its_answer(request: pytest.FixtureRequest, image: str, answer: str, scripts: str) -> None:
    address, place = ANSWERS[answer]
    watch: Watch = request.getfixturevalue(scripts)
    watch.page.set_viewport_size(PHONE)
    page = watch.open(address.format(image=image))
    page.wait_for_load_state("networkidle")
    expect_in_view(page.locator(place))


def test_a_link_to_a_prediction_opens_at_the_top(phone: Page, server: str, image: str) -> None:
    phone.goto(f"{server}/{RESIDUAL.format(image=image)}", wait_until="networkidle")
    assert phone.evaluate("scrollY") == 0


def test_a_reader_who_scrolled_is_left_there_by_a_reload(phone: Page, server: str, image: str) -> None:
    phone.goto(f"{server}/{RESIDUAL.format(image=image)}&layer=conv3_1.add", wait_until="networkidle")
    phone.evaluate("scrollTo(0, 40)")
    phone.reload(wait_until="networkidle")
    assert phone.evaluate("scrollY") == 40


def test_an_explanation_that_is_asked_for_comes_into_view(phone: Page, server: str, image: str) -> None:
    phone.goto(f"{server}/{RESIDUAL.format(image=image)}", wait_until="networkidle")
    phone.locator(".guesses a.name").first.click()
    expect_in_view(phone.locator("#explanation-map"))


def test_a_channel_that_is_picked_comes_into_view(phone: Page, server: str, image: str) -> None:
    phone.goto(f"{server}/{RESIDUAL.format(image=image)}&layer=conv3_1.add", wait_until="networkidle")
    phone.locator("#sheet .stage").click(position={"x": 200, "y": 330})
    expect_in_view(phone.locator("#channel-map"))


@pytest.fixture
def phone(watch: Watch) -> Page:
    watch.page.set_viewport_size(PHONE)
    return watch.page


def test_escape_closes_the_menu_and_leaves_the_view(watch: Watch, image: str) -> None:
    watch.page.set_viewport_size(PHONE)
    page = watch.open(RESIDUAL.format(image=image) + "&layer=conv1")
    page.get_by_role("button", name="Menu").click()
    expect(page.locator("#places")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#places")).to_be_hidden()
    assert "layer=conv1" in page.url
