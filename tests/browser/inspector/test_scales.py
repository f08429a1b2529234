"""The colours of the maps on the page: each legend is true of every tile beside it."""

import io
import re

import httpx
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Page

from tests.browser.conftest import Watch

LAYERS = {
    "signed, small maps": "?model=resnet18-imagenette&image={image}&layer=conv5_2.add",
    "not signed, with dead channels": "?model=squeezenet1_1&image={image}&layer=fire2.concat",
    "large maps": "?model=squeezenet1_1&image={image}&layer=conv1_relu",
}


def values(watch: Watch, page: Page) -> NDArray[np.float32]:
    """The values of the layer that the page shows."""
    address = page.locator("#sheet").get_attribute("data-statistics")
    loaded: NDArray[np.float32] = np.load(io.BytesIO(httpx.get(f"{watch.address}/{address}.npy", timeout=60).content))
    return loaded


def levels(watch: Watch, source: str | None) -> NDArray[np.float64]:
    """The grey levels of a map of the page, before they are coloured."""
    png = httpx.get(f"{watch.address}/{source}", timeout=60).content
    return np.asarray(Image.open(io.BytesIO(png)).convert("L"), np.float64)


def tiles(watch: Watch, page: Page) -> list[NDArray[np.float64]]:
    """The grey levels of every channel on the sheet, one for each cell."""
    data = page.locator("#sheet").evaluate("sheet => ({...sheet.dataset})")
    columns, pitch_x, pitch_y = (int(data[name]) for name in ("columns", "pitchX", "pitchY"))
    width, height, rows = int(data["cellW"]), int(data["cellH"]), int(data["mapH"])
    sheet, step = levels(watch, page.locator("#sheet img").get_attribute("src")), max(1, height // rows)
    places = [divmod(channel, columns) for channel in range(int(data["channels"]))]
    return [sheet[y * pitch_y :, x * pitch_x :][:height:step, :width:step] for y, x in places]


def number(text: str) -> float:
    """The number that a text of the page stands for."""
    plain = re.sub(r"[\u202f±]", "", text).replace("−", "-").replace("×10", "e")
    return float(plain.translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")))


def drawn(channel: NDArray[np.float32], end: float, *, signed: bool) -> NDArray[np.float64]:
    """The levels of a channel on a scale with this end."""
    share = np.clip(channel.astype(np.float64) / (end or 1), -1, 1)
    return 127.5 + 127.5 * share if signed else 255 * share


@pytest.mark.parametrize("layer", LAYERS)
def test_the_legend_of_a_layer_is_true_of_every_tile(watch: Watch, image: str, layer: str) -> None:
    page = watch.open(LAYERS[layer].format(image=image))
    expected = values(watch, page)
    low, end = (float(each.get_attribute("value") or 0) for each in page.locator("#sheet .legend data").all())
    off = np.abs(expected) > end
    said = page.locator("#sheet .off-scale").inner_text()
    assert low == (-end if expected.min() < 0 else 0)
    assert 0 < off.sum() <= 0.0005 * expected.size
    assert number(said.removeprefix("Values off the scale: ").split(" (")[0]) == off.sum()
    assert number(said.rsplit(" ", 1)[1]) == pytest.approx(expected.flat[np.abs(expected).argmax()], rel=0.005)
    for channel, tile in zip(expected, tiles(watch, page), strict=True):
        assert np.abs(tile - drawn(channel, end, signed=low < 0)).max() <= 1


@pytest.mark.parametrize("layer", LAYERS)
def test_with_a_scale_for_each_channel_its_end_stands_on_the_tile(watch: Watch, image: str, layer: str) -> None:
    page = watch.open(LAYERS[layer].format(image=image) + "&domain=channel")
    expected = values(watch, page)
    assert page.locator("#sheet .legend data").count() == 0
    ends = [number(text) for text in page.locator("#sheet .ranges text").all_text_contents()]
    assert ends == pytest.approx(np.abs(expected).max(axis=(1, 2)).tolist(), rel=0.005)
    sizes = page.locator("#sheet .ranges text").evaluate_all(
        "all => all.map((text) => text.getBoundingClientRect()).map(({ width, height }) => [width, height])"
    )
    tile = page.locator("#sheet").evaluate("sheet => Number(sheet.dataset.cellW)")
    assert max(width for width, _ in sizes) <= tile
    assert min(height for _, height in sizes) >= 13


def test_a_channel_has_the_colours_of_its_tile(watch: Watch, image: str) -> None:
    page = watch.open(LAYERS["not signed, with dead channels"].format(image=image) + "&channel=5")
    expected = values(watch, page)[5]
    (low, end) = (float(each.get_attribute("value") or 0) for each in page.locator("#channel .legend data").all())
    shown = levels(watch, page.locator("#channel-map").get_attribute("src"))
    step = len(shown) // len(expected)
    assert low == 0
    assert np.abs(shown[::step, ::step] - drawn(expected, end, signed=False)).max() <= 1
    thumbnail = page.locator(".strongest a").first
    strongest = values(watch, page)[int(thumbnail.get_attribute("data-channel") or 0)]
    small = levels(watch, thumbnail.locator("img").get_attribute("src"))
    assert np.abs(small - drawn(strongest, end, signed=False)).max() <= 1
