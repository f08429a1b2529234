"""Cells and pixels that matter one by one are drawn with sharp edges, photos are not."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Watch

RENDERING = "all => all.map((each) => getComputedStyle(each).imageRendering)"
LENET5 = "?model=lenet5&image={image}"
RESIDUAL = "?model=resnet18-imagenette&image={image}"
FEW_PIXELS = {
    "input of LeNet-5": (LENET5, ".view img"),
    "other ways to fit it": (LENET5 + "&layer=input", ".variants img"),
    "field of a cell": (LENET5 + "&layer=conv_c1&channel=1&cell=9,9", ".patch image"),
    "field of a cell of a photo": (RESIDUAL + "&layer=conv2_1.conv1&channel=1&cell=9,9", ".patch image"),
    "map over the input": (LENET5 + "&layer=pool_s2&channel=1&overlay=0.6", "#channel .over image"),
    "explanation": (LENET5 + "&why=6", "#explanation-map image"),
    "small maps": (LENET5 + "&layer=conv_c3", "#sheet img"),
    "channel": (LENET5 + "&layer=conv_c3&channel=2", "#channel-map"),
    "kernels": (LENET5 + "&layer=conv_c3&channel=2", ".filters img, .plane image"),
}
PHOTOS = {
    "input": (RESIDUAL, ".view img"),
    "field of many pixels": (RESIDUAL + "&layer=conv5_1.add&channel=1", ".patch image"),
    "map over the input": (RESIDUAL + "&layer=conv3_1.add&channel=1&overlay=0.6", "#channel .over image"),
    "explanation": (RESIDUAL + "&why=tench", "#explanation-map image"),
}


def rendering(page: Page, selector: str) -> set[str]:
    expect(page.locator(selector).first).to_be_attached()
    return set(page.locator(selector).evaluate_all(RENDERING))


@pytest.mark.parametrize("view", FEW_PIXELS)
def test_few_pixels_are_sharp(watch: Watch, image: str, view: str) -> None:
    address, selector = FEW_PIXELS[view]
    assert rendering(watch.open(address.format(image=image)), selector) == {"pixelated"}


@pytest.mark.parametrize("view", PHOTOS)
def test_photos_are_smooth(watch: Watch, image: str, view: str) -> None:
    address, selector = PHOTOS[view]
    assert rendering(watch.open(address.format(image=image)), selector) == {"auto"}


@pytest.mark.parametrize("width", [390, 1440])
@pytest.mark.parametrize(("layer", "cells"), [("conv_c1", 28), ("pool_s2", 14), ("conv_c3", 10), ("pool_s4", 5)])
def test_a_cell_of_a_map_is_a_whole_number_of_pixels(
    watch: Watch, image: str, layer: str, cells: int, width: int
) -> None:
    watch.page.set_viewport_size({"width": width, "height": 900})
    page = watch.open(f"{LENET5.format(image=image)}&layer={layer}&channel=1")
    large, small, patch = (page.locator(each).first for each in ("#channel-map", ".strongest img", ".patch svg"))
    seen = patch.evaluate("svg => svg.viewBox.baseVal.width")
    sides = [each.evaluate("each => each.getBoundingClientRect().width") for each in (large, small, patch)]
    assert [side % parts for side, parts in zip(sides, (cells, cells, seen), strict=True)] == [0, 0, 0]
    assert sides[0] >= 280


@pytest.mark.parametrize("zoom", [1, 2, 4])
def test_the_cells_of_a_sheet_are_too_at_every_zoom(watch: Watch, image: str, zoom: int) -> None:
    page = watch.open(f"{RESIDUAL.format(image=image)}&layer=conv4_1.add&zoom={zoom}")
    drawn = page.locator("#sheet img").evaluate("image => image.getBoundingClientRect().width")
    data = page.locator("#sheet").evaluate("sheet => ({...sheet.dataset})")
    scale = drawn / (int(data["columns"]) * int(data["pitchX"]) - 1)
    assert scale == zoom
    assert int(data["cellW"]) % int(data["mapW"]) == 0
    assert drawn >= 500
