"""The page as it is met: without scripts, on every width, in both themes, below a proxy's path."""

from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from tests.browser.conftest import SAMPLES, Watch

WIDTHS = [390, 1024, 1440]
THEMES: list[Literal["light", "dark"]] = ["light", "dark"]
VIEWS = [
    "",
    "?model=squeezenet1_1&image={image}&layer=conv1&channel=3&alike=1",
    "?model=resnet18-imagenette&image={image}&layer=conv3_1.add&channel=3&cell=4,6&overlay=0.6",
    "?model=lenet5&image={image}&layer=input&target=2&temperature=3&top_k=10",
    "?model=lenet5&image={image}&layer=softmax&channel=2&map=none",
    "?model=lenet5&image={image}&layer=conv_c3&order=max&zoom=4&map=large&by=memory",
    "?model=lenet5&image={image}&why=2&against=7&method=smoothgrad&beside=methods&wait=1",
    "?model=vgg16&layer=conv1_1",
]

OPEN_ALL = "for (const details of document.querySelectorAll('details')) details.open = true"

# Text whose contrast with what it stands on is less than WCAG 2.2 asks for (4.5, large text 3), after its formula.
FAINT = """() => {
  const context = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const rgba = (colour) => {
    context.clearRect(0, 0, 1, 1);
    context.fillStyle = colour;
    context.fillRect(0, 0, 1, 1);
    return [...context.getImageData(0, 0, 1, 1).data];
  };
  const luminance = (colour) => {
    const [r, g, b] = colour.map((c) => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (element) => {
    for (let each = element; each; each = each.parentElement) {
      const colour = rgba(getComputedStyle(each).backgroundColor);
      if (colour[3] === 255) return colour;
    }
    return [255, 255, 255];
  };
  const faint = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    const text = walker.currentNode.textContent.trim();
    if (!text || !element.checkVisibility() || element.closest(".unseen, svg, option")) continue;
    const style = getComputedStyle(element);
    const lights = [luminance(rgba(style.color).slice(0, 3)), luminance(ground(element).slice(0, 3))];
    const contrast = (Math.max(...lights) + 0.05) / (Math.min(...lights) + 0.05);
    const needed = parseFloat(style.fontSize) >= 24 ? 3 : 4.5;
    if (contrast < needed) faint.push(`${text.slice(0, 30)}: ${contrast.toFixed(2)}`);
  }
  return faint;
}"""


def test_it_reads_and_works_without_scripts(browser: Browser, server: str, tmp_path: Path) -> None:
    with browser.new_context(java_script_enabled=False, viewport={"width": 1440, "height": 900}) as context:
        watch = Watch(context.new_page(), server)
        page = watch.open("?model=squeezenet1_1")
        page.set_input_files("#file", SAMPLES / "cat.jpg")
        page.locator(".chooser").get_by_role("button", name="Show", exact=True).click()
        expect(page.locator(".guesses li").first).to_contain_text("cat")
        page.get_by_role("link", name="conv1_relu").first.click()
        expect(page.locator("#sheet img")).to_be_visible()
        page.locator(".strongest a").first.click()
        expect(page.locator("#channel-map")).to_be_visible()
        page.get_by_role("link", name="over the picture").click()
        expect(page.locator("#over")).to_be_visible()
        page.get_by_role("link", name="cividis").click()
        page.locator("#model").select_option("efficientnet_lite0")
        page.locator("#models").get_by_role("button", name="Show").click()
        expect(page.locator("#picture h3")).to_have_text("EfficientNet-Lite0 says")
        (tmp_path / "no.jpg").write_text("no picture")
        page.set_input_files("#file", tmp_path / "no.jpg")
        page.locator(".chooser").get_by_role("button", name="Show", exact=True).click()
        expect(page.locator(".chooser").get_by_role("alert")).to_be_visible()


@pytest.mark.parametrize("view", VIEWS)
def test_on_every_width_nothing_is_wider_than_the_screen(watch: Watch, image: str, view: str) -> None:
    page = watch.open(view.format(image=image))
    page.evaluate(OPEN_ALL)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 844})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        for place in ("picture", "network", "inspector"):
            has, fits = page.locator(f"#{place}").evaluate("(place) => [place.scrollWidth, place.clientWidth]")
            assert has <= fits, f"{place} is {has} wide in {fits} of {width}"


@pytest.mark.parametrize("view", VIEWS)
def test_in_both_themes_all_text_stands_out(watch: Watch, image: str, view: str) -> None:
    page = watch.open(view.format(image=image))
    page.evaluate(OPEN_ALL)
    for theme in THEMES:
        page.emulate_media(color_scheme=theme)
        assert page.evaluate(FAINT) == [], theme


def test_the_theme_that_is_chosen_stays(watch: Watch) -> None:
    page = watch.open()
    ground = "getComputedStyle(document.body).backgroundColor"
    before = page.evaluate(ground)
    page.get_by_role("button", name="Theme").click()
    chosen = page.evaluate(ground)
    page.reload()
    assert before != chosen == page.evaluate(ground)


def test_nothing_jumps_when_a_view_arrives(watch: Watch, image: str) -> None:
    watch.page.add_init_script(
        "window.shift = 0; new PerformanceObserver((list) => list.getEntries().forEach((entry) => "
        "{ window.shift += entry.value; })).observe({ type: 'layout-shift', buffered: true });"
    )
    page = watch.open(f"?model=squeezenet1_1&image={image}&layer=conv1_relu&channel=3")
    page.wait_for_load_state("networkidle")
    page.evaluate("document.querySelector('a.row[data-layer=conv1]').click()")  # by no input that would excuse a jump
    expect(page.locator("#inspector h2")).to_have_text("conv1")
    page.wait_for_load_state("networkidle")
    assert page.evaluate("window.shift") < 0.01


def test_it_works_below_a_path_of_a_proxy(context: BrowserContext, below: str) -> None:
    watch = Watch(context.new_page(), below)
    page = watch.open("?model=squeezenet1_1")
    page.set_input_files("#file", SAMPLES / "cat.jpg")
    expect(page.locator(".guesses li").first).to_contain_text("cat")
    page.locator("a.row[data-layer='conv1']").click()
    expect(page.locator("#sheet img")).to_be_visible()
    page.locator("#sheet .stage").hover(position={"x": 20, "y": 20})
    expect(page.locator("#sheet .readout")).to_contain_text("mean")
    assert watch.wrong == []


@pytest.mark.parametrize("address", ["?model=lenet5", "compare"])
def test_all_scripts_are_asked_for_at_once(watch: Watch, address: str) -> None:
    page = watch.open(address)
    page.wait_for_load_state("networkidle")
    scripts = [url for url in watch.requests if url.endswith(".js") and not url.endswith("/theme.js")]
    named = page.locator("link[rel=modulepreload]").evaluate_all("links => links.map((link) => link.href)")
    assert sorted(scripts) == sorted(named)


def test_a_wrong_address_leads_back(watch: Watch) -> None:
    page = watch.open("no/such/page")
    expect(page.get_by_role("alert")).to_contain_text("nothing at this address")
    watch.expect_refusal(404)
    page.get_by_role("link", name="Go to the page").click()
    expect(page.locator("#picture")).to_be_visible()
    assert page.url == f"{watch.address}/"
