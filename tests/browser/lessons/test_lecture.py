"""A lesson as slides for a projector: keys, steps of figures, the address, and the way back."""

import re

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from tests.browser.conftest import Watch
from tests.lessons.shipped import BOOK

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


@pytest.mark.slow
def test_nothing_of_a_slide_is_cut_off(watch: Watch) -> None:
    watch.page.set_viewport_size(PROJECTOR)
    cut = []
    for lesson in BOOK:
        page = watch.open(f"learn/{lesson.id}?lecture=1")
        count = int(page.locator("#slide-count").inner_text().split("/")[1])
        for number in range(1, count + 1):
            over = page.locator("article").evaluate("room => room.scrollHeight - room.clientHeight")
            if over > 8:
                cut.append(f"{lesson.id}, slide {number}: {over} px")
            page.evaluate("document.querySelector('.current.figure')?.removeAttribute('data-steps')")
            page.keyboard.press("ArrowRight")
    assert cut == []
