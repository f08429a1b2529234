"""Layers and channels in the inspector, on LeNet-5, a residual and a branched network, with a real photo."""

import io
import re

import httpx
import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import Page, expect

from tests.browser.conftest import Watch

BRANCHED = "?model=squeezenet1_1&image={image}&layer=fire2.concat"
RESIDUAL = "?model=resnet18-imagenette&image={image}&layer={layer}"


def values(watch: Watch, model: str, image: str, layer: str) -> NDArray[np.float32]:
    answer = httpx.get(f"{watch.address}/api/v1/models/{model}/images/{image}/layers/{layer}.npy", timeout=60)
    loaded: NDArray[np.float32] = np.load(io.BytesIO(answer.content))
    return loaded


def told(page: Page, figure: str) -> np.float32:
    """The exact value at the end of a readout."""
    readout = page.locator(f"{figure} .readout")
    expect(readout).to_contain_text(re.compile(r"column \d+: "))
    text = readout.inner_text().rsplit(": ", 1)[1].replace("−", "-")
    power = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
    return np.float32(text.replace("×10", "e").translate(power))


def cursors(page: Page, where: str) -> list[tuple[float, float]]:
    """Row and column of every cursor that is shown, in cells."""
    found: list[tuple[float, float]] = page.locator(f"{where} .cursor:not([hidden])").evaluate_all(
        "all => all.map((each) => [Number(each.getAttribute('y')), Number(each.getAttribute('x'))])"
    )
    return [(y, x) for y, x in found]


def test_one_cursor_is_linked_over_the_sheet_the_map_and_the_picture(watch: Watch, image: str) -> None:
    page = watch.open(BRANCHED.format(image=image) + "&channel=3")
    page.wait_for_load_state("networkidle")
    expected = values(watch, "squeezenet1_1", image, "fire2.concat")
    sheet = page.locator("#sheet .stage").bounding_box()
    data = page.locator("#sheet").evaluate("sheet => ({...sheet.dataset})")
    assert sheet is not None
    scale = sheet["width"] / (int(data["columns"]) * int(data["pitchX"]) - 1)
    x = sheet["x"] + scale * (5 * int(data["pitchX"]) + 20.5 / 56 * int(data["cellW"]))
    y = sheet["y"] + scale * (2 * int(data["pitchY"]) + 10.5 / 56 * int(data["cellH"]))
    page.mouse.move(x, y)
    channel = 2 * int(data["columns"]) + 5
    expect(page.locator("#sheet .readout")).to_contain_text(f"Channel {channel}:")
    assert told(page, "#sheet") == expected[channel, 10, 20]
    assert told(page, "#channel") == expected[3, 10, 20]
    assert cursors(page, "#cells") == [(10, 20)]
    assert set(cursors(page, ".strongest")) == {(10, 20)}
    wide = int(data["cellW"]) / 56
    assert cursors(page, "#cursors") == [pytest.approx((10 * wide, 20 * wide))]
    field = page.locator("#picture .field")
    seen = [float(field.get_attribute(name) or 0) for name in ("x", "y", "width", "height")]
    fields = httpx.get(f"{watch.address}/api/v1/models/squeezenet1_1/layers/fire2.concat/fields").json()
    (left, right), (top, bottom) = fields["columns"][20], fields["rows"][10]
    assert seen == [left, top, right - left, bottom - top]
    box = page.locator("#picture .view .stage").bounding_box()
    assert box is not None
    page.mouse.move(
        box["x"] + (left + right) / 2 / 227 * box["width"], box["y"] + (top + bottom) / 2 / 227 * box["height"]
    )
    expect(page.locator("#channel .readout")).to_contain_text("Row 10, column 20")


def test_the_keyboard_moves_between_cells_and_pins_one(watch: Watch, image: str) -> None:
    layer = "conv3_1.add"
    page = watch.open(RESIDUAL.format(image=image, layer=layer) + "&channel=5&cell=4,6")
    expected = values(watch, "resnet18-imagenette", image, layer)[5]
    page.locator("#cells").focus()
    expect(page.locator("#channel .readout")).to_contain_text("Row 4, column 6:")
    for key in ("ArrowDown", "ArrowRight", "ArrowRight", "ArrowUp", "ArrowDown"):
        page.keyboard.press(key)
    expect(page.locator("#channel .readout")).to_contain_text("Row 5, column 8:")
    assert told(page, "#channel") == expected[5, 8]
    page.keyboard.press("Enter")
    expect(page.locator(".patch.kept")).to_have_attribute("data-x", "8")
    assert "cell=5%2C8" in page.url
    found = httpx.get(
        f"{watch.address}/api/v1/models/resnet18-imagenette/images/{image}/layers/{layer}/cells/5/5/8/effective"
    ).json()["box"]
    outlined = page.locator(".matters .effective")
    assert outlined.get_attribute("x") == str(found["left"])
    assert outlined.get_attribute("height") == str(found["bottom"] - found["top"])
    expect(page.locator("#cells")).to_be_focused()
    page.locator("#unpin").click()
    expect(page.locator(".patch.kept")).to_have_count(0)
    page.keyboard.press("l")
    expect(page.locator("#channel")).to_have_attribute("data-number", "6")


