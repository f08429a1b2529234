"""A sweep of a real photo in a browser: it is computed at once, and follows its fields."""

import re

import httpx
from playwright.sync_api import Route, expect

from tests.browser.conftest import Watch

# The names of answers that go beyond their stretch; an ellipsis says that one goes on.
CUT_NAMES = """() => [...document.querySelectorAll(".answers p")].filter((name) => {
  const [own, stretch] = [name, name.closest("svg")].map((element) => element.getBoundingClientRect());
  const isWhole = own.right <= stretch.right + 1 && getComputedStyle(name).textOverflow === "ellipsis";
  return name.checkVisibility() && !(isWhole && own.width >= 48);
}).map((name) => name.textContent)"""


def test_a_sweep_follows_its_fields_and_says_where_the_answer_flips(watch: Watch) -> None:
    page = watch.open("experiments/sweep?model=squeezenet1_1&change=rotation")
    expect(page.locator(".flips li").first).to_contain_text("At 0°: Egyptian cat")
    page.locator("#change").select_option("blur")
    expect(page.locator("#to")).to_have_value("20")
    page.locator("#to").fill("5")
    page.locator("#to").press("Enter")
    expect(page.locator(".wide-chart .across text").last).to_have_text("5 %")
    image = page.locator(".fields input[name=image]").input_value()
    address = f"{watch.address}/api/v1/models/squeezenet1_1/images/{image}/sweeps/blur:0~5@41"
    flips = httpx.get(address, timeout=60).json()["networks"][0]["flips"]
    assert len(flips) > 2
    expect(page.locator(".flips li")).to_have_count(len(flips) + 1)
    for item, flip in zip(page.locator(".flips li").all()[1:], flips, strict=True):
        expect(item).to_contain_text(flip["after"])
    for width in (1440, 390):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert page.evaluate(CUT_NAMES) == [], width
    page.go_back()
    page.go_back()
    expect(page.locator("#change")).to_have_value("rotation")
    expect(page.locator(".flips li").first).to_contain_text("At 0°")


def test_a_network_of_one_s_own_is_offered_beside_the_others_and_stays_chosen(watch: Watch, own_network: str) -> None:
    watch.open(f"?model={own_network}")  # the browser remembers it
    page = watch.open("experiments/sweep?model=lenet5&change=rotation&of=rotation&from=0&to=10&steps=3")
    expect(page.locator(".flips li").first).to_be_visible()
    page.locator("details.more summary").click()
    page.locator("#other-1").select_option(own_network)
    expect(page).to_have_url(re.compile(f"models={own_network}"))
    expect(page.locator(".flips h4")).to_have_count(2)  # until then the fields are replaced by those of the new view
    for end in ("20", "30"):
        page.locator("#to").fill(end)
        page.locator("#to").press("Enter")
        expect(page.locator(".wide-chart .across text").last).to_have_text(f"{end}°")
        expect(page.locator("#other-1")).to_have_value(own_network)
        assert f"models={own_network}" in page.url


def test_what_is_typed_while_a_sweep_is_computed_stays(watch: Watch) -> None:
    page = watch.page
    held: list[Route] = []
    page.route(re.compile(r"/sweeps$"), lambda route: held.append(route))
    watch.open("experiments/sweep?model=squeezenet1_1&change=noise")
    page.locator("#to").fill("7")
    page.wait_for_function("document.activeElement.id === 'to'")
    held.pop().continue_()
    expect(page.locator(".flips li").first).to_be_visible()
    expect(page.locator("#to")).to_have_value("7")
    expect(page.locator("#to")).to_be_focused()
