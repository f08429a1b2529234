"""The dialog with all networks: opened, searched and left with the keyboard, and a sheet on a phone."""

from playwright.sync_api import expect

from tests.browser.conftest import Watch


def test_a_network_is_found_by_name_and_opened_on_the_same_picture(watch: Watch, image: str) -> None:
    page = watch.open(f"?model=squeezenet1_1&image={image}&layer=conv1")
    page.locator("#choose-network").focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Choose a network")
    expect(dialog.get_by_role("searchbox", name="Find a network")).to_be_focused()
    expect(dialog.locator("a[aria-current]")).to_contain_text("SqueezeNet")
    page.keyboard.type("resnet-18")
    expect(dialog.get_by_role("heading", level=3)).to_have_text(["ResNet"])
    expect(dialog.get_by_role("status")).to_contain_text("2 of")
    page.keyboard.press("Enter")
    expect(dialog).to_be_hidden()
    expect(page.locator("#picture h3")).to_contain_text("ResNet-18")
    expect(page.locator("#choose-network")).to_be_focused()
    assert page.evaluate("location.search") == f"?model=resnet18-imagenette&image={image}"
    page.go_back()
    expect(page.locator("#inspector h2")).to_have_text("conv1")


def test_it_is_fetched_once_and_escape_leaves_the_view_as_it_is(watch: Watch, image: str) -> None:
    address = f"?model=lenet5&image={image}&layer=conv_c1"
    requests = watch.record_requests()
    page = watch.open(address)
    for _ in range(2):
        page.locator("#choose-network").click()
        expect(page.locator("#networks")).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.locator("#networks")).to_be_hidden()
    assert page.evaluate("location.search") == address
    assert len([url for url in requests if "/networks?" in url]) == 1


def test_an_architecture_offers_its_small_copy_and_a_phone_shows_a_sheet(watch: Watch, image: str) -> None:
    page = watch.page
    page.set_viewport_size({"width": 390, "height": 844})
    watch.open(f"?model=alexnet&image={image}")
    page.locator("#choose-network").click()
    dialog = page.locator("#networks")
    expect(dialog).to_be_visible()
    assert dialog.bounding_box() == {"x": 0, "y": 0, "width": 390, "height": 844}
    assert dialog.evaluate("(element) => element.scrollWidth") <= 390
    dialog.locator("li:has([data-model=alexnet])").get_by_role("link", name="Use the small copy instead").click()
    expect(page.locator("#choose-network")).to_contain_text("AlexNet, half width")
    assert f"image={image}" in page.url


def test_networks_that_could_not_be_listed_are_asked_for_again(watch: Watch) -> None:
    page = watch.open("?model=lenet5")
    refusal = "<main class='alone'><div class='notice'><p><strong>The server is busy.</strong></p></div></main>"
    page.route(
        "**/networks?*", lambda route: route.fulfill(status=503, body=refusal, content_type="text/html"), times=1
    )
    page.locator("#choose-network").click()
    expect(page.locator("#inspector").get_by_role("alert")).to_have_text("The server is busy.")
    expect(page.locator("#networks")).to_be_hidden()
    page.locator("#choose-network").click()
    expect(page.locator("#networks a[data-model=squeezenet1_1]").first).to_be_visible()
    watch.expect_refusal(503)
