"""From a class score to a pixel: every number leads to those that it is computed from."""

import io

import httpx
import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Watch

LARGEST = ".number :is(td.largest a, .chain a.source, .terms a.source)"
MAX_STEPS = 100
# Where a walk starts: at a logit, or above the first two of GoogLeNet's nine blocks, which are alike.
STARTS = {"resnet18-imagenette": ("fc", (2,)), "googlenet-imagenette": ("inception_3b.concat", (2, 4, 6))}


def array(watch: Watch, path: str) -> NDArray[np.float64]:
    answer = httpx.get(f"{watch.address}/api/v1/models/{path}", timeout=60)
    loaded: NDArray[np.float64] = np.load(io.BytesIO(answer.content)).astype(np.float64)
    return loaded


def grid(page: Page, name: str) -> NDArray[np.float64]:
    """The numbers of a grid on the page."""
    rows: list[list[float]] = page.locator(f"table.{name} tr").evaluate_all(
        "rows => rows.map((row) => [...row.cells].map((cell) => Number(cell.dataset.value)))"
    )
    return np.array(rows)


def place(page: Page) -> tuple[str, int, int, int]:
    """The layer, channel, row and column of the number on the page."""
    data = page.locator(".number").evaluate("number => ({...number.dataset})")
    return data["layer"], int(data["channel"]), int(data["y"]), int(data["x"])


def follow(page: Page, link: Locator, *, by_key: bool) -> None:
    """Go where a link leads, in place."""
    address = link.get_attribute("href") or ""
    if by_key:
        link.focus()
        page.keyboard.press("Enter")
    else:
        link.click()
    page.wait_for_function("address => location.search === address", arg=address)
    layer = address.split("layer=")[1].split("&")[0]
    expect(page.locator(f'.number[data-layer="{layer}"]')).to_be_visible()


def walk(page: Page, *, by_key: bool) -> list[str]:
    """Follow the largest contribution down to the input; the layers on the way."""
    layers = [place(page)[0]]
    while layers[-1] != "input" and len(layers) < MAX_STEPS:
        follow(page, page.locator(LARGEST).first, by_key=by_key)
        layers.append(place(page)[0])
    return layers


def test_a_class_score_of_lenet_goes_down_to_a_pixel_by_clicks(watch: Watch, image: str) -> None:
    requests = watch.record_requests()
    page = watch.open(f"?model=lenet5&image={image}")
    follow(page, page.locator("#picture .guesses a.to-number").last, by_key=False)
    layers = walk(page, by_key=False)
    shape = httpx.get(f"{watch.address}/api/v1/models/lenet5").json()["layers"]
    assert layers == [*[layer["id"] for layer in reversed(shape)], "input"]
    expect(page.locator(".trail a")).to_have_count(len(shape))
    assert sum("/?" in each and "part=" not in each for each in requests) == 1
    page.go_back()
    expect(page.locator('.number[data-layer="conv_c1"]')).to_be_visible()
    expect(page.locator(".trail a")).to_have_count(len(shape) - 1)
    page.locator(".trail a").nth(1).click()
    expect(page.locator('.number[data-layer="output"]')).to_be_visible()
    expect(page.locator(".trail a")).to_have_count(1)


def test_the_numbers_of_a_convolution_are_those_of_the_arrays(watch: Watch, image: str) -> None:
    page = watch.open(f"?model=lenet5&image={image}&layer=conv_c3&channel=3&cell=4,6&view=number")
    before, here = (array(watch, f"lenet5/images/{image}/layers/{layer}.npy") for layer in ("pool_s2", "conv_c3"))
    kernel = array(watch, "lenet5/layers/conv_c3/filters.npy")[3]
    channel = int(page.locator("figure.plane").get_attribute("data-channel") or "")
    window = before[:, 4:9, 6:11]
    np.testing.assert_array_equal(grid(page, "inputs"), window[channel])
    np.testing.assert_array_equal(grid(page, "kernel"), kernel[channel])
    np.testing.assert_allclose(grid(page, "products"), window[channel] * kernel[channel], rtol=1e-12)
    sums = (window * kernel).sum(axis=(1, 2))
    planes = page.locator('.term[data-kind="plane"]').evaluate_all(
        "all => all.map((each) => Number(each.dataset.value))"
    )
    assert sorted(planes) == pytest.approx(sorted(sums))
    bias = float(page.locator('.term[data-kind="bias"]').get_attribute("data-value") or "nan")
    total = float(page.locator(".outcome output.total").get_attribute("title") or "nan")
    assert total == pytest.approx(sums.sum() + bias)
    assert total == pytest.approx(here[3, 4, 6], abs=1e-4)


@pytest.mark.parametrize("network", STARTS)
def test_a_number_goes_down_to_a_pixel_by_keys(watch: Watch, image: str, network: str) -> None:
    layer, (channel, *cell) = STARTS[network]
    position = f"&cell={','.join(map(str, cell))}" if cell else ""
    page = watch.open(f"?model={network}&image={image}&layer={layer}&channel={channel}{position}&view=number")
    value = float(page.locator(".number").get_attribute("data-value") or "nan")
    assert value == array(watch, f"{network}/images/{image}/layers/{layer}.npy")[channel, *cell]
    layers = walk(page, by_key=True)
    start = f"{layer}/cells/{'/'.join(map(str, (channel, *cell)))}"
    path = httpx.get(f"{watch.address}/api/v1/models/{network}/images/{image}/layers/{start}/path").json()
    assert layers == [step["layer"] for step in path["steps"] if step["layer"] not in ("picture", "ink")]
    assert place(page) == ("input", *(path["steps"][len(layers) - 1][name] for name in ("channel", "y", "x")))
    _, channel, y, x = place(page)
    pixel = float(page.locator(".number").get_attribute("data-value") or "nan")
    size = httpx.get(f"{watch.address}/api/v1/models/{network}").json()["input"]
    tensor = array(watch, f"{network}/images/{image}/tensor.npy").reshape(3, size["height"], size["width"])
    assert pixel == tensor[channel, y, x]
    page.go_back()
    expect(page.locator(f'.number[data-layer="{layers[-2]}"]')).to_be_visible()
    expect(page.locator("figure.plane table.number-grid")).to_have_count(3)