def test_a_cell_is_selected_and_pinned_over_the_photo_too(watch: Watch, image: str) -> None:
    layer = "conv3_1.relu1"
    page = watch.open(RESIDUAL.format(image=image, layer=layer) + "&channel=5&overlay=0.6")
    network = f"{watch.address}/api/v1/models/resnet18-imagenette"
    fields, size = httpx.get(f"{network}/layers/{layer}/fields").json(), httpx.get(network).json()["input"]
    (top, bottom), (left, right) = fields["rows"][7], fields["columns"][9]
    shown = page.locator("#channel .over").bounding_box()
    assert shown is not None
    x = shown["x"] + (left + right) / 2 / size["width"] * shown["width"]
    y = shown["y"] + (top + bottom) / 2 / size["height"] * shown["height"]
    page.mouse.move(x, y)
    expect(page.locator("#channel .readout")).to_contain_text("Row 7, column 9:")
    for field in page.locator(".field").all():
        seen = [float(field.get_attribute(name) or 0) for name in ("x", "y", "width", "height")]
        assert seen == [left, top, right - left, bottom - top]
    page.mouse.click(x, y)
    expect(page.locator("#channel .over .chosen")).to_have_attribute("x", str(left))
    assert "cell=7%2C9" in page.url
    page.locator("#cells").focus()
    page.keyboard.press("ArrowDown")
    expect(page.locator("#channel .readout")).to_contain_text("Row 8, column 9:")


def test_dead_channels_are_crossed_out_and_named(watch: Watch, image: str) -> None:
    layer = "conv5_2.relu1"
    page = watch.open(RESIDUAL.format(image=image, layer=layer))
    page.locator("summary", has_text="Order").click()
    page.get_by_role("link", name="zeros", exact=True).click()
    expect(page.locator("#order-zeros")).to_have_attribute("aria-current", "true")
    expect(page.locator("summary", has_text="Order")).to_contain_text("zeros")
    expect(page.locator("summary", has_text="Order")).to_be_focused()
    expect(page.locator("#order-zeros")).to_be_hidden()
    dead = np.flatnonzero((values(watch, "resnet18-imagenette", image, layer) == 0).all(axis=(1, 2)))
    drawn = page.locator("#sheet .dead").get_attribute("d") or ""
    assert drawn.count("m0 ") == len(dead) > 0
    expect(page.get_by_role("link", name=str(dead[0]), exact=True).first).to_be_visible()
    order = str(page.locator("#sheet").get_attribute("data-order")).split(",")
    assert {int(channel) for channel in order[: len(dead)]} == set(dead.tolist())


def test_an_enlarged_sheet_scrolls_without_another_request(watch: Watch, image: str) -> None:
    page = watch.open(BRANCHED.format(image=image))
    page.wait_for_load_state("networkidle")
    before = page.locator("#sheet img").bounding_box()
    source = page.locator("#sheet img").get_attribute("src")
    requests = watch.record_requests()
    page.locator("#zoom-4").click()
    expect(page.locator("#zoom-4")).to_have_attribute("aria-current", "true")
    after = page.locator("#sheet img").bounding_box()
    assert before is not None
    assert after is not None
    assert after["width"] > 3.9 * before["width"]
    assert {url for url in requests if "fire2.concat.png" in url} <= {f"{watch.address}/{source}"}
    page.locator(".pan").evaluate("pan => pan.scrollTo(900, 900)")
    page.locator(".pan").hover()
    expect(page.locator("#sheet .readout")).to_contain_text(re.compile(r"Channel \d+:"))


