"""The panel of a number on a phone: it scrolls inside its figure alone, and each term is one or two lines."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Watch

LINE = 24  # pixels
ADDRESS = "?model=resnet18-imagenette&image={image}&view=number&layer={place}"


@pytest.mark.parametrize("place", ["conv2_1.conv1&channel=3&cell=4,6", "fc&channel=2"])
def test_nothing_is_wider_than_a_phone(watch: Watch, image: str, place: str) -> None:
    watch.page.set_viewport_size({"width": 390, "height": 844})
    page = watch.open(ADDRESS.format(image=image, place=place))
    expect(page.locator("section.number .term").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    heights = page.locator(".number .term").evaluate_all("terms => terms.map(term => term.offsetHeight)")
    assert max(heights) < 5 * LINE
