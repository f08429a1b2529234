"""Boxes on the input: their threshold moves with the slider, and is part of the address."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import BrowserContext, expect

from tests.browser.conftest import SAMPLES, Watch
from tests.conftest import serving
from tests.nets.graph_outputs.networks import columns, place_detector

BOXES = columns((10, 12, 8, 6, 0.1, 0.9), (24, 20, 10, 12, 0.7, 0.1), classes=2)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    models: Path = tmp_path_factory.mktemp("models")
    place_detector(models, "detector", BOXES, ["cat", "dog"])
    with serving(tmp_path_factory.mktemp("data"), models) as address:
        yield address


def test_the_threshold_of_boxes_moves_with_the_slider(context: BrowserContext, site: str) -> None:
    files = {"file": (SAMPLES / "cat.jpg").read_bytes()}
    image = httpx.post(f"{site}/api/v1/images", files=files).json()["id"]
    watch = Watch(context.new_page(), site)
    page = watch.open(f"?model=detector&image={image}&layer=Add_1")
    expect(page.locator("#outputs rect.box")).to_have_count(2)
    page.locator("#threshold").fill("0.8")
    expect(page.locator("#outputs rect.box")).to_have_count(1)
    assert "threshold=0.8" in page.url
    assert "layer=Add_1" in page.url
    page.reload()
    expect(page.locator("#outputs .classes")).to_contain_text("dog 90.0\xa0%")
    page.locator("#outputs [data-threshold]").click()
    expect(page.locator("#outputs rect.box")).to_have_count(2)
    assert watch.wrong == []
