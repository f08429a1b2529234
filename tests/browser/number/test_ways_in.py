"""The ways to how a number is computed: from a pinned cell, from a unit and from the keyboard."""

from playwright.sync_api import expect

from tests.browser.conftest import Watch

CHANNEL = "?model=lenet5&image={image}&layer=conv_c3&channel=3"


def test_a_pinned_cell_has_a_button(watch: Watch, image: str) -> None:
    page = watch.open(CHANNEL.format(image=image) + "&cell=4,6")
    page.locator("#computation").click()
    number = page.locator('.number[data-layer="conv_c3"][data-channel="3"][data-y="4"][data-x="6"]')
    expect(number).to_be_visible()
    page.locator("#next-number").click()
    expect(page.locator('.number[data-x="7"]')).to_be_visible()
    page.locator(".crumbs a", has_text="3").last.click()
    expect(page.locator(".patch.kept")).to_have_attribute("data-x", "7")


def test_enter_pins_the_cell_of_the_keyboard_and_then_shows_how_it_is_computed(watch: Watch, image: str) -> None:
    page = watch.open(CHANNEL.format(image=image) + "&cell=4,6")
    page.locator("#cells").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.locator(".patch.kept")).to_have_attribute("data-x", "7")
    page.keyboard.press("Enter")
    expect(page.locator('.number[data-y="4"][data-x="7"]')).to_be_visible()


def test_another_layer_ends_the_computation(watch: Watch, image: str) -> None:
    page = watch.open(CHANNEL.format(image=image) + "&cell=4,6&view=number&plane=2")
    expect(page.locator("figure.plane")).to_have_attribute("data-channel", "2")
    page.locator('#ribbon a[href*="layer=tanh_c3"]').first.click()
    expect(page.locator("#inspector-title")).to_contain_text("tanh_c3")
    assert "view=number" not in page.url


def test_a_unit_has_a_button(watch: Watch, image: str) -> None:
    page = watch.open(f"?model=lenet5&image={image}&layer=output&channel=2")
    page.locator("#computation").click()
    expect(page.locator('.number[data-layer="output"][data-channel="2"]')).to_be_visible()
    expect(page.locator('.term[data-kind="product"]').first).to_be_visible()
