"""What every page is checked for: that nothing is too wide, blank, broken or faint, and that axe-core finds nothing."""

from typing import Any, Literal

from playwright.sync_api import Page

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
