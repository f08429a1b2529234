"""A lesson as slides for a projector: keys, steps of figures, the address, and the way back."""

import re

from playwright.sync_api import Page, Route, ViewportSize, expect

from tests.browser.conftest import Watch

PROJECTOR: ViewportSize = {"width": 1280, "height": 720}


def slide(page: Page) -> int:
    return int(page.locator("#slide-count").inner_text().split("/")[0])


def test_the_keys_go_through_steps_and_slides_and_back_to_the_lesson(watch: Watch) -> None:
    watch.page.set_viewport_size(PROJECTOR)
    page = watch.open("learn/sliding")
    page.keyboard.press("p")
    expect(page.locator("article > header .display")).to_be_visible()
    expect(page.locator(".contents")).to_be_hidden()
    page.keyboard.press("ArrowRight")
    assert slide(page) == 2
    output = page.locator("#figure-sliding .working output")
    expect(output).to_have_text(re.compile("= 4$"))
    for _ in range(5):  # five of the nine steps of this figure
        with page.expect_response(re.compile("/figures/sliding")):
            page.keyboard.press("ArrowRight")
    assert slide(page) == 2
    expect(page).to_have_url(re.compile(r"lecture=2&sliding\.row=1&sliding\.column=1$"))
    expect(page.locator('#figure-sliding [data-cell="output.1.1"]')).to_have_class(re.compile("marked"))
    page.keyboard.press("End")
    page.keyboard.press("Escape")
    expect(page.locator(".contents")).to_be_visible()
    expect(page).to_have_url(re.compile(r"sliding\?sliding\.row=1&sliding\.column=1$"))  # the presenter's numbers stay
    assert watch.wrong == []


def test_an_address_opens_a_slide_whose_figure_fills_the_room(watch: Watch) -> None:
    watch.page.set_viewport_size(PROJECTOR)
    page = watch.open("learn/sliding?lecture=2&sliding.stride=2")
    figure = page.locator("#figure-sliding")
    expect(figure.locator(".fields").first).to_be_hidden()
    box = figure.bounding_box()
    assert box
    assert max(box["width"] / 1184, box["height"] / 640) > 0.9
    page.keyboard.press("e")
    expect(figure.locator(".fields").first).to_be_visible()
    assert watch.wrong == []


def test_a_finger_goes_through_the_slides_and_leaves_them(watch: Watch) -> None:
    watch.page.set_viewport_size(PROJECTOR)
    page = watch.open("learn/sliding")
    page.locator("#lecture").click()
    keys = page.locator("#lecture-keys")
    for key, number in (("→", 2), ("←", 1)):
        keys.get_by_role("button", name=key).click()
        assert slide(page) == number
    keys.get_by_role("button", name="Esc").click()
    expect(page.locator(".contents")).to_be_visible()
    assert "lecture" not in page.url


def test_a_step_that_takes_long_is_shown_before_the_next_one(watch: Watch) -> None:
    watch.page.set_viewport_size(PROJECTOR)
    page = watch.open("learn/sliding?lecture=2")

    def answer_late(route: Route) -> None:
        page.wait_for_timeout(2000)
        route.continue_()

    page.route("**/figures/sliding*", answer_late)
    output = page.locator("#figure-sliding .working output")
    before = output.inner_text()
    page.keyboard.press(" ")
    expect(output).not_to_have_text(before)
    page.keyboard.press(" ")
    assert slide(page) == 2
    page.unroute_all(behavior="wait")
