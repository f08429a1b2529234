"""Every lesson, loaded once: it fits a phone and a screen, its text stands out, and axe-core finds nothing."""

import pytest

from tests.browser.checks import BROKEN, EVERY_RULE, FAINT, OPEN_ALL, OVERFLOWING, show, violations
from tests.browser.conftest import Watch
from tests.lessons.shipped import BOOK


@pytest.mark.parametrize("lesson", [lesson.id for lesson in BOOK])
def test_a_lesson_fits_and_can_be_read_by_everyone(watch: Watch, axe: str, lesson: str) -> None:
    page = watch.open(f"learn/{lesson}")
    page.wait_for_load_state("networkidle")
    page.evaluate(OPEN_ALL)
    for width in (1440, 1024, 390):
        show(page, "light", width)
        assert page.evaluate(OVERFLOWING) == [], width
        assert page.evaluate(BROKEN) == [], width
    show(page, "dark", 1440)
    assert page.evaluate(FAINT) == []
    show(page, "light", 1440)
    assert violations(page, axe, EVERY_RULE) == []
    assert watch.wrong == []
