"""The widths of the rail and the drawer: dragged, moved with keys, remembered, reset, and within limits."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Watch

LAYER = "?model=resnet18-imagenette&image={image}&layer=conv2_1.relu1&channel=3"
PANELS = {"picture": 1, "drawer": -1}  # where the border moves to make the panel wider


def width(page: Page, panel: str) -> float:
    box = page.locator(f"#{panel}").bounding_box()
    assert box is not None
    return box["width"]


def drag(page: Page, panel: str, by: float) -> None:
    box = page.locator(f"#{panel}-border").bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + 40
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + by, y, steps=3)
    page.mouse.up()


@pytest.mark.parametrize("panel", PANELS)
def test_a_panel_is_resized_and_its_width_is_remembered(watch: Watch, image: str, panel: str) -> None:
    page, wider = watch.open(LAYER.format(image=image)), PANELS[panel]
    border, before = page.locator(f"#{panel}-border"), width(page, panel)
    expect(border).to_have_attribute("aria-valuenow", str(round(before)))
    drag(page, panel, 50 * wider)
    dragged = width(page, panel)
    assert dragged == pytest.approx(before + 50, abs=8)
    border.focus()
    page.keyboard.press("ArrowRight" if wider > 0 else "ArrowLeft")
    expect(border).to_have_attribute("aria-valuenow", str(round(dragged + 16)))
    expect(page.locator("#inspector h2")).to_contain_text("channel 3")  # the arrow is the border's own
    page.locator("#forth").click()
    expect(page.locator("#inspector h2")).to_contain_text("channel 4")
    assert width(page, panel) == pytest.approx(dragged + 16, abs=1)
    page.reload()
    assert width(page, panel) == pytest.approx(dragged + 16, abs=1)
    border.focus()
    page.keyboard.press("Home")
    assert width(page, panel) == before
    drag(page, panel, 40 * wider)
    border.dblclick()
    page.reload()
    assert width(page, panel) == before


def test_no_width_breaks_the_layout(watch: Watch, image: str) -> None:
    watch.page.set_viewport_size({"width": 1440, "height": 900})
    page = watch.open(LAYER.format(image=image))
    for panel, wider in PANELS.items():
        drag(page, panel, 700 * wider)
    for size in (1440, 1024, 960):
        page.set_viewport_size({"width": size, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= size
        inspector, sheet, drawer = (width(page, each) for each in ("inspector", "sheet", "drawer"))
        assert sheet >= 280
        assert drawer >= 240
        assert sheet + drawer < inspector
        assert width(page, "picture") + inspector == pytest.approx(size, abs=2)
    for panel, wider in PANELS.items():
        drag(page, panel, -700 * wider)
        assert width(page, panel) >= 200
    page.set_viewport_size({"width": 390, "height": 844})
    expect(page.locator(".border").first).to_be_hidden()
    assert width(page, "picture") == 390
