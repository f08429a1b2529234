"""Every lesson, loaded once: it fits a phone and a projector, its text stands out, and axe-core finds nothing."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from tests.browser.checks import BROKEN, EVERY_RULE, FAINT, OPEN_ALL, OVERFLOWING, show, violations
from tests.browser.conftest import watching
from tests.browser.lessons.test_lecture import PROJECTOR
from tests.browser.views import THEMES
from tests.lessons.shipped import BOOK

# The slides of which a part is cut off, with how much; without steps, a figure is left by the next key.
CUT_OFF = """() => {
  const room = document.querySelector("article");
  const count = Number(document.querySelector("#slide-count").textContent.split("/")[1]);
  const cut = [];
  for (let number = 1; number <= count; number++) {
    const over = room.scrollHeight - room.clientHeight;
    if (over > 8) cut.push(`slide ${number}: ${over} px`);
    document.querySelector(".current.figure")?.removeAttribute("data-steps");
    document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowRight", bubbles: true }));
  }
  return [document.querySelector("#slide-count").textContent, cut];
}"""


@pytest.fixture(scope="module", params=[lesson.id for lesson in BOOK])
def lesson(request: pytest.FixtureRequest, tab: Page, server: str) -> Iterator[Page]:
    """The page of a lesson; nothing may go wrong on it."""
    with watching(tab, server) as watch:
        page = watch.open(f"learn/{request.param}")
        page.wait_for_load_state("networkidle")
        yield page


def test_nothing_of_a_slide_is_cut_off(lesson: Page) -> None:
    lesson.set_viewport_size(PROJECTOR)
    lesson.keyboard.press("p")
    lesson.keyboard.press("Home")
    count, cut = lesson.evaluate(CUT_OFF)
    lesson.keyboard.press("Escape")
    last, all_of_them = count.split(" / ")
    assert last == all_of_them
    assert cut == []


def test_it_fits_and_can_be_read_by_everyone(lesson: Page, axe: str) -> None:
    lesson.evaluate(OPEN_ALL)
    for width in (1440, 1024, 390):
        show(lesson, "light", width)
        assert lesson.evaluate(OVERFLOWING) == [], width
        assert lesson.evaluate(BROKEN) == [], width
    for theme in THEMES:
        show(lesson, theme, 1440)
        assert lesson.evaluate(FAINT) == [], theme
    assert violations(lesson, axe, EVERY_RULE) == []
