"""From cell to cell of a map by keys or played, while the window slides and the map fills in."""

import re
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Watch

CELL = "/api/v1/models/lenet5/images/{image}/layers/conv_c3/cells/3/{y}/{x}"
VIEW = "?model=lenet5&image={image}&layer=conv_c3&channel=3&cell={y},{x}&view=number"
UNIT = "?model=lenet5&image={image}&layer=output&channel=4&view=number"


def cell_at(watch: Watch, image: str, y: int, x: int) -> dict[str, Any]:
    found: dict[str, Any] = httpx.get(watch.address + CELL.format(image=image, y=y, x=x)).raise_for_status().json()
    return found


def expect_cell(page: Page, y: int, x: int) -> None:
    expect(page.locator("section.number")).to_have_attribute("data-y", str(y))
    expect(page.locator("section.number")).to_have_attribute("data-x", str(x))


def test_the_arrow_keys_go_from_cell_to_cell_and_escape_leaves(watch: Watch, image: str) -> None:
    page = watch.open(VIEW.format(image=image, y=4, x=9))
    for key, y, x in (("ArrowDown", 5, 9), ("ArrowRight", 5, 9), ("ArrowLeft", 5, 8)):
        page.keyboard.press(key)
        expect_cell(page, y, x)
    for key in ("ArrowUp", "ArrowUp", "ArrowLeft"):  # faster than the page follows
        page.keyboard.press(key)
    expect_cell(page, 3, 7)
    value = float(page.locator("section.number").get_attribute("data-value") or 0)
    assert value == pytest.approx(cell_at(watch, image, 3, 7)["value"])
    page.keyboard.press("Escape")
    expect(page.locator("section.number")).to_have_count(0)
    expect(page).to_have_url(re.compile("channel=3&cell=3%2C7$"))


def test_the_arrow_keys_go_from_unit_to_unit_of_a_vector(watch: Watch, image: str) -> None:
    page = watch.open(UNIT.format(image=image))
    page.keyboard.press("ArrowRight")
    expect(page.locator("section.number")).to_have_attribute("data-channel", "5")
    page.keyboard.press("ArrowLeft")
    expect(page.locator("section.number")).to_have_attribute("data-channel", "4")


def test_playing_fills_the_map_to_its_end_and_back_is_one_step(watch: Watch, image: str) -> None:
    page = watch.open(VIEW.format(image=image, y=9, x=5))
    expect(page.locator(".unreached")).to_be_hidden()
    page.locator("#play-speed").fill("3")
    page.locator("#play-cells").click()
    expect(page.locator("#play-cells")).to_have_text("Pause")
    expect(page.locator(".plane .unreached")).to_have_attribute("d", re.compile("^M10 9"))  # the last of the map
    expect_cell(page, 9, 9)
    expect(page.locator("section.number a[rel=next]")).to_have_count(0)
    page.go_back()
    expect_cell(page, 9, 5)
    expect(page.locator(".unreached")).to_be_hidden()


def test_after_a_pause_the_map_stays_filled_in_step_by_step(watch: Watch, image: str) -> None:
    page = watch.open(VIEW.format(image=image, y=2, x=5))
    page.locator("#play-speed").fill("-1")  # two seconds a cell
    page.locator("#play-cells").click()
    expect_cell(page, 2, 6)
    page.locator("#play-cells").click()
    expect(page.locator("#play-cells")).to_have_text("Play")
    page.locator("section.number a[rel=next]").click()
    expect_cell(page, 2, 7)
    expect(page.locator(".plane .unreached")).to_be_visible()
    page.locator(".plane .inputs a").first.click()  # to another layer
    expect(page.locator("section.number")).to_have_attribute("data-layer", "pool_s2")
    expect(page.locator(".unreached")).to_be_hidden()


def test_with_reduced_motion_there_are_steps_only(watch: Watch, image: str) -> None:
    watch.page.emulate_media(reduced_motion="reduce")
    page = watch.open(VIEW.format(image=image, y=2, x=5))
    expect(page.locator("#play-cells")).to_be_hidden()
    page.locator("section.number a[rel=next]").click()
    expect_cell(page, 2, 6)
    expect(page.locator(".plane .unreached")).to_be_visible()
