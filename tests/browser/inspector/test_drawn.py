"""What a view draws takes up room on the page: no style of another view hides a picture or squeezes it to nothing."""

import pytest

from tests.browser.conftest import Watch

# The whole graph, and what is folded, in another tab or a source of other drawings is not drawn.
VANISHED = """() => [...document.querySelectorAll("main :is(img, image, canvas, svg)")]
  .filter((each) => !each.closest("#network, [hidden], details:not([open]) > :not(summary), dialog:not([open])"))
  .filter((each) => !each.closest("mask, defs, pattern"))
  .filter((each) => {
    const { width, height } = each.getBoundingClientRect();
    const style = getComputedStyle(each);
    const inner = width - parseFloat(style.paddingInlineStart) - parseFloat(style.paddingInlineEnd);
    return inner < 1 || height < 1 || style.visibility === "hidden";
  })
  .map((each) => each.outerHTML.slice(0, 200))"""
RESIDUAL = "?model=resnet18-imagenette&image={image}"
VIEWS = {
    "network": RESIDUAL,
    "input": RESIDUAL + "&layer=input",
    "layer": RESIDUAL + "&layer=conv3_1.relu1",
    "channel": RESIDUAL + "&layer=conv3_1.conv1&channel=5",
    "number": RESIDUAL + "&layer=conv3_1.conv1&channel=5&cell=4,6&view=number",
    "explanation": RESIDUAL + "&why=0",
    "methods": RESIDUAL + "&why=0&beside=methods",
    "kernel": "kernel" + RESIDUAL + "&layer=conv1&channel=3",
    "comparison": "compare?image={image}",
}


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("width", [1440, 390])
def test_every_picture_takes_up_room(watch: Watch, image: str, view: str, width: int) -> None:
    watch.page.set_viewport_size({"width": width, "height": 900})
    page = watch.open(VIEWS[view].format(image=image))
    page.wait_for_load_state("networkidle")
    assert page.locator("main :is(img, image, canvas)").count() > 1
    for tab in [None, *page.get_by_role("tab").all()]:
        if tab:
            tab.click()
            page.wait_for_load_state("networkidle")
        assert page.evaluate(VANISHED) == []
