"""Pages that the server refuses while a reader is at an experiment: it is said, and nothing goes on waiting."""

import pytest
from playwright.sync_api import Route, expect

from tests.browser.conftest import Watch

BUSY = '<main class="alone"><div class="notice"><p><strong>The server is busy.</strong></p></div></main>'
CHOOSE = "(list) => { list.selectedIndex += 1; list.dispatchEvent(new Event('change', { bubbles: true })); }"
CLICK = "(element) => element.click()"
# The address of a page, and what of it asks for the next one.
STEPS = {
    "experiments/layers?model=lenet5": ("#layer", CHOOSE),
    "experiments/switch-off?model=lenet5&layer=conv_c1": ("#switches [name=off]", CLICK),
    "experiments/depth?model=lenet5": (".fields select:not(#model)", CHOOSE),
    "experiments/compare?model=lenet5&layer=conv_c1": ("#pair .of-channel a", CLICK),
    "experiments/webcam?model=lenet5": ("#layer-form select", CHOOSE),
    "compare": ("#sort-params", CLICK),
}


def refuse(route: Route) -> None:
    if route.request.resource_type == "fetch":
        route.fulfill(status=503, body=BUSY, content_type="text/html")
    else:
        route.continue_()


@pytest.mark.parametrize("address", STEPS)
def test_a_page_that_is_refused_says_why(watch: Watch, address: str) -> None:
    page = watch.open(address)
    page.route("**/*", refuse)
    step, script = STEPS[address]
    page.locator(step).first.evaluate(script)
    expect(page.get_by_role("alert")).to_have_text("The server is busy.")
    expect(page.locator("[aria-busy=true]")).to_have_count(0)
    watch.expect_refusal(503)
