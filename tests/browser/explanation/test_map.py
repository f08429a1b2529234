"""The map of an explanation as the browser draws it: that of the server's PNG, over the input or alone."""

import io

import httpx
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import expect

from tests.browser.conftest import Watch

NETWORK = "resnet18-imagenette"


def pixels(content: bytes, size: tuple[int, int]) -> NDArray[np.float64]:
    """A picture (rows, columns, 3), 0 to 255, smoothed: browsers enlarge in other ways."""
    with Image.open(io.BytesIO(content)) as picture:
        return np.asarray(picture.convert("RGB").resize(size, Image.Resampling.BOX), np.float64)


@pytest.mark.parametrize(("address", "query"), [("", "overlay=0.8"), ("&overlay=1", "")], ids=["over", "alone"])
def test_the_map_is_drawn_as_the_server_draws_it(watch: Watch, image: str, address: str, query: str) -> None:
    page = watch.open(f"?model={NETWORK}&image={image}&why=golf ball{address}")
    expect(page.locator("#over")).to_be_visible()
    page.wait_for_load_state("networkidle")
    shown = pixels(page.locator("#explanation-map svg").first.screenshot(), (32, 32))
    place = f"{watch.address}/api/v1/models/{NETWORK}/images/{image}"
    drawn = httpx.get(f"{place}/explanations/gradcam.png?target=golf ball&colormap=auto&{query}", timeout=60).content
    view = httpx.get(f"{place}/view.png", timeout=60).content
    assert np.abs(shown - pixels(drawn, (32, 32))).mean() < 4
    assert np.abs(shown - pixels(view, (32, 32))).mean() > 12
