"""The path of the largest contribution, and a folded normalisation: by click and by key, without a new page."""

import io

import httpx
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Locator, expect

from tests.browser.conftest import Watch

MODEL = "resnet18-imagenette"
NUMBER = f"?model={MODEL}&image={{image}}&view=number&layer={{place}}"


def array(server: str, image: str, name: str) -> NDArray[np.float32]:
    content = httpx.get(f"{server}/api/v1/models/{MODEL}/images/{image}/{name}").raise_for_status().content
    values: NDArray[np.float32] = np.load(io.BytesIO(content))
    return values


def place_of(step: Locator) -> tuple[tuple[int, int, int], float]:
    """The channel, row and column of a step, and its number."""
    channel, y, x, value = (step.get_attribute(f"data-{name}") or "" for name in ("channel", "y", "x", "value"))
    return (int(channel), int(y), int(x)), float(value)


def test_a_class_score_is_followed_down_to_a_pixel_and_back(watch: Watch, server: str, image: str) -> None:
    page = watch.open(NUMBER.format(image=image, place="softmax&channel=2"))
    page.locator("#follow-path").click()
    steps = page.locator(".path-steps [data-layer]")
    expect(steps.first).to_have_attribute("data-layer", "softmax")
    arrays = {"conv5_2.relu2": "layers/conv5_2.relu2.npy", "conv1": "layers/conv1.npy", "input": "tensor.npy"}
    for layer, name in arrays.items():
        at, value = place_of(page.locator(f'.path-steps [data-layer="{layer}"]'))
        assert array(server, image, name)[at] == pytest.approx(value)
    (channel, y, x), value = place_of(page.locator(".path-steps .pixel"))
    photo = np.asarray(Image.open(io.BytesIO(httpx.get(f"{server}/api/v1/images/{image}.png").content)).convert("RGB"))
    assert photo[y, x, channel] == value
    page.locator('.path-steps [data-layer="conv1"] a').click()
    expect(page.locator("section.number")).to_have_attribute("data-layer", "conv1")
    expect(page.locator(".trail")).to_contain_text("softmax")
    page.go_back()
    expect(steps.first).to_have_attribute("data-layer", "softmax")
    page.go_back()
    expect(page.locator(".path-steps")).to_have_count(0)
    expect(page.locator("section.number")).to_have_attribute("data-layer", "softmax")
    assert watch.wrong == []


@pytest.mark.parametrize("width", [390, 1440])
def test_each_tile_shows_its_part_of_the_map_alone(watch: Watch, image: str, width: int) -> None:
    watch.page.set_viewport_size({"width": width, "height": 900})
    page = watch.open(NUMBER.format(image=image, place="softmax&channel=2&path=1"))
    expect(page.locator(".route")).to_be_visible()
    tiles = page.locator(".path-steps .framed > svg").evaluate_all(
        "tiles => tiles.map(tile => [getComputedStyle(tile).overflow, tile.parentNode.getBoundingClientRect().width])"
    )
    assert len(tiles) > 10
    assert {overflow for overflow, _ in tiles} == {"hidden"}
    assert {round(side) for _, side in tiles} == {64}
    assert page.evaluate("document.documentElement.scrollWidth") == width


def test_a_normalisation_is_one_step_with_its_convolution_and_two_again_by_keys(watch: Watch, image: str) -> None:
    page = watch.open(NUMBER.format(image=image, place="bn1&channel=3&cell=4,6"))
    number = page.locator("section.number")
    value = number.get_attribute("data-value")
    page.locator("#fold").press("Enter")
    expect(page.locator(".folding")).to_contain_text("√")
    expect(page.locator("table.number-grid.kernel")).to_be_visible()
    assert number.get_attribute("data-value") == value
    assert float(number.get_attribute("data-total") or 0) == pytest.approx(float(value or 1), abs=1e-4)
    page.locator("#fold").press("Enter")
    expect(page.locator(".folding")).to_have_count(0)
    expect(page.locator("table.number-grid.kernel")).to_have_count(0)
    assert watch.wrong == []
