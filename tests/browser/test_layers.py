"""From the layers to their channels and back, with the mouse and with the keyboard."""

import io
import re

import httpx
import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import BrowserContext, expect

from tests.browser.conftest import Watch

PIXELS = """() => {
  const image = document.querySelector("#sheet img");
  const half = Math.floor(Number(document.querySelector("#sheet").dataset.cellW) / 2);
  const canvas = new OffscreenCanvas(image.naturalWidth, image.naturalHeight);
  const drawing = canvas.getContext("2d");
  drawing.drawImage(image, 0, 0);
  const { data, width, height } = drawing.getImageData(0, 0, canvas.width, canvas.height);
  const every = (length) => Array.from({ length: Math.ceil(length / half) }, (_, at) => at * half);
  const pixel = (y, x) => [...data.slice(4 * (y * width + x), 4 * (y * width + x) + 3)];
  return every(height).map((y) => every(width).map((x) => pixel(y, x)));
}"""
SHOWS = f"colour => String(({PIXELS})()[1][1]) === String(colour)"

HOLDING = """
const held = new Set();
const [hold, release] = [URL.createObjectURL, URL.revokeObjectURL];
URL.createObjectURL = (blob) => { const url = hold(blob); held.add(url); return url; };
URL.revokeObjectURL = (url) => { held.delete(url); release(url); };
globalThis.held = held;
"""
ONLY_SHOWN_IS_HELD = """() => {
  const shown = [...document.images].filter(({ src }) => held.has(src));
  return shown.length > 0 && held.size === shown.length;
}"""


def test_a_layer_then_a_channel_then_back_without_a_reload(watch: Watch, image: str) -> None:
    page = watch.open(f"?model=squeezenet1_1&image={image}")
    page.evaluate("window.here = true")
    page.locator("#ribbon [data-layer='fire2.concat']").click()
    expect(page.locator("#inspector h2")).to_have_text("fire2/concat")
    expect(page.locator("#ribbon [aria-current]")).to_have_attribute("data-layer", "fire2.concat")
    expect(page).to_have_title(re.compile("fire2/concat"))
    sheet = page.locator("#sheet img").bounding_box()
    assert sheet is not None
    columns = int(page.locator("#sheet").get_attribute("data-columns") or 0)
    step = sheet["width"] / columns
    page.mouse.click(sheet["x"] + 2.5 * step, sheet["y"] + 1.5 * step)
    expect(page.locator("#channel")).to_have_attribute("data-number", str(columns + 2))
    assert f"channel={columns + 2}" in page.url
    page.go_back()
    expect(page.locator("#channel")).to_have_count(0)
    expect(page.locator("#sheet")).to_be_visible()
    page.go_back()
    expect(page.locator("#inspector h2")).to_contain_text("SqueezeNet 1.1")
    expect(page.locator("#ribbon [aria-current]")).to_have_count(0)
    assert page.evaluate("window.here")


@pytest.mark.parametrize("layer", ["conv1_relu", "conv1"])
def test_the_page_colours_a_grey_map_as_the_server_does(watch: Watch, image: str, layer: str) -> None:
    page = watch.open(f"?model=squeezenet1_1&image={image}&layer={layer}&channel=3")
    page.wait_for_load_state("networkidle")
    shown = np.asarray(Image.open(io.BytesIO(page.locator("#channel-map").screenshot())).convert("RGB"))
    source = page.locator("#channel-map").get_attribute("src")
    answer = httpx.get(f"{watch.address}/{source}&colormap=auto")
    coloured = np.asarray(Image.open(io.BytesIO(answer.content)).convert("RGB"))
    for share in np.linspace(0.1, 0.9, 9):  # along the diagonal, at the middle of cells
        cell = int(share * 113) + 0.5
        there = shown[int(cell / 113 * shown.shape[0]), int(cell / 113 * shown.shape[1])]
        assert np.abs(there.astype(int) - coloured[int(3 * cell), int(3 * cell)]).max() <= 1


