"""The layers of a real photo in a browser: a layer chosen on the chart, two classes, and damage, without a reload."""

import io
import re

import httpx
from PIL import Image
from playwright.sync_api import expect

from tests.browser.conftest import Watch


def noise() -> bytes:
    """A photo that the server has never had, as PNG."""
    file = io.BytesIO()
    Image.effect_noise((64, 64), 60).save(file, "PNG")
    return file.getvalue()


def test_a_layer_chosen_on_the_chart_is_coloured_and_damage_says_what_remains(watch: Watch) -> None:
    page = watch.open("experiments/layers?model=resnet18-imagenette")
    page.evaluate("window.unchanged = true")
    points = page.locator(".wide-chart a")
    expect(points).to_have_count(10)
    points.nth(1).click()
    expect(page.locator("#layer")).to_have_value("conv2_1.relu2")
    colours = page.locator(".pair img").nth(1)
    expect(colours).to_have_attribute("width", "40")
    assert colours.evaluate("(image) => image.decode().then(() => image.naturalWidth)") == 40
    assert "layer=conv2_1.relu2" in page.url

    page.locator("#other").select_option("parachute")
    expect(page).to_have_url(re.compile("other=9"))
    answer = httpx.get(
        f"{watch.address}/api/v1/models/resnet18-imagenette/layers/conv2_1.relu2/shared-channels", params={"count": 10}
    ).json()
    index = answer["jaccard"][answer["labels"].index("church")][9]
    expect(page.locator(".jaccard")).to_contain_text(f"{index:.3g}"[:4])

    page.locator("#damaged").select_option("conv1")
    page.locator("#amount").fill("4")
    page.get_by_role("button", name="Damage it").click()
    body = {"layer": "conv1", "kind": "noise", "amount": 4}
    damage = httpx.post(f"{watch.address}/api/v1/models/resnet18-imagenette/damages", json=body, timeout=60).json()
    assert damage["right_after"] < damage["right_before"] == 8
    expect(page.locator(".finding")).to_contain_text(f"predicted rightly: {damage['right_after']} of 8")
    assert page.evaluate("window.unchanged")
    page.go_back()
    expect(page.locator(".finding")).to_have_count(0)


def test_a_map_and_its_caption_stay_in_their_frame_on_a_phone(watch: Watch) -> None:
    page = watch.open("experiments/layers?model=inception_v3-imagenette&layer=mixed_5b.double3x3_reduce_relu")
    for width in (390, 320):
        page.set_viewport_size({"width": width, "height": 900})
        frames = page.locator(".pair figure").all()
        assert [frame.evaluate("(frame) => frame.scrollWidth - frame.clientWidth") for frame in frames] == [0, 0]


def test_a_computation_that_was_stopped_stays_so_at_another_layer(watch: Watch) -> None:
    files = [("file", (f"{folder}/{each}.png", noise())) for folder in ("a", "b") for each in range(4)]
    collection = httpx.post(f"{watch.address}/api/v1/collections", files=files, timeout=60).json()["id"]
    computation = f"collections/{collection}/probes"

    requests = watch.record_requests()

    def count_starts() -> int:
        return sum(computation in request for request in requests)

    watch.page.route(f"**/{computation}", lambda route: None)  # it takes as long as the test
    page = watch.open(f"experiments/layers?model=resnet18-imagenette&collection={collection}")
    page.locator("#folders .stop").click()
    status = page.locator("#folders .status")
    expect(status).to_have_text("Stopped.")
    page.locator("#layer").select_option("conv2_1.relu2")
    expect(page).to_have_url(re.compile("layer=conv2_1.relu2"))
    expect(status).to_have_text("Stopped.")
    assert count_starts() == 1
    page.locator("#folders .start").click()
    expect(page.locator("#folders .stop")).to_be_visible()
    page.locator("#layer").select_option("conv1")
    expect(page).to_have_url(re.compile("layer=conv1"))
    expect(page.locator("#folders .stop")).to_be_visible()
    assert count_starts() == 3, "one that was not stopped goes on at another layer"
    assert not [request for request in requests if "wait=1" in request], "the page is not asked to wait for it, too"
