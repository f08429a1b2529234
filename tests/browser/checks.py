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

# All but that of contrast, which is left to FAINT: axe-core takes most of its time for it.
EVERY_RULE = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
RULES_OF_SIZE = {"type": "rule", "values": ["scrollable-region-focusable", "target-size"]}
RUN_AXE = """async (runOnly) => {
  const rules = {
    "label-content-name-mismatch": { enabled: true }, // experimental, off unless named
    "color-contrast": { enabled: false },
  };
  const exclude = [["main section > article:nth-of-type(n + 4)"]]; // drawn as the three before, by the same template
  const found = await axe.run({ exclude }, { runOnly, rules, resultTypes: ["violations"] });
  return found.violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, any, all, none }) =>
      `${id}: ${target.join(" ")}: ${[...any, ...all, ...none].map(({ message }) => message).join("; ")}`));
}"""

# Text whose contrast with what it stands on is less than WCAG 2.2 asks for (4.5, large text 3), after its formula.
# Colours are mixed as they are painted: over all that is below them, and as faint as an ancestor is. A box that lies
# where a text is counts as below it, even if it is none of its ancestors.
FAINT = """() => {
  const context = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const known = new Map();
  const rgba = (colour) => {
    if (!known.has(colour)) {
      context.clearRect(0, 0, 1, 1);
      context.fillStyle = colour;
      context.fillRect(0, 0, 1, 1);
      const [r, g, b, alpha] = context.getImageData(0, 0, 1, 1).data;
      known.set(colour, [r, g, b, alpha / 255]);
    }
    return known.get(colour);
  };
  const over = (top, below) => {
    const alpha = top[3] + below[3] * (1 - top[3]);
    const mix = (c) => (top[c] * top[3] + below[c] * below[3] * (1 - top[3])) / (alpha || 1);
    return [mix(0), mix(1), mix(2), alpha];
  };
  const seen = (colour, element) => {
    for (let each = element; each; each = each.parentElement) {
      const style = getComputedStyle(each);
      colour = over(colour, rgba(style.backgroundColor));
      colour[3] *= style.opacity;
    }
    return over(colour, [255, 255, 255, 1]);
  };
  const luminance = (colour) => {
    const [r, g, b] = colour.map((c) => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (one, other) => {
    const lights = [luminance(one), luminance(other)];
    return (Math.max(...lights) + 0.05) / (Math.min(...lights) + 0.05);
  };
  const clipped = (box, element) => {
    let { left, top, right, bottom } = box;
    for (let each = element; each && each !== document.body; each = each.parentElement) {
      if (getComputedStyle(each).overflowY === "visible") continue;
      const edge = each.getBoundingClientRect();
      [left, top] = [Math.max(left, edge.left), Math.max(top, edge.top)];
      [right, bottom] = [Math.min(right, edge.right), Math.min(bottom, edge.bottom)];
    }
    return { left, top, right, bottom };
  };
  const boxes = [...document.querySelectorAll("body *")]
    .map((element) => ({ element, colour: rgba(getComputedStyle(element).backgroundColor) }))
    .filter(({ element, colour }) => colour[3] && element.checkVisibility())
    .map((each) => ({ ...each, ...clipped(each.element.getBoundingClientRect(), each.element) }));
  const beside = (element, { left, top, right, bottom }) => {
    const [x, y] = [(left + right) / 2, (top + bottom) / 2];
    return boxes.filter((box) =>
      box.left < x && x < box.right && box.top < y && y < box.bottom
      && box.element.closest("dialog") === element.closest("dialog")
      && !box.element.contains(element) && !element.contains(box.element));
  };
  const faint = [];
  const look = (text, element, box) => {
    if (!text || !element.checkVisibility({ opacityProperty: true })) return;
    if (element.closest(".unseen, svg, option, :disabled, [aria-disabled=true]")) return;
    if (element.closest(".number-grid td:not(.padding)")) return; // over colours: tests/web/pages/number
    const style = getComputedStyle(element);
    const colour = rgba(style.color);
    const ground = seen([0, 0, 0, 0], element);
    const others = beside(element, clipped(box, element)).map((each) => over(each.colour, ground));
    const contrasts = others.map((each) => contrast(over(colour, each), each));
    const least = Math.min(contrast(seen(colour, element), ground), ...contrasts);
    if (least < (parseFloat(style.fontSize) >= 24 ? 3 : 4.5)) faint.push(`${text.slice(0, 30)}: ${least.toFixed(2)}`);
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const range = new Range();
    range.selectNode(walker.currentNode);
    const [box] = range.getClientRects();
    if (box) look(walker.currentNode.data.trim(), walker.currentNode.parentElement, box);
  }
  const fields = "select, textarea, input:not([type=hidden], [type=range], [type=checkbox], [type=radio], [type=file])";
  for (const field of document.querySelectorAll(fields))
    look(field.value, field, field.getBoundingClientRect());
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
