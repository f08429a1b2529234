"""A map of a network painted on in a browser."""

import re
from urllib.parse import quote

from playwright.sync_api import expect

from tests.browser.conftest import Watch


def test_a_brush_paints_on_a_map_and_the_prediction_follows(watch: Watch) -> None:
    page = watch.open("experiments/paint?model=squeezenet1_1&layer=fire9.squeeze1x1_relu&channel=5")
    expect(page.locator("#consequences")).to_contain_text("Nothing is painted yet")
    page.get_by_label("Value").fill("300")
    page.get_by_label("Brush").select_option("3")
    box = page.locator("#surface").bounding_box()
    assert box is not None
    cell = box["width"] / 13
    page.mouse.move(box["x"] + 1.5 * cell, box["y"] + 1.5 * cell)
    page.mouse.down()
    page.mouse.move(box["x"] + 3.5 * cell, box["y"] + 1.5 * cell)
    page.mouse.up()
    expect(page.locator("#consequences .classes td").first).to_be_visible()
    expect(page.locator("#paint input[name=strokes]")).to_have_value("5:0,0,3,5=300")
    page.get_by_role("link", name="Clear").click()
    expect(page.locator("#consequences")).to_contain_text("Nothing is painted yet")


def test_a_stroke_that_follows_before_the_answer_leaves_the_one_before_it(watch: Watch) -> None:
    page = watch.open("experiments/paint?model=lenet5&layer=conv_c1&channel=0")
    page.get_by_label("Value").fill("3")
    box = page.locator("#surface").bounding_box()
    assert box is not None
    page.route("**/paint?*", lambda route: None)  # it is answered later
    for row in (2.5, 6.5):
        page.mouse.move(box["x"] + 4.5 / 28 * box["width"], box["y"] + row / 28 * box["height"])
        page.mouse.down()
        page.mouse.up()
    expect(page).to_have_url(re.compile(quote("0:2,4,3,5=3;0:6,4,7,5=3", safe="")))
    page.unroute("**/paint?*")
    expect(page.locator("#consequences .classes td").first).to_be_visible()
