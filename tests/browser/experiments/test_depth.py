"""Where two runs part, in a browser with a real photo."""

from playwright.sync_api import expect

from tests.browser.conftest import Watch


def test_the_curves_follow_the_change_and_every_layer_leads_to_the_explorer(watch: Watch) -> None:
    page = watch.open("experiments/depth?model=squeezenet1_1&vary=brightness&amount=1")
    expect(page.locator(".finding")).to_contain_text("The prediction stays the same.")
    expect(page.locator(".finding")).to_contain_text("there the change has hardly any effect")
    flat = page.locator(".plot .line").first.get_attribute("d")
    page.locator("#vary").select_option("blur")
    page.locator("#amount").fill("8")
    page.locator("#amount").press("Enter")
    expect(page.locator(".finding")).to_contain_text("The prediction changes.")
    assert page.locator(".plot .line").first.get_attribute("d") != flat
    page.locator("#layers summary").click()
    page.locator("#layers").get_by_role("link", name="fire2/concat", exact=True).click()
    expect(page.locator("#inspector-title")).to_contain_text("fire2/concat")
