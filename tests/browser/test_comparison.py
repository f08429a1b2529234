"""The comparison in Chromium: sorted and measured without a reload, at every width, and without scripts."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import SAMPLES, Watch
from tests.browser.views import WIDTHS

PAIR = "compare?image={image}&models=squeezenet1_1,efficientnet_lite0"


def test_sorting_reloads_nothing_and_back_undoes_it(watch: Watch) -> None:
    page = watch.open("compare")
    page.evaluate("window.here = true")
    names = page.locator("#figures tbody th a")
    before = names.all_inner_texts()
    page.get_by_role("link", name="Parameters", exact=True).click()
    expect(page.locator("th[aria-sort=ascending]")).to_have_attribute("data-column", "params")
    rising = [float(each.get_attribute("value") or 0) for each in page.locator("td[data-column=params] data").all()]
    assert rising == sorted(rising)
    expect(page.locator("#sort-params")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("th[aria-sort=descending]")).to_have_attribute("data-column", "params")
    assert page.url.endswith("?sort=-params")
    page.go_back()
    expect(page.locator("th[aria-sort=ascending]")).to_have_count(1)
    page.go_back()
    expect(page.locator("th[aria-sort]")).to_have_count(0)
    assert names.all_inner_texts() == before
    assert page.evaluate("window.here")


def test_times_are_measured_on_request(watch: Watch) -> None:
    page = watch.open("compare")
    button = page.locator("#measure")
    if button.count():  # another test may have asked
        button.click()
    expect(button).to_have_count(0, timeout=60_000)
    time = page.locator("tr[data-id=squeezenet1_1] td[data-column=time]")
    expect(time).to_have_text(re.compile(r"[\d.]+ ms"))


def test_on_every_width_the_header_leads_here(watch: Watch) -> None:
    for width in WIDTHS:
        watch.page.set_viewport_size({"width": width, "height": 900})
        page = watch.open("networks")
        if width < 861:
            page.get_by_role("button", name="Menu").click()
        page.get_by_role("link", name="Compare", exact=True).click()
        expect(page.get_by_role("heading", name="Comparison of networks")).to_be_visible()


def test_a_circle_leads_to_its_network(watch: Watch) -> None:
    page = watch.open("compare")
    page.locator(".chart a", has_text="ResNet-18").first.click()
    expect(page.locator("#inspector h2")).to_contain_text("ResNet-18")


def test_a_sample_then_another_network_side_by_side(watch: Watch) -> None:
    page = watch.open("compare")
    page.get_by_role("link", name="On one photo").click()
    page.locator("#model-1").select_option("efficientnet_lite0")
    page.locator("#model-2").select_option("squeezenet1_1")
    page.get_by_role("button", name="Compare").click()
    page.get_by_role("button", name="Chelsea").click()
    expect(page.locator(".answers article h4")).to_have_text(["EfficientNet-Lite0", "SqueezeNet 1.1"])
    expect(page.locator(".same-size")).to_have_count(1)
    page.wait_for_load_state("networkidle")
    broken = page.evaluate("[...document.images].filter((each) => each.complete && !each.naturalWidth).length")
    assert broken == 0


def test_a_file_is_sent_as_soon_as_it_is_chosen(watch: Watch) -> None:
    page = watch.open("compare?models=squeezenet1_1,efficientnet_lite0")
    page.locator("#file").set_input_files(SAMPLES / "coffee.jpg")
    expect(page.locator(".answers article")).to_have_count(2)
    expect(page.locator(".agreed")).to_be_visible()


def test_it_works_without_scripts(watch_without_scripts: Watch) -> None:
    page = watch_without_scripts.open("compare")
    page.locator("#sort-macs").click()
    expect(page.locator("th[aria-sort=ascending]")).to_have_attribute("data-column", "macs")
    watch_without_scripts.open("compare?models=")
    page.get_by_role("button", name="coffee").click()
    expect(page.locator(".answers article")).to_have_count(2)


def test_a_step_to_a_place_of_the_page_asks_for_no_table(watch: Watch) -> None:
    page = watch.open("compare?sort=params")
    requests = watch.record_requests()
    page.locator("a[href='#families']").click()
    page.locator("a[href='#figures']").click()
    page.go_back()
    expect(page).to_have_url(re.compile("#families$"))
    page.evaluate("() => new Promise((resolve) => setTimeout(resolve))")
    assert requests == []
