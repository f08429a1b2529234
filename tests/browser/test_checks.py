"""The check of contrast finds what a page could hide from one that compares the colours of styles alone."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.checks import FAINT
from tests.browser.conftest import new_context

GREY = "color: rgb(90 90 90)"  # on white 6.9
BAR = "position: absolute; inset: 0 0 auto; height: 40px; z-index: -1; background: rgb(80 80 80)"
FAINT_TEXTS = {
    "colour": '<p style="color: rgb(150 150 150)">faint</p>',
    "transparent colour": '<p style="color: rgb(0 0 0 / 40%)">faint</p>',
    "opacity": f'<p style="{GREY}; opacity: .6">faint</p>',
    "opacity of an ancestor": f'<div style="opacity: .6"><p style="{GREY}">faint</p></div>',
    "transparent ground": f'<p style="{GREY}; background: rgb(0 0 0 / 40%)">faint</p>',
    "box behind": f'<div style="position: relative"><div style="{BAR}"></div><p style="{GREY}">faint</p></div>',
    "field": '<input style="color: rgb(150 150 150); background: white" value="faint">',
}
CLEAR_TEXTS = {
    "colour": f'<p style="{GREY}">clear</p>',
    "box elsewhere": f'<div style="{BAR}"></div><p style="{GREY}; margin-top: 99px">clear</p>',
    "large text": '<p style="color: rgb(130 130 130); font-size: 24px">clear</p>',
    "field that is disabled": '<input style="color: rgb(150 150 150)" value="clear" disabled>',
}


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    """A page without the site's security policy, which forbids styles in the text."""
    with new_context(browser) as context:
        yield context.new_page()


@pytest.mark.parametrize("text", FAINT_TEXTS)
def test_faint_text_is_found(page: Page, text: str) -> None:
    page.set_content(FAINT_TEXTS[text])
    (found,) = page.evaluate(FAINT)
    assert found.startswith("faint: ")


@pytest.mark.parametrize("text", CLEAR_TEXTS)
def test_clear_text_is_not(page: Page, text: str) -> None:
    page.set_content(CLEAR_TEXTS[text])
    assert page.evaluate(FAINT) == []
