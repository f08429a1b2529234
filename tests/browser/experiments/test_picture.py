"""A photo is changed live: from the start page to a cat that is none in a few clicks, and by dragging over it."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import Watch

FINDING = ".changing .finding"


def test_a_small_cat_is_turned_until_it_is_none(watch: Watch) -> None:
    page = watch.open()
    page.get_by_role("link", name="Experiments").click()
    page.get_by_role("link", name="Change the picture").click()
    page.get_by_role("button", name="Rotation", exact=True).click()
    expect(page.locator(FINDING)).to_contain_text("The prediction stays Egyptian cat")
    page.get_by_role("button", name="Scale", exact=True).click()
    expect(page).to_have_url(re.compile("change=rotation:30&change=scale:0.5"))
    angle = page.get_by_role("slider", name="Rotation: Angle")
    angle.fill("135")
    expect(page.locator(FINDING)).to_contain_text("changes from Egyptian cat to electric ray")
    expect(page.get_by_role("spinbutton", name="Angle")).to_have_value("135")
    expect(page).to_have_url(re.compile("change=rotation:135"))
    page.get_by_role("button", name="Move up: Scale").click()  # then its corners are not cut off
    expect(page.locator(FINDING)).to_contain_text("The prediction stays Egyptian cat")
    expect(page).to_have_url(re.compile("change=scale:0.5&change=rotation:135"))
    page.go_back()
    expect(page.locator(FINDING)).to_contain_text("changes from Egyptian cat to electric ray")
    page.get_by_role("button", name="Open in the Explorer").click()
    expect(page.locator("#picture .guesses li").first).to_contain_text("electric ray")


def test_a_box_is_dragged_over_a_part_and_then_moved(watch: Watch) -> None:
    page = watch.open("experiments/picture?model=efficientnet_lite0")
    stage = page.locator(".drawable")
    box = stage.bounding_box()
    assert box is not None

    def drag(start: float, end: float) -> None:
        page.mouse.move(box["x"] + start * box["width"], box["y"] + start * box["height"])
        page.mouse.down()
        page.mouse.move(box["x"] + end * box["width"], box["y"] + end * box["height"], steps=4)
        page.mouse.up()

    drag(0, 0.5)
    amounts = page.locator(".change[data-name=box] [name=amount]")
    expect(amounts.nth(0)).to_have_value("21")  # the view is cropped from the middle of the photo
    assert [each.input_value() for each in amounts.all()] == ["21", "6", "29", "44"]
    drag(0.5, 1)
    expect(amounts.nth(0)).to_have_value("50")
    expect(page).to_have_url(re.compile("change=box:50,50,29,44"))


def test_changes_are_put_in_another_order_by_dragging_and_the_page_asks_for_no_photo(watch: Watch) -> None:
    page = watch.open("experiments/picture?model=lenet5&change=rotation:30&change=scale:0.5")
    first, second = (page.locator(".change").nth(at).locator(".grip").bounding_box() for at in (0, 1))
    assert first is not None
    assert second is not None
    page.mouse.move(first["x"] + 8, first["y"] + 8)
    page.mouse.down()
    page.mouse.move(second["x"] + 8, second["y"] + 8, steps=5)
    expect(page.locator("#drop-here")).to_be_hidden()
    page.mouse.up()
    expect(page).to_have_url(re.compile("change=scale:0.5&change=rotation:30"))
