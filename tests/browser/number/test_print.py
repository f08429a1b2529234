"""On paper the computation of a number stands alone and whole."""

from playwright.sync_api import expect

from tests.browser.conftest import Watch


def test_the_computation_is_printed_whole_and_alone(watch: Watch, image: str) -> None:
    page = watch.open(f"?model=lenet5&image={image}&layer=conv_c3&channel=3&cell=4,6&view=number")
    expect(page.locator(".outcome .total")).to_be_attached()
    page.emulate_media(media="print")
    for part in (".top", "#ribbon", "#picture", "#downloads"):
        expect(page.locator(part)).to_be_hidden()
    hidden = page.locator("#inspector").evaluate("each => each.scrollHeight - each.clientHeight")
    height = page.evaluate("document.documentElement.scrollHeight")
    bottom = page.locator(".number").evaluate("each => each.getBoundingClientRect().bottom + scrollY")
    assert hidden <= 0
    assert bottom <= height
