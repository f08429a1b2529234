"""What comes into a page by a script looks as it does where the page is loaded with it: its style sheets are there."""

from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.conftest import Watch

VIEWS = {  # what is to be seen of each on the page of LeNet-5, by its parameters
    "layer=conv_c1": "#sheet",
    "layer=conv_c3&channel=3&cell=4,6": "#channel-map",
    "layer=conv_c3&channel=3&cell=4,6&view=number": "section.number",
    "layer=output": ".units",
    "layer=input": ".variants, .planes",
    "why=2&against=7&wait=1": ".explanation-map",
}
STYLES = """() => {
  const names = "display position padding gap border background-color color font-size font-weight fill stroke";
  const seen = [...document.querySelectorAll("#main *")].filter((element) => element.checkVisibility());
  return seen.map((element) => {
    const style = getComputedStyle(element);
    const values = names.split(" ").map((name) => `${name}: ${style.getPropertyValue(name)}`);
    const classes = [...element.classList].filter((name) => name !== "map"); // which goes once it is coloured
    return [element.localName, ...classes, ...values].join(" | ");
  });
}"""
FOLLOW = """(address) => {
  const link = Object.assign(document.createElement("a"), { href: address });
  document.body.append(link);
  link.click();
  link.remove();
}"""


def settled_styles(page: Page, shown: str) -> Any:
    """The styles of all that is seen in the page, once nothing is on its way."""
    expect(page.locator(shown).first).to_be_visible()
    page.wait_for_load_state("networkidle")
    page.wait_for_function("document.querySelector('#waiting').hidden")
    page.evaluate("() => { document.activeElement.blur(); }")
    return page.evaluate(STYLES)


def test_a_view_that_a_script_brings_looks_as_when_it_is_loaded(watch: Watch, image: str) -> None:
    page = watch.page
    page.emulate_media(reduced_motion="reduce")
    for view, shown in VIEWS.items():
        address = f"?model=lenet5&image={image}&{view}"
        watch.open(address)
        loaded = settled_styles(page, shown)
        watch.open("?model=squeezenet1_1")
        page.wait_for_load_state("networkidle")
        page.evaluate("window.isSamePage = true")
        page.evaluate(FOLLOW, address)
        assert settled_styles(page, shown) == loaded, view
        assert page.evaluate("window.isSamePage")


def test_what_a_script_opens_on_a_page_has_its_style(watch: Watch, image: str) -> None:
    page = watch.open(f"?model=lenet5&image={image}")
    page.locator("#choose-network").click()
    expect(page.locator("#networks .networks li").first).to_have_css("display", "grid")
    expect(page.locator("#networks .silhouette").first).to_be_visible()
    page.locator("#networks [data-opens=open-network]").click()
    expect(page.locator("#own-network")).to_have_css("display", "grid")
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    page.locator(".chooser [data-opens=drawing-pad]").click()
    expect(page.locator("#drawing-pad canvas")).to_have_css("cursor", "crosshair")
