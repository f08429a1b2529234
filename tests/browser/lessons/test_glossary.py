"""The glossary: the meaning of a term appears at the term for mouse, keyboard and finger."""

import re

from playwright.sync_api import Browser, Locator, Page, expect

from app.web.texts import read_texts
from tests.browser.conftest import Watch, new_context

MAC = read_texts().glossary.terms.mac.meaning
FAR = 40  # pixels


def check_place(page: Page, term: Locator) -> None:
    """The meaning is within the window, and right above or below its term."""
    box, at, window = page.locator("#meaning").bounding_box(), term.bounding_box(), page.viewport_size
    assert box
    assert at
    assert window
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= window["width"]
    assert box["y"] >= 0
    assert box["y"] + box["height"] <= window["height"]
    gap = max(box["y"] - at["y"] - at["height"], at["y"] - box["y"] - box["height"])
    assert 0 <= gap < FAR


def test_a_term_is_explained_to_a_mouse_and_to_the_keyboard(watch: Watch, image: str) -> None:
    page = watch.open(f"?model=lenet5&image={image}&layer=conv_c3")
    meaning = page.locator("#meaning")
    params, macs = (page.locator(".totals .term", has_text=text) for text in ("parameters", "MACs"))
    params.hover()
    expect(meaning).to_have_text("A number that is learned in training: a weight or a bias.")
    check_place(page, params)
    meaning.hover()  # what it says can be pointed at, and read with a magnifier
    page.wait_for_timeout(400)
    expect(meaning).to_be_visible()
    page.mouse.move(700, 5)
    expect(meaning).to_be_hidden()
    params.focus()
    page.keyboard.press("Tab")
    expect(macs).to_be_focused()
    expect(meaning).to_have_text(MAC)
    expect(macs).to_have_accessible_description(MAC)
    check_place(page, macs)
    page.keyboard.press("Escape")
    expect(meaning).to_be_hidden()
    assert "layer=conv_c3" in page.url  # Escape has closed the meaning alone
    page.keyboard.press("Escape")
    expect(page).not_to_have_url(f"{watch.address}/?model=lenet5&image={image}&layer=conv_c3")


def test_a_term_is_explained_to_a_finger_on_a_phone(browser: Browser, server: str, image: str) -> None:
    with new_context(browser, has_touch=True, is_mobile=True, viewport={"width": 390, "height": 844}) as context:
        watch = Watch(context.new_page(), server)
        page = watch.open(f"?model=lenet5&image={image}&layer=conv_c3")
        meaning = page.locator("#meaning")
        for term in page.locator(":is(abbr[tabindex], a.term):visible").all()[:6]:
            term.tap()
            expect(meaning).to_be_visible()
            check_place(page, term)
        assert "learn" not in page.url  # a finger has seen the meaning, and the page is still there
        page.locator("#picture-title").tap()
        expect(meaning).to_be_hidden()
        page.locator(".term:visible").first.tap()
        meaning.locator("a").tap()
        expect(page).to_have_url(re.compile("/learn/glossary#"))
        expect(page.locator(".glossary > :target")).to_be_in_viewport()
        assert watch.wrong == []


def test_a_term_is_explained_without_scripts(watch_without_scripts: Watch) -> None:
    page = watch_without_scripts.open("?model=lenet5")
    page.locator(".totals .term").first.focus()
    shown = page.locator(".totals .term").first.evaluate("term => getComputedStyle(term, '::after').content")
    assert "longest chain" in shown
