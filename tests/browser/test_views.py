"""Each kind of view, loaded once: it fits every width, its text stands out in both themes, and axe-core finds nothing.

Every rule of axe-core for WCAG 2.2, levels A and AA, is checked on a wide page; on a narrow one, those that sizes
decide.
"""

from collections.abc import Iterator
from typing import Literal

import pytest
from playwright.sync_api import Page, expect

from tests.browser.checks import (
    BLANK,
    BROKEN,
    EVERY_RULE,
    FAINT,
    OPEN_ALL,
    OVERFLOWING,
    RULES_OF_SIZE,
    show,
    violations,
)
from tests.browser.conftest import Watch
from tests.browser.views import REFUSED, THEMES, VIEWS, WIDTHS


@pytest.fixture(scope="module", params=VIEWS)
def view(request: pytest.FixtureRequest, tab: Page, server: str, image: str, own_network: str) -> Iterator[Page]:
    """A page with everything on it that opens, opened; nothing may go wrong on it."""
    watch = Watch(tab, server)
    tab.emulate_media(reduced_motion="reduce")
    page = watch.open(VIEWS[request.param].format(image=image, own=own_network))
    page.wait_for_load_state("networkidle")
    expect(page.locator("[aria-busy=true]")).to_have_count(0)  # what is busy is faint
    page.evaluate(OPEN_ALL)
    yield page
    watch.end()
    if request.param in REFUSED:
        watch.expect_refusal(REFUSED[request.param])
    assert watch.wrong == []


# In an order in which the page is laid out the fewest times.
def test_axe_finds_nothing_on_a_phone_and_dark_text_stands_out(view: Page, axe: str) -> None:
    show(view, "dark", 390)
    assert view.evaluate(FAINT) == []
    assert violations(view, axe, RULES_OF_SIZE) == []


def test_no_number_is_broken_on_the_smallest_phone(view: Page) -> None:
    show(view, "light", 320)
    assert view.evaluate(BROKEN) == []


@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_is_too_wide_or_blank_and_no_number_is_broken(view: Page, width: int) -> None:
    show(view, "light", width)
    assert view.evaluate(OVERFLOWING) == []
    assert view.evaluate(BLANK) <= 64, "pixels after the last that is seen"
    assert view.evaluate(BROKEN) == [], "numbers that a line ends in"


def test_axe_finds_nothing_on_a_wide_screen(view: Page, axe: str) -> None:
    show(view, "light", 1440)
    assert violations(view, axe, EVERY_RULE) == []


@pytest.mark.parametrize("theme", THEMES)
def test_all_text_stands_out(view: Page, theme: Literal["light", "dark"]) -> None:
    show(view, theme, 1440)
    assert view.evaluate(FAINT) == []
