"""What a sum would be with other numbers: typed over its factors, with the network as it is."""

from itertools import product

import httpx
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Watch

CELL = "layer=conv_c3&channel=3&cell=4,6&view=number"
UNIT = "layer=output&channel=4&view=number"
TANH = "layer=tanh_c3&channel=3&cell=4,6&view=number"


def start(page: Page) -> tuple[float, Locator]:
    """The total of the network, and the element of the one with other numbers."""
    total = float(page.locator("section.number").get_attribute("data-total") or "nan")
    page.locator("#what-if").click()
    return total, page.locator("#what-if-total")


def grid_sizes(page: Page) -> list[tuple[float, float]]:
    boxes = [grid.bounding_box() for grid in page.locator(".plane .number-grid").all()]
    return [(box["width"], box["height"]) for box in boxes if box]


def exact(element: Locator) -> float:
    return float(element.get_attribute("title") or "nan")


def test_typed_numbers_change_products_sum_and_total_and_nothing_else(watch: Watch, image: str) -> None:
    page = watch.open(f"?model=lenet5&image={image}&{CELL}")
    found = httpx.get(f"{watch.address}/api/v1/models/lenet5/images/{image}/layers/conv_c3/cells/3/4/6").json()
    plane = found["terms"][0]
    inputs, kernel = plane["patch"]["inputs"], plane["patch"]["kernel"]
    sizes = grid_sizes(page)
    total, output = start(page)
    page.get_by_label("Window 1, 2").fill("2.5")
    page.get_by_label("Kernel 0, 0").fill("−1")
    inputs[1][2], kernel[0][0] = 2.5, -1.0
    value = sum(inputs[y][x] * kernel[y][x] for y, x in product(range(5), range(5)))
    assert exact(page.locator(".sum-of-plane data")) == pytest.approx(value, rel=1e-12)
    assert exact(output) == pytest.approx(total + value - plane["value"], rel=1e-12)
    assert exact(page.locator(".plane .products td").nth(7)) == 2.5 * kernel[1][2]
    expect(page.locator(".plane .products td.typed")).to_have_count(2)
    expect(page.locator(".outcome .total")).to_have_attribute("title", str(total))
    expect(page.locator(".what-if")).to_contain_text("The network is unchanged")
    assert grid_sizes(page) == sizes  # so that the colours stay behind their numbers
    page.get_by_label("Window 1, 2").fill("2.5x")
    expect(page.get_by_label("Window 1, 2")).to_have_attribute("aria-invalid", "true")
    expect(output).to_have_text("–")
    page.keyboard.press("Escape")
    expect(page.locator("#what-if")).to_be_focused()
    assert "view=number" in page.url, "the key leaves the fields, not the number"
    expect(page.locator("section.number input")).to_have_count(0)
    expect(page.locator(".typed")).to_have_count(0)
    expect(page.locator(".plane .inputs a")).to_have_count(25)


def test_the_factors_of_a_fully_connected_layer_are_typed_over(watch: Watch, image: str) -> None:
    page = watch.open(f"?model=lenet5&image={image}&{UNIT}")
    term = page.locator(".number > .terms > .term").filter(has=page.locator(".factors")).first
    own = float(term.locator("> data").get_attribute("value") or "nan")
    weight = float(term.locator(".factors data").nth(1).get_attribute("value") or "nan")
    total, output = start(page)
    term.get_by_role("textbox").first.fill("2")
    assert exact(output) == pytest.approx(total + 2 * weight - own, rel=1e-12)
    assert exact(page.locator("#what-if-change")) == pytest.approx(2 * weight - own, rel=1e-12)


def test_what_is_no_sum_has_no_other_numbers(watch: Watch, image: str) -> None:
    page = watch.open(f"?model=lenet5&image={image}&{TANH}")
    expect(page.locator(".outcome")).to_be_visible()
    expect(page.locator("#what-if")).to_have_count(0)
