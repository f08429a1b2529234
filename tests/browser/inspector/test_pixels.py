"""Cells and pixels that matter one by one are drawn with sharp edges, photos are not."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Watch

RENDERING = "all => all.map((each) => getComputedStyle(each).imageRendering)"
LENET5 = "?model=lenet5&image={image}"
RESIDUAL = "?model=resnet18-imagenette&image={image}"
# What is drawn, and where it is found, in each view.
FEW_PIXELS = {
    LENET5 + "&layer=input": {"input of LeNet-5": ".view img", "other ways to fit it": ".variants img"},
    LENET5 + "&layer=conv_c1&channel=1&cell=9,9": {"field of a cell": ".patch image"},
    RESIDUAL + "&layer=conv2_1.conv1&channel=1&cell=9,9": {"field of a cell of a photo": ".patch image"},
    LENET5 + "&layer=pool_s2&channel=1&overlay=0.6": {"map over the input": "#channel .over image"},
    LENET5 + "&why=6": {"explanation": "#explanation-map image"},
    LENET5 + "&layer=conv_c3&channel=2": {
        "small maps": "#sheet img",
        "channel": "#channel-map",
        "kernels": ".filters img, .plane image",
    },
}
PHOTOS = {
    RESIDUAL + "&layer=conv5_1.add&channel=1": {"input": ".view img", "field of many pixels": ".patch image"},
    RESIDUAL + "&layer=conv3_1.add&channel=1&overlay=0.6": {"map over the input": "#channel .over image"},
    RESIDUAL + "&why=tench": {"explanation": "#explanation-map image"},
}


def renderings(page: Page, selectors: dict[str, str]) -> dict[str, set[str]]:
    for selector in selectors.values():
        expect(page.locator(selector).first).to_be_attached()
    return {drawn: set(page.locator(selector).evaluate_all(RENDERING)) for drawn, selector in selectors.items()}


@pytest.mark.parametrize("address", FEW_PIXELS)
def test_few_pixels_are_sharp(watch: Watch, image: str, address: str) -> None:
    found = renderings(watch.open(address.format(image=image)), FEW_PIXELS[address])
    assert found == {drawn: {"pixelated"} for drawn in FEW_PIXELS[address]}


@pytest.mark.parametrize("address", PHOTOS)
def test_photos_are_smooth(watch: Watch, image: str, address: str) -> None:
    found = renderings(watch.open(address.format(image=image)), PHOTOS[address])
    assert found == {drawn: {"auto"} for drawn in PHOTOS[address]}


@pytest.mark.parametrize(("layer", "cells"), [("conv_c1", 28), ("pool_s2", 14), ("conv_c3", 10), ("pool_s4", 5)])
def test_a_cell_of_a_map_is_a_whole_number_of_pixels(watch: Watch, image: str, layer: str, cells: int) -> None:
    page = watch.open(f"{LENET5.format(image=image)}&layer={layer}&channel=1")
    large, small, patch = (page.locator(each).first for each in ("#channel-map", ".strongest img", ".patch svg"))
    seen = patch.evaluate("svg => svg.viewBox.baseVal.width")
    for width in (1440, 390):
        page.set_viewport_size({"width": width, "height": 900})
        sides = [each.evaluate("each => each.getBoundingClientRect().width") for each in (large, small, patch)]
        assert [side % parts for side, parts in zip(sides, (cells, cells, seen), strict=True)] == [0, 0, 0], width
        assert sides[0] >= 280, width


def test_the_cells_of_a_sheet_are_too_at_every_zoom(watch: Watch, image: str) -> None:
    for zoom in (1, 2, 4):
        page = watch.open(f"{RESIDUAL.format(image=image)}&layer=conv4_1.add&zoom={zoom}")
        drawn = page.locator("#sheet img").evaluate("image => image.getBoundingClientRect().width")
        data = page.locator("#sheet").evaluate("sheet => ({...sheet.dataset})")
        scale = drawn / (int(data["columns"]) * int(data["pitchX"]) - 1)
        assert scale == zoom
        assert int(data["cellW"]) % int(data["mapW"]) == 0, zoom
        assert drawn >= 500, zoom
