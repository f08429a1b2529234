"""The networks that were opened in this browser: listed, linked, deleted, and forgotten when they are gone."""

import re
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.checks import EVERY_RULE, FAINT, OVERFLOWING, RULES_OF_SIZE, show, violations
from tests.browser.conftest import Watch, open_network
from tests.nets.own.networks import classifier


@pytest.fixture(scope="module")
def listed(server: str) -> str:
    """The id of a network of one's own, which stays."""
    return open_network(server, "listed.onnx", classifier(factor=3.0).SerializeToString())


@pytest.fixture
def opened(watch: Watch, image: str, listed: str) -> Page:
    """A page that has shown this network."""
    return watch.open(f"?model={listed}&image={image}")


@pytest.fixture
def deletable(watch: Watch) -> Page:
    """A page that has shown another one, which may be deleted."""
    identity = open_network(watch.address, "deletable.onnx", classifier(factor=4.0).SerializeToString())
    return watch.open(f"?model={identity}")


def row_of(page: Page) -> str:
    return str(page.locator("#your-networks li").get_attribute("data-id"))


@pytest.mark.parametrize("address", ["networks", "?model=lenet5#networks"])
def test_the_list_fits_and_is_accessible(watch: Watch, opened: Page, axe: str, address: str) -> None:
    page = watch.open(address)
    expect(page.locator("#your-networks")).to_contain_text("expires in")
    for width, rules in ((1440, EVERY_RULE), (390, RULES_OF_SIZE)):
        show(page, "light", width)
        assert page.evaluate(OVERFLOWING) == []
        assert page.evaluate(FAINT) == []
        assert violations(page, axe, rules) == []


def test_it_is_listed_with_its_input_its_expiry_and_its_link(watch: Watch, opened: Page) -> None:
    page = watch.open("networks")
    row = page.locator("#your-networks li")
    expect(row.get_by_role("link", name="listed")).to_be_visible()
    expect(row).to_contain_text("8 × 8 RGB")
    expect(row).to_contain_text(re.compile(r"expires in \d days"))
    row.get_by_role("button", name="Copy link").click()
    expect(row.locator("code")).to_have_text(f"{watch.address}/?model={row_of(page)}")
    row.get_by_role("link").click()
    expect(page.locator("#choose-network")).to_contain_text("listed")


def test_the_chooser_has_it_and_keeps_the_picture(watch: Watch, opened: Page, image: str) -> None:
    page = watch.open(f"?model=lenet5&image={image}")
    page.locator("#choose-network").click()
    page.locator("#your-networks").get_by_role("link", name="listed").click()
    expect(page.locator("#picture h3")).to_contain_text("listed")
    assert f"image={image}" in page.url


def test_a_comparison_offers_it(watch: Watch, opened: Page, image: str) -> None:
    page = watch.open(f"compare?image={image}&models=lenet5,squeezenet1_1")
    page.locator("#model-2").select_option(label="listed")
    page.get_by_role("button", name="Compare").click()
    expect(page.locator(".side h4").nth(1)).to_have_text("listed")
    expect(page.locator("#model-2 option:checked")).to_have_text("listed")


def test_deleting_asks_once_and_then_the_network_is_gone(watch: Watch, deletable: Page) -> None:
    page = watch.open("networks")
    identity = row_of(page)
    page.get_by_role("button", name="Delete").dblclick()
    expect(page.get_by_role("button", name="Delete for everyone with the link")).to_be_focused()
    assert httpx.get(f"{watch.address}/api/v1/models/{identity}/own").status_code == 200
    page.keyboard.press("Enter")
    expect(page.locator("#your-networks")).to_be_hidden()
    assert httpx.get(f"{watch.address}/api/v1/models/{identity}/own").status_code == 404


def test_the_link_of_one_that_is_gone_says_so_and_leads_to_the_form(watch: Watch) -> None:
    page = watch.open(f"?model=own-{'0' * 24}")
    expect(page.get_by_role("alert")).to_contain_text("deleted or has expired")
    page.get_by_role("link", name="Open your own network").click()
    expect(page.locator("#own-network")).to_be_in_viewport()
    watch.expect_refusal(404)


def test_one_that_is_gone_is_dropped_from_the_list(watch: Watch, deletable: Page) -> None:
    page = watch.open("networks")
    httpx.delete(f"{watch.address}/api/v1/models/{row_of(page)}")
    page = watch.open("networks")
    expect(page.locator("#your-networks li")).to_have_count(0)
    expect(page.locator("#your-networks")).to_be_hidden()
    assert page.evaluate("localStorage.getItem('convscope.networks')") is None
    watch.expect_refusal(404)


def test_the_last_hour_is_told_in_minutes(watch: Watch, opened: Page) -> None:
    def expire_soon(route: Route) -> None:
        network = route.fetch().json()
        route.fulfill(json=network | {"expires_at": (datetime.now(UTC) + timedelta(minutes=30.5)).isoformat()})

    opened.route("**/own", expire_soon)
    page = watch.open("networks")
    expect(page.locator("#your-networks li")).to_contain_text("expires in 30 minutes")
