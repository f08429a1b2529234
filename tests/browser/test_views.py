"""Each kind of view, loaded once: it fits every width, its text stands out in both themes, and axe-core finds nothing.

Every rule of axe-core for WCAG 2.2, levels A and AA, is checked light and wide; dark and narrow, those that sizes and
colours decide.
"""

import os
from collections.abc import Iterator
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import ROOT, Watch
from tests.browser.views import REFUSED, THEMES, VIEWS, WIDTHS

# All but the options that open over what is below them.
OPEN_ALL = "for (const details of document.querySelectorAll('details:not(.options)')) details.open = true"
TO_THE_TOP = "for (const element of document.querySelectorAll('*')) element.scrollTop = 0"
OVERFLOWING = """() => ["html", "#picture", "#network", "#inspector"].flatMap((place) => {
  const element = document.querySelector(place);
  return element && element.scrollWidth > element.clientWidth
    ? [`${place} is ${element.scrollWidth} wide in ${element.clientWidth}`] : [];
})"""

# By how much the document is higher than the window and all that is seen in it; an ancestor that scrolls cuts off the
# rest.
BLANK = """() => {
  const bottom = (element) => {
    let lowest = element.getBoundingClientRect().bottom;
    for (let each = element.parentElement; each && each !== document.body; each = each.parentElement)
      if (getComputedStyle(each).overflowY !== "visible")
        lowest = Math.min(lowest, each.getBoundingClientRect().bottom);
    return lowest + scrollY;
  };
  const isSeen = (element) => element.checkVisibility() && !element.closest(".unseen, .defs");
  const seen = [...document.querySelectorAll("body *")].filter(isSeen).map(bottom);
  return document.documentElement.scrollHeight - Math.max(innerHeight, ...seen);
}"""
# Numbers that a line ends in, their digits in groups, with the unit that follows.
BROKEN = r"""() => {
  const number = /[\d−][\d.,\u2009\u202f]*(?:[×/\u2009\u202f\u00a0]+[\d⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)*(?:\u00a0[%kMGT]\w*)?/g;
  const broken = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode;
    const element = text.parentElement;
    if (!element.checkVisibility() || element.closest("code, pre, svg, .unseen, option, .credits")) continue;
    for (const match of text.data.matchAll(number)) {
      const range = new Range();
      range.setStart(text, match.index);
      range.setEnd(text, match.index + match[0].length);
      if (new Set([...range.getClientRects()].map((box) => Math.round(box.top))).size > 1) broken.push(match[0]);
    }
  }
  return broken;
}"""

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
EVERY_RULE = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
RULES_OF_SIZE = {"type": "rule", "values": ["color-contrast", "scrollable-region-focusable", "target-size"]}
RUN_AXE = """async (runOnly) => {
  const rules = { "label-content-name-mismatch": { enabled: true } }; // experimental, off unless named
  const exclude = [["main section > article:nth-of-type(n + 4)"]]; // drawn as the three before, by the same template
  const found = await axe.run({ exclude }, { runOnly, rules, resultTypes: ["violations"] });
  return found.violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, any, all, none }) =>
      `${id}: ${target.join(" ")}: ${[...any, ...all, ...none].map(({ message }) => message).join("; ")}`));
}"""

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
    if (element.closest(".grid td:not(.padding)")) continue; // over the colours of a drawing: tests/web/pages/number
    const style = getComputedStyle(element);
    const lights = [luminance(rgba(style.color).slice(0, 3)), luminance(ground(element).slice(0, 3))];
    const contrast = (Math.max(...lights) + 0.05) / (Math.min(...lights) + 0.05);
    const needed = parseFloat(style.fontSize) >= 24 ? 3 : 4.5;
    if (contrast < needed) faint.push(`${text.slice(0, 30)}: ${contrast.toFixed(2)}`);
  }
  return faint;
}"""


@pytest.fixture(scope="module", params=VIEWS)
def view(request: pytest.FixtureRequest, browser: Browser, server: str, image: str) -> Iterator[Page]:
    """A page with everything on it that opens, opened; nothing may go wrong on it."""
    with browser.new_context(reduced_motion="reduce", viewport={"width": 1440, "height": 900}) as context:
        watch = Watch(context.new_page(), server)
        page = watch.open(VIEWS[request.param].format(image=image))
        page.wait_for_load_state("networkidle")
        page.evaluate(OPEN_ALL)
        yield page
        if request.param in REFUSED:
            watch.expect_refusal(REFUSED[request.param])
        assert watch.wrong == []


@pytest.fixture(scope="module")
def axe() -> str:
    if not AXE.exists():
        if os.environ.get("CONVSCOPE_REQUIRE_BROWSER") == "1":
            pytest.fail("axe-core is missing, and CONVSCOPE_REQUIRE_BROWSER is set. `npm ci` brings it.")
        pytest.skip("axe-core is missing; `npm ci` brings it.")
    return AXE.read_text("utf-8")


def show(page: Page, theme: Literal["light", "dark"], width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=theme)


def violations(page: Page, axe: str, rules: dict[str, Any]) -> list[str]:
    """What axe-core finds on the page as it is shown; what a scrolled list cuts off at its top counts as obscured."""
    page.evaluate(TO_THE_TOP)
    if not page.evaluate("'axe' in window"):
        page.evaluate(axe)
    found: list[str] = page.evaluate(RUN_AXE, rules)
    return found


@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_is_too_wide_or_blank_and_no_number_is_broken(view: Page, width: int) -> None:
    show(view, "light", width)
    assert view.evaluate(OVERFLOWING) == []
    assert view.evaluate(BLANK) <= 64, "pixels after the last that is seen"
    assert view.evaluate(BROKEN) == [], "numbers that a line ends in"


def test_no_number_is_broken_on_the_smallest_phone(view: Page) -> None:
    show(view, "light", 320)
    assert view.evaluate(BROKEN) == []


@pytest.mark.parametrize("theme", THEMES)
def test_all_text_stands_out(view: Page, theme: Literal["light", "dark"]) -> None:
    show(view, theme, 1440)
    assert view.evaluate(FAINT) == []


def test_axe_finds_nothing_light_and_wide(view: Page, axe: str) -> None:
    show(view, "light", 1440)
    assert violations(view, axe, EVERY_RULE) == []


def test_axe_finds_nothing_dark_and_narrow(view: Page, axe: str) -> None:
    show(view, "dark", 390)
    assert violations(view, axe, RULES_OF_SIZE) == []
