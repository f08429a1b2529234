"""The language of the pages in a browser: the switch, what it keeps, and the numbers of the scripts."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import SAMPLES, Watch, new_context, watching
from tests.browser.views import WIDTHS

LAYER = "?model=lenet5&image={image}&layer=conv_c1&channel=2"


def expect_language(page: Page, language: str) -> None:
    expect(page.locator("html")).to_have_attribute("lang", language)


def test_the_switch_keeps_the_view_and_holds_for_other_pages(watch: Watch, image: str) -> None:
    page = watch.open(LAYER.format(image=image))
    expect(page.locator("#inspector h2")).to_contain_text("channel 2")
    page.get_by_role("button", name="Deutsch").click()
    expect(page.locator("#inspector h2")).to_contain_text("Kanal 2")
    assert f"image={image}&layer=conv_c1&channel=2" in page.url
    watch.open("compare")
    expect_language(page, "de")
    page.get_by_role("button", name="English").click()
    expect_language(page, "en")
    watch.open("networks")
    expect_language(page, "en")


@pytest.fixture(scope="module")
def german_tab(browser: Browser) -> Iterator[Page]:
    """A page of a browser that asks for Austrian German."""
    with new_context(browser, locale="de-AT") as context:
        yield context.new_page()


@pytest.fixture
def german(german_tab: Page, server: str) -> Iterator[Watch]:
    with watching(german_tab, server) as watch:
        yield watch


def test_scripts_speak_the_language_of_the_page(german: Watch, image: str) -> None:
    page = german.open(LAYER.format(image=image))
    page.locator("#cells").press("ArrowRight")
    expect(page.locator("#tooltip")).to_contain_text(re.compile(r"Zeile \d+, Spalte \d+: −?\d+,\d+"))
    page.locator("#temperature").evaluate(
        "slider => { slider.value = 2.5; slider.dispatchEvent(new Event('input', { bubbles: true })) }"
    )
    expect(page.locator("#at-temperature")).to_have_text("2,50")


def test_what_the_server_refuses_is_said_in_the_language_of_the_page(german: Watch) -> None:
    page = german.open("?model=")
    notice = page.locator(".chooser").get_by_role("alert")
    page.set_input_files("#file", {"name": "cat.jpg", "mimeType": "image/jpeg", "buffer": b"no picture"})
    expect(notice).to_contain_text("Dies ist kein bekanntes Bildformat; senden Sie JPEG")
    error = {"code": "new", "message": "Nobody has translated this.", "details": {}}
    page.route("**/api/v1/images", lambda route: route.fulfill(status=400, json={"error": error}))
    page.set_input_files("#file", SAMPLES / "cat.jpg")
    expect(notice).to_contain_text("Meldung des Servers, auf Englisch: Nobody has translated this.")
    german.expect_refusal(415)
    german.expect_refusal(400)


def test_a_size_is_written_as_numbers_are_in_the_language_of_the_page(german: Watch) -> None:
    page = german.open("?model=")
    page.set_input_files("#file", {"name": "cat.jpg", "mimeType": "image/jpeg", "buffer": bytes(20_500_000)})
    expect(page.locator(".chooser").get_by_role("alert")).to_contain_text("Diese Datei hat 20,5 MB")


@pytest.mark.parametrize(
    "address", ["", LAYER, "?model=lenet5&image={image}&why=2&against=7&wait=1", "networks", "compare", "docs"]
)
def test_german_fits_every_width(german: Watch, image: str, address: str) -> None:
    page = german.open(address.format(image=image))
    expect_language(page, "de")
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width, width
