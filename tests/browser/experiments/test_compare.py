"""Two layers side by side in Chromium: one cursor on all maps with exact values, and channels without a reload."""

import re

import httpx
from playwright.sync_api import expect

from tests.browser.conftest import Watch
from tests.web.responses import array_of

LAYER = "fire2.squeeze1x1_relu"  # 16 maps of 56 x 56


def test_one_cursor_marks_the_same_cell_everywhere_and_reads_the_values(watch: Watch, image: str) -> None:
    page = watch.open(f"experiments/compare?model=squeezenet1_1&image={image}&layer={LAYER}&channel=3")
    maps = page.locator(".linked")
    box = maps.nth(1).locator(".stage").bounding_box()
    assert box
    page.mouse.move(box["x"] + 20.5 / 56 * box["width"], box["y"] + 10.5 / 56 * box["height"])
    for cursor in page.locator(".linked .cursor").all():
        expect(cursor).to_have_attribute("x", "20")
        expect(cursor).to_have_attribute("y", "10")
    other = re.search(r"/images/(\w+)/", str(page.locator(".one-side img").nth(1).get_attribute("src")))
    assert other
    base = f"{watch.address}/api/v1/models/squeezenet1_1/images/{{}}/layers/{LAYER}/channels/3.npy"
    one, two = (float(array_of(httpx.get(base.format(each)))[10, 20]) for each in (image, other[1]))
    for name, value, map_ in zip(("A", "B", "B − A"), (one, two, two - one), maps.all(), strict=True):
        expect(map_.locator(".readout")).to_have_text(re.compile(rf"^{name}: row 10, column 20: −?[\d.]+"))
        read = map_.locator(".readout").inner_text().rpartition(": ")[2].replace("−", "-")
        assert abs(float(read.replace("×10", "e")) - value) <= 1e-5 * max(abs(one), abs(two))
    maps.first.focus()
    page.keyboard.press("ArrowDown")
    expect(page.locator(".linked .cursor").nth(2)).to_have_attribute("y", "11")


def test_a_channel_of_the_sheet_opens_without_a_reload_and_back_returns(watch: Watch, image: str) -> None:
    page = watch.open(f"experiments/compare?model=squeezenet1_1&image={image}&layer={LAYER}&channel=3")
    page.evaluate("window.here = true")
    page.locator(".linked-sheet .stage").nth(2).click(position={"x": 10, "y": 10})
    expect(page.get_by_role("heading", name="Channel 0 of 16")).to_be_visible()
    assert "channel=0" in page.url
    page.go_back()
    expect(page.get_by_role("heading", name="Channel 3 of 16")).to_be_visible()
    assert page.evaluate("window.here")
