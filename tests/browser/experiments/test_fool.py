"""An attack on a real photo in a browser: it is computed while the reader waits, with the figures of the API."""

import httpx
from playwright.sync_api import expect

from tests.browser.conftest import Watch


def test_the_smallest_change_of_a_photo_is_looked_for_and_stands_beside_it(watch: Watch) -> None:
    page = watch.open("experiments/fool?model=squeezenet1_1")
    expect(page.locator(".finding")).to_contain_text("A change of at most")
    image = page.locator(".attack input[name=image]").input_value()
    attack = httpx.get(f"{watch.address}/api/v1/models/squeezenet1_1/images/{image}/attacks/pgd", timeout=60).json()
    before, after = (attack[name][0]["label"] for name in ("before", "after"))
    expect(page.locator(".finding")).to_contain_text(f"{attack['epsilon']} of 255 levels turns {before} into {after}")
    figures = page.locator(".sum figure")
    assert figures.count() == 3
    expect(figures.nth(2)).to_contain_text(after)
    widths = page.evaluate("[...document.querySelectorAll('.sum img')].map((image) => image.naturalWidth)")
    assert widths == [227, 227, 227]
    page.get_by_role("link", name="Open the changed picture in the Explorer").click()
    expect(page.locator("#picture .guesses li").first).to_contain_text(after)
