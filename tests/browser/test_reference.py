"""The API's reference in a browser: it is styled within the content security policy and fits a phone."""

from playwright.sync_api import expect

from tests.browser.conftest import Watch


def test_it_is_drawn_with_its_own_styles_and_fits_a_phone(watch: Watch) -> None:
    page = watch.open("docs")
    expect(page.get_by_role("heading", name="The API")).to_be_visible()
    assert page.evaluate("getComputedStyle(document.body).display") == "grid"  # the style sheet was let in
    about, contents = (page.locator(each).bounding_box() for each in (".about", ".contents"))
    assert about is not None
    assert contents is not None
    assert about["y"] + about["height"] <= contents["y"]
    page.set_viewport_size({"width": 390, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
