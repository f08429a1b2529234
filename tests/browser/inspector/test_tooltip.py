"""What is pointed at is told beside it, on the screen: with the pointer, the keyboard and a finger."""

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from tests.browser.conftest import Watch, new_context
from tests.browser.views import WIDTHS

NEAR = 200  # pixels
ATTEMPTS, SETTLED_MS = 10, 300
VIEWS = {
    "sheet": ("?model=squeezenet1_1&image={image}&layer=fire2.squeeze1x1", "#sheet .stage"),
    "sheet beside a channel": ("?model=squeezenet1_1&image={image}&layer=fire2.squeeze1x1&channel=3", "#sheet .stage"),
    "channel": ("?model=lenet5&image={image}&layer=conv_c3&channel=3", "#cells"),
    "vector": ("?model=lenet5&image={image}&layer=output", "#units .all"),
}


def distance(tooltip: Locator, x: float, y: float) -> float:
    """From a point to the tooltip, which must be wholly on the screen."""
    box, size = tooltip.bounding_box(), tooltip.page.viewport_size
    assert box is not None
    assert size is not None
    assert 0 <= box["x"] <= size["width"] - box["width"]
    assert 0 <= box["y"] <= size["height"] - box["height"]
    across = max(box["x"] - x, 0, x - box["x"] - box["width"])
    down = max(box["y"] - y, 0, y - box["y"] - box["height"])
    return float(max(across, down))


def corners(figure: Locator) -> list[tuple[float, float]]:
    figure.scroll_into_view_if_needed()
    box, size = figure.bounding_box(), figure.page.viewport_size
    assert box is not None
    assert size is not None
    right, bottom = min(box["x"] + box["width"], size["width"]), min(box["y"] + box["height"], size["height"])
    left, top = box["x"] + 4, max(box["y"], 70) + 4
    return [(left, top), (right - 8, top), (left, bottom - 8)]  # at the lower right a sheet may have no channel


def point_at(page: Page, selector: str, corner: int) -> tuple[float, float]:
    """Move the pointer to a corner of a figure until the tooltip stays: the page may still scroll to its answer."""
    for _ in range(ATTEMPTS):
        x, y = corners(page.locator(selector))[corner]
        page.mouse.move(2, 2)
        page.mouse.move(x, y)
        page.wait_for_timeout(SETTLED_MS)
        if page.locator("#tooltip").is_visible():
            return x, y
    raise AssertionError(f"no tooltip at corner {corner} of {selector}, {page.viewport_size}")


@pytest.mark.parametrize("view", VIEWS)
def test_the_figures_are_at_the_pointer_at_every_width(watch: Watch, image: str, view: str) -> None:
    address, selector = VIEWS[view]
    page = watch.open(address.format(image=image))
    page.wait_for_load_state("networkidle")
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        for corner in range(3):
            x, y = point_at(page, selector, corner)
            assert distance(page.locator("#tooltip"), x, y) <= NEAR, f"corner {corner} at {width}"
        page.mouse.move(2, 2)
        expect(page.locator("#tooltip")).to_be_hidden()


def test_the_keyboard_s_cell_is_told_beside_it(watch: Watch, image: str) -> None:
    page = watch.open(VIEWS["channel"][0].format(image=image))
    page.locator("#cells").focus()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowDown")
    expect(page.locator("#channel .readout")).to_contain_text("Row ")
    told = page.locator("#channel .readout").inner_text()
    expect(page.locator("#tooltip")).to_have_text(told)
    cell = page.locator("#cells .cursor").bounding_box()
    assert cell is not None
    assert distance(page.locator("#tooltip"), cell["x"], cell["y"]) <= NEAR
    page.keyboard.press("Tab")
    expect(page.locator("#tooltip")).to_be_hidden()


def test_a_finger_sees_the_value_of_the_cell_that_it_pins(browser: Browser, server: str, image: str) -> None:
    with new_context(browser, has_touch=True, viewport={"width": 390, "height": 844}) as context:
        page: Page = Watch(context.new_page(), server).open(VIEWS["channel"][0].format(image=image))
        page.wait_for_load_state("networkidle")
        page.locator("#cells").tap(position={"x": 100, "y": 100})
        expect(page.locator("#tooltip")).to_contain_text("Row 2, column 2: ")
        expect(page.locator(".patch.kept")).to_have_attribute("data-x", "2")


def test_a_place_that_the_server_names_late_does_not_draw_the_cursor_back(watch: Watch, image: str) -> None:
    page = watch.open(f"?model=lenet5&image={image}&layer=conv_c1&channel=1")
    waiting: list[Route] = []
    page.route("**/fields*", lambda route: waiting.append(route))
    page.locator("#picture .stage").first.hover()
    page.locator("#cells").hover(position={"x": 3, "y": 3})
    cursor = page.locator("#cells .cursor")
    expect(cursor).to_have_attribute("x", "0")
    for route in waiting:
        with page.expect_event("requestfinished"):
            route.continue_()
    page.evaluate("() => new Promise((resolve) => setTimeout(resolve))")
    expect(cursor).to_have_attribute("x", "0")
