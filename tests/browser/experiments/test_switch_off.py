"""Channels of a network switched off in a browser, on a real photo."""

from playwright.sync_api import expect

from tests.browser.conftest import Watch


def test_switching_the_most_important_channel_off_changes_the_prediction_and_back_undoes_it(watch: Watch) -> None:
    page = watch.open("experiments/switch-off?model=squeezenet1_1&layer=fire8.squeeze1x1_relu")
    expect(page.locator("#consequences")).to_contain_text("All channels are on")
    page.get_by_role("link", name="Rank the channels").click()
    first = page.locator(".ranked a").first
    expect(first).to_be_visible()
    channel = first.inner_text().split()[-1]
    first.click()
    expect(page.locator("#consequences .classes td").first).to_be_visible()
    expect(page.locator(f"#switches input[name=off][value='{channel}']")).to_be_checked()
    assert f"off={channel}" in page.url
    other = "5" if channel != "5" else "6"
    page.locator(f"#switches input[name=off][value='{other}']").check()
    page.wait_for_url(lambda url: other in url.partition("off=")[2].partition("&")[0].split(","))
    expect(page.locator("#moved .pair img")).to_have_count(2)
    page.get_by_label("the mean of their map").check()
    page.wait_for_url(lambda url: "how=mean" in url)
    for _ in range(3):
        page.go_back()
    expect(page.get_by_label("zero")).to_be_checked()
    expect(page.locator("#consequences")).to_contain_text("All channels are on")
    expect(page.locator("#switches input[name=off]:checked")).to_have_count(0)


def test_a_ranking_that_is_still_computed_for_other_switches_is_given_up(watch: Watch) -> None:
    page = watch.open("experiments/switch-off?model=lenet5&layer=conv_c1")
    box = page.locator("#ranking .computation")
    page.route(f"**/{str(box.get_attribute('data-events')).removeprefix('../')}", lambda route: None)  # it never ends
    page.get_by_role("link", name="Rank the channels").click()
    expect(box.get_by_role("button", name="Stop")).to_be_visible()
    with page.expect_event("requestfailed") as ended:
        page.locator("#switches [name=off]").first.evaluate("(field) => field.click()")
    assert ended.value.url.endswith(str(box.get_attribute("data-events")).removeprefix(".."))
    expect(page.locator("#consequences .classes td").first).to_be_visible()
