"""The tabs of a channel: what was below the fold is one click away, and the choice stays for the next channel."""

from playwright.sync_api import expect

from tests.browser.conftest import Watch

CHANNEL = "?model=resnet18-imagenette&image={image}&layer=conv2_1.conv1&channel=3"


def test_a_tab_stays_for_the_next_channel_and_after_a_reload(watch: Watch, image: str) -> None:
    page = watch.open(CHANNEL.format(image=image))
    tabs = page.get_by_role("tab")
    expect(tabs).to_have_text(["Map", "Histogram", "Filter", "Inputs"])
    expect(page.locator("#channel-map")).to_be_visible()
    expect(page.locator(".histogram")).to_be_hidden()
    tabs.nth(1).click()
    expect(page.locator(".histogram")).to_be_in_viewport()
    expect(page.locator("#channel-map")).to_be_hidden()
    page.locator("#forth").click()
    expect(page.locator("#inspector h2")).to_contain_text("channel 4")
    expect(page.locator(".histogram")).to_be_in_viewport()
    tabs.nth(1).focus()
    page.keyboard.press("ArrowRight")
    expect(tabs.nth(2)).to_be_focused()
    expect(page.get_by_role("tabpanel")).to_contain_text("Most similar filters")
    expect(page.locator("#inspector h2")).to_contain_text("channel 4")  # the arrow is the tabs' own
    page.reload()
    expect(page.get_by_role("tabpanel")).to_contain_text("Most similar filters")


def test_without_scripts_all_sections_follow_one_another(watch_without_scripts: Watch, image: str) -> None:
    page = watch_without_scripts.open(CHANNEL.format(image=image))
    expect(page.locator(".tabs")).to_be_hidden()
    for section in ("#channel-map", ".histogram", ".filters", ".given"):
        expect(page.locator(section).first).to_be_visible()
