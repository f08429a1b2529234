"""From cell to cell while the window slides, and what a number would be with other inputs."""

import re
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Watch

CELL = "/api/v1/models/lenet5/images/{image}/layers/conv_c3/cells/3/{y}/{x}"
VIEW = "?model=lenet5&image={image}&layer=conv_c3&channel=3&cell={y},{x}&view=number"


def cell_at(watch: Watch, image: str, y: int, x: int) -> dict[str, Any]:
    found: dict[str, Any] = httpx.get(watch.address + CELL.format(image=image, y=y, x=x)).raise_for_status().json()
    return found


def place(page: Page) -> tuple[str | None, str | None]:
    section = page.locator("section.number")
    return section.get_attribute("data-y"), section.get_attribute("data-x")


def test_the_arrow_keys_go_from_cell_to_cell_of_the_map(watch: Watch, image: str) -> None:
    page = watch.open(VIEW.format(image=image, y=4, x=9))
    for key, y, x in (("ArrowDown", 5, 9), ("ArrowRight", 5, 9), ("ArrowLeft", 5, 8), ("ArrowUp", 4, 8)):
        page.keyboard.press(key)
        expect(page.locator("section.number")).to_have_attribute("data-x", str(x))
        expect(page.locator("section.number")).to_have_attribute("data-y", str(y))
    assert float(page.locator("section.number").get_attribute("data-value") or 0) == pytest.approx(
        cell_at(watch, image, 4, 8)["value"]
    )


def test_playing_fills_the_map_to_its_end_and_back_is_one_step(watch: Watch, image: str) -> None:
    page = watch.open(VIEW.format(image=image, y=9, x=7))
    page.locator("#play-speed").fill("3")
    page.locator("#play-cells").click()
    expect(page.locator("#main")).to_have_class(re.compile("stepping"))
    expect(page.locator(".outcome .veil")).to_be_visible()
    expect(page).to_have_url(re.compile("cell=9%2C9"))  # the last of the map
    expect(page.locator("section.number")).to_have_attribute("data-x", "9")
    expect(page.locator("#main")).not_to_have_class(re.compile("stepping"))
    page.go_back()
    expect(page.locator("section.number")).to_have_attribute("data-x", "7")


def test_typed_numbers_change_the_total_and_nothing_else(watch: Watch, image: str) -> None:
    page = watch.open(VIEW.format(image=image, y=4, x=6))
    patch = next(term["patch"] for term in cell_at(watch, image, 4, 6)["terms"] if term["patch"])
    inputs, kernel = patch["inputs"], patch["kernel"]
    total = float(page.locator("section.number").get_attribute("data-total") or 0)
    page.locator("#what-if").click()
    expect(page.get_by_role("status").filter(has_text="The network is unchanged")).to_be_visible()
    page.locator(".plane .inputs td").nth(7).fill("2.5")
    page.locator(".plane .kernel td").nth(0).fill("-1")
    change = (2.5 - inputs[1][2]) * kernel[1][2] + inputs[0][0] * (-1 - kernel[0][0])
    shown = (page.locator(".what-if-line .total").text_content() or "").replace("−", "-")
    assert float(shown) == pytest.approx(total + change, rel=6e-3)
    page.locator(".plane .inputs td").nth(7).fill("x")
    expect(page.locator(".plane .inputs td").nth(7)).to_have_attribute("aria-invalid", "")
    page.locator("#what-if-reset").click()
    expect(page.locator("#what-if")).to_be_visible()
    expect(page.locator(".plane .typed")).to_have_count(0)
