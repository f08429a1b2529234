"""The start page: an example that has already run, and the ways to one's own picture."""

from playwright.sync_api import Browser, expect

from tests.browser.conftest import SAMPLES, Watch


def test_the_example_is_there_at_first_sight(watch: Watch) -> None:
    page = watch.open()
    expect(page.locator(".answer li").first).to_contain_text("church")
    figure = page.locator(".run").bounding_box()
    assert figure is not None
    assert figure["y"] + figure["height"] <= 900
    loaded = "Promise.all([...document.querySelectorAll('.stack img')].map((image) => image.decode())).then(() => true)"
    assert page.evaluate(loaded)


def test_a_stack_of_maps_leads_to_its_layer(watch: Watch) -> None:
    page = watch.open()
    page.get_by_role("link", name="conv3_2: four of its 64 maps").click()
    expect(page.locator("#inspector h2")).to_contain_text("conv3_2")
    expect(page.locator("#sheet img")).to_be_visible()


def test_a_picture_leads_to_its_prediction(watch: Watch) -> None:
    page = watch.open()
    page.locator(".pictures").get_by_role("link", name="golf ball").click()
    expect(page.locator(".guesses li").first).to_contain_text("golf ball")


def test_ones_own_photo_is_opened(watch: Watch) -> None:
    page = watch.open()
    page.set_input_files("#file", SAMPLES / "coffee.jpg")
    expect(page.locator(".guesses li").first).to_contain_text("espresso")


def test_it_works_without_scripts(browser: Browser, server: str) -> None:
    with browser.new_context(java_script_enabled=False) as context:
        watch = Watch(context.new_page(), server)
        page = watch.open()
        expect(page.locator(".stack img")).to_have_count(20)
        page.set_input_files("#file", SAMPLES / "coffee.jpg")
        page.get_by_role("button", name="Show", exact=True).click()
        expect(page.locator(".guesses li").first).to_contain_text("espresso")
        assert watch.wrong == []


def test_the_header_leads_everywhere(watch: Watch) -> None:
    page = watch.open()
    for name in ("Explore", "Networks", "Compare", "API"):
        page.locator("header").get_by_role("link", name=name, exact=True).click()
        expect(page.locator("#places [aria-current]")).to_have_text(name)
