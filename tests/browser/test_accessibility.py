"""axe-core finds nothing on any page, neither light and wide nor dark and narrow (WCAG 2.2, levels A and AA).

Every rule is asked once for a page; of the narrow and dark one, those that sizes and colours decide.
"""

import os
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import ROOT

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
TAGS = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
CHANGED = {"type": "rule", "values": ["color-contrast", "scrollable-region-focusable", "target-size"]}
PAGES = {
    "start": "",
    "picture": "?model=lenet5&image={image}&target=2&temperature=2",
    "input": "?model=lenet5&image={image}&layer=input",
    "layer": "?model=lenet5&image={image}&layer=conv_c1",
    "channel": "?model=resnet18-imagenette&image={image}&layer=conv1&channel=3",
    "map": "?model=resnet18-imagenette&image={image}&layer=conv3_1.add&map=large&open=all&by=macs",
    "cell": "?model=lenet5&image={image}&layer=conv_c3&channel=3&cell=4,6&overlay=0.6&alike=1",
    "vector": "?model=lenet5&image={image}&layer=output",
    "why": "?model=lenet5&image={image}&why=2&against=7&beside=methods&wait=1",
    "why not": "?model=lenet5&image={image}&why=2&method=cam&beside=random",
    "compare": "compare",
    "compared": "compare?image={image}",
    "docs": "docs",
    "architecture": "?model=alexnet&layer=conv1",
    "error": "no/such/page",
}
RUN = """async (runOnly) => {
  for (const details of document.querySelectorAll("details")) details.open = true;
  // Experimental, off unless named: "3 × 227 × 227" and "3×227×227" are different words to it.
  const rules = { "label-content-name-mismatch": { enabled: false } };
  const exclude = [["main section > article:nth-of-type(n + 4)"]]; // drawn as the three before, by the same template
  const found = await axe.run({ exclude }, { runOnly, rules, resultTypes: ["violations"] });
  return found.violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, any, all, none }) =>
      `${id}: ${target.join(" ")}: ${[...any, ...all, ...none].map(({ message }) => message).join("; ")}`));
}"""


@pytest.fixture(scope="module")
def axe() -> str:
    if not AXE.exists():
        if os.environ.get("CONVSCOPE_REQUIRE_BROWSER") == "1":
            pytest.fail("axe-core is missing, and CONVSCOPE_REQUIRE_BROWSER is set. `npm ci` brings it.")
        pytest.skip("axe-core is missing; `npm ci` brings it.")
    return AXE.read_text("utf-8")


def findings(page: Page, theme: Literal["light", "dark"], width: int, rules: dict[str, Any]) -> list[str]:
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=theme)
    return [f"{theme}, {width}: {finding}" for finding in page.evaluate(RUN, rules)]


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing(browser: Browser, server: str, image: str, axe: str, name: str) -> None:
    with browser.new_context(reduced_motion="reduce") as context:
        page = context.new_page()
        page.goto(f"{server}/{PAGES[name].format(image=image)}", wait_until="domcontentloaded")
        page.evaluate(axe)
        page.wait_for_load_state("networkidle")
        assert findings(page, "light", 1440, TAGS) + findings(page, "dark", 390, CHANGED) == []
