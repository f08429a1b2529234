"""The keyboard stays where it was when a part of the page is replaced by what the server rendered."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import Watch

NO_BUTTON = '<section id="figures"><h3 id="figures-title" tabindex="-1">All networks</h3></section>'


def test_a_layer_of_the_ribbon_that_is_opened_keeps_it(watch: Watch, image: str) -> None:
    page = watch.open(f"?model=lenet5&image={image}&layer=conv_c1")
    page.locator("#at-conv_c3").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#inspector h2")).to_have_text("conv_c3")
    expect(page.locator("#at-conv_c3")).to_be_focused()


def test_a_button_that_says_what_it_does_next_keeps_it(watch: Watch) -> None:
    page = watch.open("figures/training?step=0")
    page.get_by_role("button", name="Start").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text(re.compile(r"After [1-9]\d steps"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Start")).to_be_focused()


def test_a_list_that_grows_keeps_it_at_its_button(watch: Watch) -> None:
    page = watch.open("learn/parameters")
    page.get_by_role("link", name="Add a pooling").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".builder tbody tr")).to_have_count(9)
    expect(page.get_by_role("link", name="Add a pooling")).to_be_focused()
    page.get_by_role("link", name="Remove layer 5").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".builder tbody tr")).to_have_count(8)
    expect(page.locator(".builder a:focus")).to_have_count(1)  # one of another layer


def test_a_computation_that_is_stopped_can_be_started_again(watch: Watch, image: str) -> None:
    watch.page.route(re.compile(r"/events\?"), lambda route: None)  # a computation that never ends
    page = watch.open(f"?model=resnet18-imagenette&image={image}&why=tench&method=rise")
    start, stop = page.locator("#explanation-map .start"), page.locator("#explanation-map .stop")
    stop.focus()
    page.keyboard.press("Enter")
    expect(start).to_be_focused()
    page.keyboard.press("Enter")
    expect(stop).to_be_focused()


def test_what_was_measured_is_headed_by_it(watch: Watch) -> None:
    page = watch.open("compare")
    page.route("**/compare?*measure*", lambda route: route.fulfill(body=NO_BUTTON, content_type="text/html"))
    if page.locator("#measure").count():  # another test may have asked
        page.locator("#measure").focus()
        page.keyboard.press("Enter")
        expect(page.locator("#figures-title")).to_be_focused()
