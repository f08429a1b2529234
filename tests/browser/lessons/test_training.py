"""Training that runs by itself until it is stopped."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import Watch


def test_training_starts_goes_on_and_stops(watch: Watch) -> None:
    page = watch.open("figures/training?step=0")
    state = page.get_by_role("status")
    expect(state).to_contain_text("After 0 steps")
    page.get_by_role("button", name="Start").click()
    expect(state).to_contain_text(re.compile(r"After [1-9]\d steps"))
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_role("button", name="Start")).to_be_visible()
    page.wait_for_load_state("networkidle")
    stopped = state.inner_text()
    page.get_by_role("link", name="1 step", exact=True).click()
    expect(state).not_to_have_text(stopped)
    assert re.search(r"step=\d+", page.url), "the address has the state"
    page.get_by_role("link", name="Back to the start").click()
    expect(state).to_contain_text("After 0 steps")


def test_training_ends_after_the_last_step(watch: Watch) -> None:
    page = watch.open("figures/training?step=290")
    page.get_by_role("button", name="Start").click()
    expect(page.get_by_role("status")).to_contain_text("After 300 steps")
    expect(page.get_by_role("button", name=re.compile("Start|Stop"))).to_have_count(0)
