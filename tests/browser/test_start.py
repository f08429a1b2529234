"""The start page: an example that has already run, and the ways to one's own picture."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import SAMPLES, Watch, watching
from tests.conftest import serving

PLACES = ["Explore", "Learn", "Experiments", "Networks", "Compare", "API"]


def test_the_example_is_there_at_first_sight(watch: Watch) -> None:
    page = watch.open()
    expect(page.locator(".answer li").first).to_contain_text("church")
    figure = page.locator(".run").bounding_box()
    assert figure is not None
    assert figure["y"] + figure["height"] <= 900
    loaded = "Promise.all([...document.querySelectorAll('.stack img')].map((image) => image.decode())).then(() => true)"
    assert page.evaluate(loaded)


def test_what_runs_comes_in_by_itself_without_loading_the_page_again(
    tab: Page, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Loading it again would break off an upload, or the way to another page."""
    monkeypatch.setattr("app.web.pages.start.routes.PATIENCE_S", 0)
    with serving(tmp_path) as address, watching(tab, address) as watch:
        page = watch.page
        page.goto(address)
        expect(page.locator(".answer [role=status]")).to_be_visible()
        page.evaluate("document.body.dataset.loaded = 'once'")
        expect(page.locator(".answer li").first).to_contain_text("church")
        expect(page.locator(".pictures strong")).to_have_count(7)
        expect(page.get_by_role("link", name="Explore this example")).to_be_visible()
        assert page.locator("body").get_attribute("data-loaded") == "once"


def test_a_stack_of_maps_leads_to_its_layer(watch: Watch) -> None:
    page = watch.open()
    page.get_by_role("link", name="four of its 64 maps").click()
    expect(page.locator("#inspector h2")).to_contain_text("conv3_2")
    expect(page.locator("#sheet img")).to_be_visible()


def test_a_picture_leads_to_its_prediction(watch: Watch) -> None:
    page = watch.open()
    page.locator(".pictures").get_by_role("link", name="golf ball").click()
    expect(page.locator(".guesses li").first).to_contain_text("golf ball")


def test_ones_own_photo_is_opened(watch: Watch) -> None:
    page = watch.open()
    page.set_input_files("#file", SAMPLES / "coffee.jpg")
    expect(page.locator(".guesses li").first).to_contain_text("espresso")


def test_it_works_without_scripts(watch_without_scripts: Watch) -> None:
    watch = watch_without_scripts
    page = watch.open()
    expect(page.locator(".stack img")).to_have_count(20)
    page.set_input_files("#file", SAMPLES / "coffee.jpg")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.locator(".guesses li").first).to_contain_text("espresso")
    assert watch.wrong == []


def test_a_phone_has_the_same_places_in_a_menu(watch: Watch) -> None:
    page = watch.page
    page.set_viewport_size({"width": 390, "height": 844})
    watch.open("compare")
    places = page.get_by_role("navigation", name="Main")
    expect(places).to_be_hidden()
    page.get_by_role("button", name="Menu").click()
    expect(places.get_by_role("link")).to_have_text(PLACES)
    expect(places.locator("[aria-current]")).to_have_text("Compare")
    expect(places).to_be_in_viewport(ratio=1)
    page.keyboard.press("Escape")
    expect(places).to_be_hidden()


@pytest.mark.parametrize("address", ["docs", "no/such/page"])
def test_the_reference_and_errors_have_the_header_too(watch: Watch, address: str) -> None:
    page = watch.open(address)
    expect(page.get_by_role("navigation", name="Main").get_by_role("link")).to_have_text(PLACES)
    expect(page.get_by_role("button", name="Deutsch")).to_be_visible()
    ground = "getComputedStyle(document.body).backgroundColor"
    before = page.evaluate(ground)
    page.get_by_role("button", name="Theme").click()
    assert page.evaluate(ground) != before
    if address != "docs":
        watch.expect_refusal(404)


def test_the_header_leads_everywhere(watch: Watch) -> None:
    page = watch.open()
    for name in PLACES:
        page.locator("header").get_by_role("link", name=name, exact=True).click()
        expect(page.locator("#places [aria-current]")).to_have_text(name)
