"""A network is built row by row, with a mouse, with the keyboard, and without scripts."""

import re

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Watch

LESSON = "learn/parameters"


def row(page: Page, number: int) -> Locator:
    return page.locator(".builder tbody tr").nth(number)


def test_a_field_is_computed_while_it_is_typed_and_keeps_the_focus(watch: Watch) -> None:
    page = watch.open(LESSON)
    kernel = page.get_by_label("Kernel, layer 1")
    kernel.fill("3")
    expect(row(page, 1).locator(".parameters")).to_contain_text("(3 × 3 × 3 + 1) × 8 = 224")
    expect(page.get_by_label("Kernel, layer 1")).to_be_focused()
    assert "builder.layers=conv+8+3" in page.url
    page.get_by_label("Layer, layer 2").select_option(label="Average pooling")
    page.get_by_label("Kernel, layer 2").fill("64")
    expect(row(page, 2)).to_contain_text("A window of 64 is larger than the map of 30.")
    expect(row(page, 3)).to_contain_text("Not computed")


def test_layers_are_added_moved_and_removed(watch: Watch) -> None:
    page = watch.open(LESSON)
    page.get_by_role("link", name="Remove layer 2").click()
    expect(row(page, 2).locator("select")).to_have_value("conv")
    page.get_by_role("link", name="Move layer 1 down").click()
    expect(row(page, 1).locator(".parameters")).to_contain_text("× 16")
    page.get_by_role("link", name="Add a pooling").click()
    expect(row(page, 4).locator("select")).to_have_value("pool")


def test_without_scripts_the_fields_and_the_links_work(watch_without_scripts: Watch) -> None:
    page = watch_without_scripts.open(LESSON)
    page.get_by_label("Filters, layer 1").fill("9")
    page.get_by_role("button", name="Apply").click()
    expect(row(page, 1).locator(".parameters")).to_contain_text("(5 × 5 × 3 + 1) × 9")
    page.get_by_role("link", name="Remove layer 2").click()
    expect(page).to_have_url(re.compile("builder.layers=conv"))
    expect(row(page, 1).locator(".parameters")).to_contain_text("× 9")
    expect(row(page, 2).locator("select")).to_have_value("conv")
