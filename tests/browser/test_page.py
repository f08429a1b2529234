"""The page as a whole: without scripts, in a chosen theme, below a proxy's path, and at a wrong address."""

from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.browser.conftest import SAMPLES, Watch


def test_it_works_without_scripts(watch_without_scripts: Watch, tmp_path: Path) -> None:
    watch = watch_without_scripts
    page = watch.open("?model=squeezenet1_1")
    page.set_input_files("#file", SAMPLES / "cat.jpg")
    page.locator(".chooser").get_by_role("button", name="Show", exact=True).click()
    expect(page.locator(".guesses li").first).to_contain_text("cat")
    page.locator("#ribbon [data-layer='conv1_relu']").click()
    expect(page.locator("#sheet img")).to_be_visible()
    page.locator(".strongest a").first.click()
    expect(page.locator("#channel-map")).to_be_visible()
    page.get_by_role("link", name="over the input").click()
    expect(page.locator("#over")).to_be_visible()
    page.locator("summary", has_text="Colours").click()
    page.get_by_role("link", name="cividis").click()
    page.get_by_role("link", name="Network: SqueezeNet 1.1").click()
    page.get_by_role("link", name="EfficientNet-Lite0").click()
    expect(page.locator("#picture h3")).to_have_text("Prediction EfficientNet-Lite0")
    (tmp_path / "no.jpg").write_text("no picture")
    page.set_input_files("#file", tmp_path / "no.jpg")
    page.locator(".chooser").get_by_role("button", name="Show", exact=True).click()
    expect(page.locator(".chooser").get_by_role("alert")).to_be_visible()
    watch.expect_refusal(415)


def test_the_theme_that_is_chosen_stays(watch: Watch) -> None:
    page = watch.open()
    ground = "getComputedStyle(document.body).backgroundColor"
    before = page.evaluate(ground)
    page.get_by_role("button", name="Theme").click()
    chosen = page.evaluate(ground)
    page.reload()
    assert before != chosen == page.evaluate(ground)


def test_nothing_jumps_when_a_view_arrives(context: BrowserContext, server: str, image: str) -> None:
    watch = Watch(context.new_page(), server)
    watch.page.add_init_script(
        "window.shift = 0; new PerformanceObserver((list) => list.getEntries().forEach((entry) => "
        "{ window.shift += entry.value; })).observe({ type: 'layout-shift', buffered: true });"
    )
    page = watch.open(f"?model=squeezenet1_1&image={image}&layer=conv1_relu&channel=3")
    page.wait_for_load_state("networkidle")
    page.locator("#ribbon [data-layer=conv1]").dispatch_event("click")  # no input that would excuse a jump
    expect(page.locator("#inspector h2")).to_have_text("conv1")
    page.wait_for_load_state("networkidle")
    assert page.evaluate("window.shift") < 0.01


def test_it_works_below_a_path_of_a_proxy(context: BrowserContext, below: str) -> None:
    watch = Watch(context.new_page(), below)
    page = watch.open("?model=squeezenet1_1")
    page.set_input_files("#file", SAMPLES / "cat.jpg")
    expect(page.locator(".guesses li").first).to_contain_text("cat")
    page.locator("#ribbon [data-layer='conv1_relu']").click()
    expect(page.locator("#sheet img")).to_be_visible()
    page.locator("#sheet .stage").hover(position={"x": 20, "y": 20})
    expect(page.locator("#sheet .readout")).to_contain_text("mean")
    assert watch.wrong == []


@pytest.mark.parametrize("address", ["?model=lenet5", "compare"])
def test_all_scripts_are_requested_at_once(watch: Watch, address: str) -> None:
    requests = watch.record_requests()
    page = watch.open(address)
    page.wait_for_load_state("networkidle")
    scripts = [url for url in requests if url.endswith(".js") and not url.endswith("/theme.js")]
    named = page.locator("link[rel=modulepreload]").evaluate_all("links => links.map((link) => link.href)")
    assert sorted(scripts) == sorted(named)


def test_a_wrong_address_leads_back(watch: Watch) -> None:
    page = watch.open("no/such/page")
    expect(page.get_by_role("alert")).to_contain_text("nothing at this address")
    watch.expect_refusal(404)
    page.get_by_role("link", name="Go to the start page").click()
    expect(page.get_by_role("heading", name="See what a convolutional network sees")).to_be_visible()
    assert page.url == f"{watch.address}/"
