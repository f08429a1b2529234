"""The layers of a real photo in a browser: a layer chosen on the chart, two classes, and damage, without a reload."""

import re

import httpx
from playwright.sync_api import expect

from tests.browser.conftest import Watch


def test_a_layer_chosen_on_the_chart_is_coloured_and_damage_says_what_remains(watch: Watch) -> None:
    page = watch.open("experiments/layers?model=resnet18-imagenette")
    page.evaluate("window.unchanged = true")
    points = page.locator(".wide-chart a")
    expect(points).to_have_count(10)
    points.nth(1).click()
    expect(page.locator("#layer")).to_have_value("conv2_1.relu2")
    colours = page.locator(".pair img").nth(1)
    expect(colours).to_have_attribute("width", "32")
    assert colours.evaluate("(image) => image.decode().then(() => image.naturalWidth)") == 32
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
