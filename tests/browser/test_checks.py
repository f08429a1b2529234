"""What other tests stand on: the check of contrast finds faint text however it is made, and a watch what goes wrong."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.checks import FAINT
from tests.browser.conftest import Watch, new_context

GREY = "color: rgb(90 90 90)"  # on white 6.9
BAR = "position: absolute; inset: 0 0 auto; height: 40px; z-index: -1; background: rgb(80 80 80)"
FAINT_TEXTS = {
    "colour": '<p style="color: rgb(150 150 150)">faint</p>',
    "transparent colour": '<p style="color: rgb(0 0 0 / 40%)">faint</p>',
    "opacity": f'<p style="{GREY}; opacity: .6">faint</p>',
    "opacity of an ancestor": f'<div style="opacity: .6"><p style="{GREY}">faint</p></div>',
    "transparent ground": f'<p style="{GREY}; background: rgb(0 0 0 / 40%)">faint</p>',
    "box behind": f'<div style="position: relative"><div style="{BAR}"></div><p style="{GREY}">faint</p></div>',
    "field": '<input style="color: rgb(150 150 150); background: white" value="faint">',
}
CLEAR_TEXTS = {
    "colour": f'<p style="{GREY}">clear</p>',
    "box elsewhere": f'<div style="{BAR}"></div><p style="{GREY}; margin-top: 99px">clear</p>',
    "large text": '<p style="color: rgb(130 130 130); font-size: 24px">clear</p>',
    "field that is disabled": '<input style="color: rgb(150 150 150)" value="clear" disabled>',
}
FAULTS = {
    "requests to another host": "fetch('http://elsewhere.example/').catch(() => null)",
    "pictures from another host": "document.body.append(Object.assign(new Image(), {src: 'http://elsewhere.example/a.png'}))",
    "addresses of another host": "document.body.append(Object.assign(new Image(), {src: 'http://192.0.2.1/a.png'}))",
    "errors": "setTimeout(() => { throw new Error('wrong') })",
    "errors on the console": "console.error('wrong')",
    "styles in the text": "document.body.innerHTML = '<p style=\"color: red\">'",
    "dialogs": "setTimeout(() => alert('wrong'))",
}


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    """A page without the site's security policy, which forbids styles in the text."""
    with new_context(browser) as context:
        yield context.new_page()


@pytest.mark.parametrize("text", FAINT_TEXTS)
def test_faint_text_is_found(page: Page, text: str) -> None:
    page.set_content(FAINT_TEXTS[text])
    (found,) = page.evaluate(FAINT)
    assert found.startswith("faint: ")


@pytest.mark.parametrize("text", CLEAR_TEXTS)
def test_clear_text_is_not(page: Page, text: str) -> None:
    page.set_content(CLEAR_TEXTS[text])
    assert page.evaluate(FAINT) == []


def settle(page: Page) -> None:
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(50)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_noticed(context: BrowserContext, server: str, fault: str) -> None:
    watch = Watch(context.new_page(), server)
    watch.open("networks")
    settle(watch.page)
    assert watch.wrong == []
    watch.page.evaluate(FAULTS[fault])
    settle(watch.page)
    assert watch.wrong != []


def test_without_the_site_s_policy_no_other_host_is_reached_either(context: BrowserContext, server: str) -> None:
    watch = Watch(context.new_page(), server)
    for host in ("elsewhere.example", "192.0.2.1"):
        watch.page.evaluate("(host) => fetch(`http://${host}/`, {mode: 'no-cors'}).catch(() => null)", host)
    assert len([line for line in watch.wrong if "ERR_NAME_NOT_RESOLVED" in line]) == 2
