"""Opening a network of one's own: dropped or chosen on every page, with its progress, its errors and its end."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.checks import EVERY_RULE, violations
from tests.browser.conftest import Watch
from tests.browser.own_networks.dropping import drop, payloads
from tests.nets.own.networks import classifier, of_one_size, with_external_data

NET = classifier().SerializeToString()
OWN = re.compile(r"\?model=own-[0-9a-f]{24}&image=[0-9a-f]{32}")

SENDING = "document.querySelector('#sending').textContent"


def expect_opened(page: Page, name: str) -> None:
    """The Explorer shows the network, its maps and its prediction."""
    expect(page).to_have_url(OWN)
    expect(page.locator("#choose-network")).to_contain_text(name)
    expect(page.locator(".guesses li")).to_have_count(3)
    expect(page.locator("#ribbon .node image").first).to_be_visible()
    expect(page.locator("#inspector .assumed")).to_contain_text("Choose how its input is prepared")


@pytest.mark.parametrize("address", ["", "networks", "?model=lenet5", "compare?models=", "experiments/picture"])
def test_a_network_that_is_dropped_on_a_page_is_opened(watch: Watch, address: str) -> None:
    page = watch.open(address)
    drop(page, {"dropped.onnx": NET})
    expect_opened(page, "dropped")


def test_the_picture_of_the_view_stays(watch: Watch, image: str) -> None:
    page = watch.open(f"?model=squeezenet1_1&image={image}&layer=conv1")
    drop(page, {"on-the-cat.onnx": NET})
    expect_opened(page, "on-the-cat")
    assert f"image={image}" in page.url


def test_it_is_chosen_in_the_chooser_with_its_external_data(watch: Watch, image: str) -> None:
    page = watch.open(f"?model=lenet5&image={image}")
    page.locator("#choose-network").click()
    page.get_by_role("dialog").get_by_role("link", name="Open your own network").click()
    dialog = page.get_by_role("dialog", name="Open your own network")
    expect(dialog).to_be_visible()
    net, data = with_external_data(classifier(), "weights.bin")
    page.set_input_files("#network-files", payloads({"apart.onnx": net, "weights.bin": data}))
    expect_opened(page, "apart")


def test_the_start_page_opens_the_form_by_keyboard(watch: Watch, axe: str) -> None:
    page = watch.open()
    page.get_by_role("link", name="Open your own network").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog", name="Open your own network")).to_be_visible()
    assert violations(page, axe, EVERY_RULE) == []
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_a_file_that_is_no_network_is_refused_in_the_form_and_the_next_one_is_opened(watch: Watch) -> None:
    page = watch.open("networks")
    page.set_input_files("#network-files", payloads({"broken.onnx": b"no network at all"}))
    notice = page.locator("#own-network").get_by_role("alert")
    expect(notice.locator("p")).to_be_visible()
    box = notice.locator("p").bounding_box()
    assert box
    assert box["width"] > 300
    expect(page.locator("#sending")).to_be_hidden()
    watch.expect_refusal(422)
    page.set_input_files("#network-files", payloads({"whole.onnx": NET}))
    expect_opened(page, "whole")


def test_a_network_of_an_unusual_size_is_opened_at_it_without_choosing_its_file_again(watch: Watch) -> None:
    page = watch.open("networks")
    page.set_input_files("#network-files", payloads({"wide.onnx": of_one_size(50, 20).SerializeToString()}))
    expect(page.locator("#own-network").get_by_role("alert")).to_contain_text("do not fit images of 224 x 224 pixels")
    watch.expect_refusal(422)
    page.get_by_label("Width").fill("50")
    page.get_by_label("Height").fill("20")
    page.locator("#image-size").get_by_role("button", name="Open").click()
    expect(page).to_have_url(OWN)
    expect(page.locator("#choose-network")).to_contain_text("wide")
    expect(page.locator("#inspector")).to_contain_text("50 × 20")


def test_files_without_a_network_are_refused_before_they_are_sent(watch: Watch) -> None:
    requests = watch.record_requests()
    page = watch.open("networks")
    drop(page, {"labels.txt": b"cat\ndog"})
    expect(page.locator("#own-network").get_by_role("alert")).to_contain_text("whose name ends in .onnx")
    assert not [url for url in requests if "api/" in url]


def test_what_is_sent_shows_its_progress_and_can_be_cancelled(watch: Watch) -> None:
    page = watch.open("networks")
    page.route("**/api/v1/models", lambda route: None)  # a server that never answers
    drop(page, {"slow.onnx": NET})
    expect(page.locator("#sending")).to_contain_text("slow.onnx: 0 % of")
    page.get_by_role("button", name="Cancel").click()
    expect(page.locator("#sending")).to_be_hidden()
    expect(page.get_by_role("alert")).to_have_count(0)


def test_the_first_run_is_named_and_can_be_stopped(watch: Watch) -> None:
    page = watch.open("networks")
    page.route("**/?model=own-*", lambda route: None)  # a run that never ends
    drop(page, {"first.onnx": NET})
    while "First run of first" not in page.evaluate(SENDING):  # an `expect` would wait for the page that is loading
        page.wait_for_timeout(20)
    page.evaluate("document.querySelector('#sending button').click()")
    expect(page.locator("#sending")).to_be_hidden()
    expect(page).to_have_url(f"{watch.address}/networks")


@pytest.mark.parametrize("address", ["networks", "?model=lenet5"])
def test_back_leads_to_the_page_without_the_run_that_has_ended(watch: Watch, address: str) -> None:
    page = watch.open(address)
    drop(page, {"back.onnx": NET})
    expect_opened(page, "back")
    page.go_back()
    expect(page).to_have_url(f"{watch.address}/{address}")
    expect(page.locator("#sending")).to_be_hidden()
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_without_scripts_the_form_opens_a_network(watch_without_scripts: Watch) -> None:
    page = watch_without_scripts.open("networks")
    page.set_input_files("#network-files", payloads({"plain.onnx": NET}))
    page.get_by_role("button", name="Open", exact=True).click()
    expect(page).to_have_url(OWN)
    expect(page.locator(".guesses li")).to_have_count(3)