def test_a_map_loaded_later_has_the_server_s_colours_too(watch: Watch, image: str) -> None:
    """It is coloured before it is painted, where the first one has a filter."""
    requests = watch.record_requests()
    page = watch.open(f"?model=lenet5&image={image}&layer=conv_c1")
    page.locator("#ribbon [data-layer='conv_c3']").click()
    sheet = page.locator("#sheet img")
    expect(sheet).to_have_attribute("src", re.compile("^blob:"))
    (source,) = {url for url in requests if "/layers/conv_c3.png" in url}
    for name in ("auto", "magma"):
        page.locator("summary", has_text="Colours").click()
        page.locator(f"#colormap-{name}").click()
        size = round(float(page.locator("#sheet").get_attribute("data-cell-w") or 0))
        answer = httpx.get(f"{source}&colormap={name}")
        served = np.asarray(Image.open(io.BytesIO(answer.content)).convert("RGB"))
        page.wait_for_function(SHOWS, arg=[int(level) for level in served[size // 2, size // 2]])
        assert page.evaluate(PIXELS) == served[:: size // 2, :: size // 2].astype(int).tolist()


def test_a_layer_is_prefetched_once_on_hover(watch: Watch, image: str) -> None:
    page = watch.open(f"?model=lenet5&image={image}&layer=conv_c1")
    page.wait_for_load_state("networkidle")
    requests = watch.record_requests()
    with page.expect_response(re.compile("layer=conv_c3.*part=inspector")):
        page.locator("#ribbon [data-layer='conv_c3']").hover()
    page.locator("#ribbon [data-layer='conv_c3']").click()
    expect(page.locator("#inspector h2")).to_have_text("conv_c3")
    assert len([url for url in requests if "part=inspector" in url]) == 1


def test_pictures_that_are_not_shown_are_released(context: BrowserContext, server: str, image: str) -> None:
    """What is replaced or left before it came does not stay in memory."""
    watch = Watch(context.new_page(), server)
    watch.page.add_init_script(HOLDING)
    page = watch.open(f"?model=lenet5&image={image}&layer=conv_c1")
    page.wait_for_load_state("networkidle")
    layers = ("tanh_c1", "pool_s2", "tanh_c3", "pool_s4", "conv_c1", "conv_c3")
    for number, layer in enumerate(layers):
        row = page.locator(f"#ribbon [data-layer='{layer}']")
        row.dispatch_event("pointerover")
        page.wait_for_timeout(60 * number)
        if number % 2:
            row.dispatch_event("click")
    expect(page.locator("#inspector h2")).to_have_text("conv_c3")
    page.wait_for_function(ONLY_SHOWN_IS_HELD)


def test_another_colour_map_needs_no_request(watch: Watch, image: str) -> None:
    page = watch.open(f"?model=squeezenet1_1&image={image}&layer=conv1_relu&channel=3")
    page.wait_for_load_state("networkidle")
    requests = watch.record_requests()
    before = page.locator("#channel-map").screenshot()
    page.locator("summary", has_text="Colours").click()
    page.get_by_role("link", name="magma").click()
    expect(page.locator("#colormap-magma")).to_have_attribute("aria-current", "true")
    expect(page.locator("summary", has_text="Colours")).to_contain_text("magma")
    assert page.locator("#channel-map").screenshot() != before
    # The list's small maps come when they are near the view, whatever the colours.
    assert [url for url in requests if "favicon" not in url and "size=64" not in url] == []
    assert "colormap=magma" in page.url
    page.locator("#ribbon [data-layer='conv1']").click()
    expect(page.locator("#colormap-magma")).to_have_attribute("aria-current", "true")


def test_hovering_a_sheet_shows_the_channel_s_values(watch: Watch, image: str) -> None:
    page = watch.open(f"?model=squeezenet1_1&image={image}&layer=conv1_relu&order=max")
    page.locator("#sheet .stage").hover(position={"x": 20, "y": 20})
    first = str(page.locator("#sheet").get_attribute("data-order")).split(",")[0]
    found = httpx.get(f"{watch.address}/api/v1/models/squeezenet1_1/images/{image}/layers/conv1_relu").json()
    greatest = found["statistics"]["max"][int(first)]
    expect(page.locator("#sheet .readout")).to_contain_text(f"Channel {first}: 0 to {greatest:.0f}")
    page.locator("#inspector h2").hover()
    expect(page.locator("#sheet .readout")).to_contain_text("Point at a channel")


def test_hovering_a_map_shows_the_value_and_the_receptive_field(watch: Watch, image: str) -> None:
    page = watch.open(f"?model=squeezenet1_1&image={image}&layer=fire2.expand3x3_relu&channel=3")
    page.wait_for_load_state("networkidle")
    box = page.locator("#channel-map").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 20.5 / 56 * box["width"], box["y"] + 10.5 / 56 * box["height"])
    expect(page.locator("#channel .readout")).to_contain_text("Row 10, column 20")
    answer = httpx.get(f"{watch.address}/api/v1/models/squeezenet1_1/images/{image}/layers/fire2.expand3x3_relu.npy")
    values = np.load(io.BytesIO(answer.content))[3]
    told = float(page.locator("#channel .readout").inner_text().rsplit(" ", 1)[1].replace("−", "-"))
    assert np.float32(told) == values[10, 20]
    field = page.locator("#picture .field")
    seen = [float(field.get_attribute(name) or 0) for name in ("x", "y", "width", "height")]
    assert seen == [20 * 4 - 4, 10 * 4 - 4, 15, 15]


def test_the_keyboard_moves_between_layers_and_channels(watch: Watch, image: str) -> None:
    page = watch.open(f"?model=squeezenet1_1&image={image}")
    for key, layer in (("j", "conv1"), ("ArrowDown", "conv1_relu"), ("j", "pool1"), ("k", "conv1_relu")):
        page.keyboard.press(key)
        expect(page.locator("#ribbon [aria-current]")).to_have_attribute("data-layer", layer)
        expect(page.locator("#inspector h2")).to_contain_text(layer)
    for key, channel in (("l", 0), ("ArrowRight", 1), ("l", 2), ("h", 1)):
        page.keyboard.press(key)
        expect(page.locator("#channel")).to_have_attribute("data-number", str(channel))
    page.keyboard.press("o")
    expect(page.locator("#over")).to_have_attribute("opacity", "0.6")
    page.locator("#opacity").fill("0.3")
    expect(page.locator("#over")).to_have_attribute("opacity", "0.3")
    assert "overlay=0.3" in page.url
    page.locator("#inspector h2").click()
    page.keyboard.press("o")
    expect(page.locator("#channel-map")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#channel")).to_have_count(0)
    page.keyboard.press("Escape")
    expect(page.locator("#sheet")).to_have_count(0)


@pytest.mark.parametrize("address", ["?model=squeezenet1_1", "?model=squeezenet1_1&map=large"])
def test_layers_are_found_by_name_and_operator(watch: Watch, address: str) -> None:
    page = watch.open(address)
    page.keyboard.press("/")
    page.keyboard.type("fire3 relu")
    expect(page.locator(".find output")).to_have_text("3 of 65")
    page.keyboard.press("Enter")
    expect(page.locator("#inspector h2")).to_have_text("fire3/squeeze1x1_relu")


def test_keyboard_shortcuts_are_listed_and_can_be_switched_off(watch: Watch) -> None:
    page = watch.open("?model=squeezenet1_1")
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(dialog).to_contain_text("find a layer")
    dialog.get_by_role("checkbox").uncheck()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    page.keyboard.press("j")
    page.reload()
    page.keyboard.press("j")
    assert "layer=" not in page.url


def test_a_channel_is_selected_by_its_index(watch: Watch, image: str) -> None:
    page = watch.open(f"?model=squeezenet1_1&image={image}&layer=conv10")
    page.get_by_role("spinbutton").fill("281")
    page.keyboard.press("Enter")
    expect(page.locator("#channel")).to_have_attribute("data-number", "281")


def test_escape_folds_the_options_away_and_the_channel_stays(watch: Watch, image: str) -> None:
    page = watch.open(f"?model=lenet5&image={image}&layer=conv_c1&channel=1")
    page.locator("details.options summary").first.click()
    page.keyboard.press("Escape")
    expect(page.locator("details.options[open]")).to_have_count(0)
    assert "channel=1" in page.url
    page.keyboard.press("Escape")
    assert "channel" not in page.url


def test_the_pass_that_is_played_ends_where_the_next_layer_is_stopped(watch: Watch, image: str) -> None:
    page = watch.open(f"?model=lenet5&image={image}&layer=conv_c1")
    page.route("**/*part=inspector*", lambda route: None)  # which never ends
    page.locator("#play").click()
    expect(page.locator("#play")).to_have_class(re.compile("playing"))
    page.locator("#waiting").get_by_role("button", name="Stop").click()
    expect(page.locator("#play")).not_to_have_class(re.compile("playing"))


def test_a_layer_that_was_refused_before_it_was_asked_for_is_asked_for_again(watch: Watch, image: str) -> None:
    page = watch.open(f"?model=lenet5&image={image}")
    busy = "<main class='alone'><div class='notice'><p><strong>The server is busy.</strong></p></div></main>"
    page.route(
        "**/*part=inspector*", lambda route: route.fulfill(status=503, body=busy, content_type="text/html"), times=1
    )
    node = page.locator("#ribbon [data-layer='conv_c3']")
    with page.expect_response("**/*part=inspector*"):
        node.hover()
    node.click()
    expect(page.locator("#inspector h2")).to_have_text("conv_c3")
    expect(page.get_by_role("alert")).to_have_count(0)
    watch.expect_refusal(503)
