"""A digit is drawn, and every layer follows: with the mouse, with the keyboard, and under the sliders."""

import base64
import io
import re

import httpx
import numpy as np
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.conftest import Watch

SEVEN = ((0.25, 0.18), (0.75, 0.18), (0.6, 0.5), (0.45, 0.88))
BEST = ".live-scores .best"


def draw(page: Page) -> None:
    box = page.locator("#live canvas").bounding_box()
    assert box is not None
    for number, (x, y) in enumerate(SEVEN):
        page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"], steps=20)
        if number == 0:
            page.mouse.down()
    page.mouse.up()


def input_of(page: Page) -> np.ndarray:
    address = str(page.locator("#live-input").get_attribute("src"))
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(address.partition(",")[2]))))[..., 0]


def test_every_layer_follows_a_stroke_and_nothing_is_stored_until_it_is_asked_for(watch: Watch) -> None:
    requests = watch.record_requests()
    page = watch.open("experiments/digit")
    expect(page.locator(BEST)).to_contain_text("5")  # of the sample
    before = [sheet.get_attribute("src") for sheet in page.locator(".live-sheet img").all()]
    draw(page)
    expect(page.locator(BEST)).to_contain_text(re.compile("^7"))
    after = [sheet.get_attribute("src") for sheet in page.locator(".live-sheet img").all()]
    assert len(after) == 13
    assert not [at for at, src in enumerate(after) if src == before[at]]
    assert not [url for url in requests if url.endswith("/images")]

    page.get_by_label("Off").check()
    page.get_by_label("Shift right").fill("20")  # of 32 columns, six to the right
    page.wait_for_function("document.querySelector('#live-input').src !== ''")
    expect(page).to_have_url(re.compile(r"right=20.*centring=off"))
    page.get_by_role("button", name="Store for a link").click()
    expect(page.locator("#stored")).to_be_visible()
    address = httpx.URL(page.url)
    stored = httpx.get(
        f"{watch.address}/api/v1/models/lenet5/images/{address.params['image']}/live",
        params={"change": "shift:20,0", "fit": "squash"},
    ).json()
    expect(page.locator("#live-input")).to_have_attribute("src", stored["input"])
    ink = np.flatnonzero(input_of(page).any(axis=0))
    assert ink.max() >= 0.9 * 32  # at the right edge, as nothing is centred
    page.get_by_role("link", name="Open in the Explorer").click()
    expect(page).to_have_url(f"{watch.address}/?model=lenet5&image={address.params['image']}")


def test_the_keyboard_draws(watch: Watch) -> None:
    page = watch.open("experiments/digit")
    page.get_by_role("button", name="Clear").click()
    expect(page.locator("#live-note")).to_be_visible()  # nothing is drawn
    page.locator("#live canvas").focus()
    for key in ["ArrowUp"] * 8 + [" "] + ["ArrowDown"] * 16:
        page.keyboard.press(key)
    expect(page.locator("#pen")).to_have_text("Pen down")
    expect(page.locator(BEST)).to_contain_text(re.compile("^1"))
    page.keyboard.press("Control+z")
    expect(page.locator("#live-note")).to_be_visible()


def test_a_busy_server_is_asked_again(watch: Watch) -> None:
    page = watch.open("experiments/digit")
    error = {"code": "overloaded", "message": "The server is busy.", "details": {"retry_after_s": 1}}
    page.route("**/live?*", lambda route: route.fulfill(status=503, json={"error": error}), times=1)
    box = page.locator("#live canvas").bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)  # a dot
    expect(page.get_by_role("alert")).to_contain_text("The server is busy.")
    expect(page.get_by_role("alert")).to_have_count(0)
    expect(page.locator(".live-sheet img").first).to_have_attribute("src", re.compile("^data:"))
    watch.expect_refusal(503)


def test_an_answer_that_cannot_be_read_does_not_end_the_drawing(watch: Watch) -> None:
    page = watch.open("experiments/digit")
    page.route("**/live?*", lambda route: route.fulfill(body="<p>Sign in to this network.</p>"), times=1)
    box = page.locator("#live canvas").bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)  # a dot
    expect(page.get_by_role("alert")).to_contain_text("cannot be read")
    page.get_by_role("button", name="Clear").click()
    draw(page)
    expect(page.locator(BEST)).to_contain_text(re.compile("^7"))
    expect(page.get_by_role("alert")).to_have_count(0)


def test_the_address_has_what_a_slider_is_left_at_however_long_it_was_moved(watch: Watch) -> None:
    page = watch.open("experiments/digit")
    page.evaluate(
        """() => {
          const replaceState = history.replaceState.bind(history);
          let changes = 0;
          history.replaceState = (...state) => {
            changes += 1;
            if (changes > 100) throw new DOMException("", "SecurityError"); // as in Safari
            replaceState(...state);
          };
        }"""
    )
    slider = page.get_by_label("Shift right")
    slider.evaluate(
        """slider => {
          for (let move = 0; move <= 400; move++) {
            slider.value = move % 10;
            slider.dispatchEvent(new Event("input", { bubbles: true }));
          }
          slider.value = 7;
          for (const name of ["input", "change"]) slider.dispatchEvent(new Event(name, { bubbles: true }));
        }"""
    )
    expect(page).to_have_url(re.compile("right=7"))