def test_every_value_of_a_vector_can_be_reached(watch: Watch, image: str) -> None:
    page = watch.open(f"?model=lenet5&image={image}&layer=dense_f6")
    expected = values(watch, "lenet5", image, "dense_f6")
    first = page.locator(".units-list a").first
    expect(first).to_have_attribute("data-channel", str(int(expected.argmax())))
    seen = []
    for _ in range(4):
        seen += page.locator(".units-list a").evaluate_all("all => all.map((each) => Number(each.dataset.channel))")
        page.locator("#later").click()
        expect(page.locator(".units-list a").first).not_to_have_attribute("data-channel", str(seen[-20]))
    seen += page.locator(".units-list a").evaluate_all("all => all.map((each) => Number(each.dataset.channel))")
    assert seen == np.argsort(-expected, kind="stable").tolist()
    page.locator("#units .all").click(position={"x": 1, "y": 40})
    expect(page.locator("#inspector h2")).to_contain_text("unit 0")
    page.keyboard.press("j")
    expect(page.locator("#inspector h2")).not_to_contain_text("dense_f6")
    assert "first=" not in page.url


def test_a_channel_shows_its_histogram_and_its_filter(watch: Watch, image: str) -> None:
    page = watch.open(f"?model=squeezenet1_1&image={image}&layer=fire2.expand3x3&channel=7")
    found = httpx.get(f"{watch.address}/api/v1/models/squeezenet1_1/images/{image}/layers/fire2.expand3x3/channels/7")
    detail = found.json()
    counts = [count for count in detail["histogram"]["counts"] if count]
    page.get_by_role("tab", name="Histogram").click()
    expect(page.locator(".histogram .count")).to_have_count(len(counts))
    assert page.locator(".histogram .count").first.evaluate("bar => bar.getBoundingClientRect().width") > 3
    page.get_by_text("Show as table").click()
    expect(page.locator(".histogram tbody tr")).to_have_count(len(detail["histogram"]["counts"]))
    given = detail["filter"]["contributions"]
    page.get_by_role("tab", name="Inputs").click()
    inputs = page.locator(".given tbody th").all_inner_texts()
    assert inputs == [str(given["inputs"][plane]) for plane in given["order"][:8]]
    page.locator(".given tbody th a").first.click()
    expect(page.locator("#inspector h2")).to_have_text(f"fire2/squeeze1x1_relu channel {inputs[0]}")
    page.go_back()
    page.get_by_role("tab", name="Filter").click()
    page.locator("#alike").click()
    expect(page.locator("#pairs")).to_contain_text("cosine similarity of 0.900 or more")


def test_downloads_follow_the_colour_map(watch: Watch, image: str) -> None:
    page = watch.open(f"?model=squeezenet1_1&image={image}&layer=conv1_relu&channel=3&overlay=0.6")
    page.locator("summary", has_text="Colours").click()
    page.get_by_role("link", name="magma").click()
    page.locator("#opacity").fill("0.3")
    links = page.locator("#downloads a").evaluate_all("all => all.map((each) => each.getAttribute('href'))")
    picture = next(link for link in links if ".png?" in link)
    assert {"colormap=magma", "overlay=0.3"} <= set(picture.split("?")[1].split("&"))
    assert httpx.get(f"{watch.address}/{picture}").headers["content-type"] == "image/png"


def test_a_slider_that_is_dragged_changes_the_address_where_it_stops(watch: Watch, image: str) -> None:
    """Browsers drop further changes of the address after some hundred of them: Chromium after 200 in ten seconds."""
    page = watch.open(f"?model=lenet5&image={image}&layer=conv_c3&channel=2&overlay=0.6")
    page.evaluate(
        """() => {
          window.changes = 0;
          const replace = history.replaceState.bind(history);
          history.replaceState = (...state) => { window.changes += 1; replace(...state); };
        }"""
    )
    slider, shown = page.locator("#opacity"), page.locator("#over")
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    assert box
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] / 2, y)
    page.mouse.down()
    for share in (0.2, 0.7, 0.3, 0.9):
        page.mouse.move(box["x"] + share * box["width"], y)
        expect(shown).to_have_attribute("opacity", slider.input_value())
    assert page.evaluate("changes") == 0
    page.mouse.up()
    expect(page).to_have_url(re.compile(rf"overlay={slider.input_value()}(&|$)"))
    assert page.evaluate("changes") == 1


@pytest.mark.parametrize("width", [1440, 1024])
def test_picking_a_channel_moves_nothing(watch: Watch, image: str, width: int) -> None:
    watch.page.set_viewport_size({"width": width, "height": 900})
    page = watch.open(f"?model=resnet18-imagenette&image={image}&layer=conv2_1.relu1")
    page.wait_for_load_state("networkidle")
    before = page.locator("#sheet .stage").bounding_box()
    page.locator(".strongest a").first.click()
    expect(page.locator("#channel-map")).to_be_visible()
    assert page.locator("#sheet .stage").bounding_box() == before
