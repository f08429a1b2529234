"""The strongest input channels of a channel, each beside the plane of the kernel that reads it."""

import io

import httpx
import numpy as np
from PIL import Image

from tests.browser.conftest import Watch

NETWORK, LAYER, CHANNEL = "squeezenet1_1", "fire2.expand3x3", 7


def test_a_kernel_is_drawn_in_the_colours_of_its_weights(watch: Watch, image: str) -> None:
    page = watch.open(f"?model={NETWORK}&image={image}&layer={LAYER}&channel={CHANNEL}")
    page.get_by_role("tab", name="Inputs").click()
    page.wait_for_load_state("networkidle")
    first = page.locator(".given tbody tr").first
    weights = httpx.get(f"{watch.address}/api/v1/models/{NETWORK}/layers/{LAYER}/filters.npy", timeout=60).content
    plane = np.load(io.BytesIO(weights))[CHANNEL, int(first.locator("th").inner_text())]
    with Image.open(io.BytesIO(first.locator("svg.map").screenshot())) as drawn:
        cells = np.asarray(drawn.convert("RGB").resize((9, 9), Image.Resampling.BOX), np.int64)[1::3, 1::3]
    strong = abs(plane) > abs(plane).max() / 2
    redder = cells[..., 0] > cells[..., 2]
    assert strong.any()
    assert (redder == (plane > 0))[strong].all()
    assert len(np.unique(cells.reshape(9, 3), axis=0)) > 4
