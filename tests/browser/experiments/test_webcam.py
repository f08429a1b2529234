"""The camera, which is the moving picture that Chromium has for tests."""

import re

import httpx
from playwright.sync_api import expect

from tests.browser.conftest import Watch

REFUSE = "name => { navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', name)); }"
ADDRESS = "experiments/webcam?model=squeezenet1_1"


def test_the_prediction_and_a_layer_follow_the_camera_and_a_snapshot_opens_in_the_explorer(watch: Watch) -> None:
    requests = watch.record_requests()
    page = watch.open(ADDRESS)
    sheet = page.locator(".live-sheet img")
    before = sheet.get_attribute("src")
    page.get_by_role("button", name="Start the camera").click()
    expect(page.locator("#camera")).to_be_visible()
    expect(sheet).not_to_have_attribute("src", str(before))
    expect(page.locator(".rate")).to_have_text(re.compile(r"[\d.]+ frames per second"))
    expect(page.locator(".rate")).to_be_visible()

    page.get_by_label("Layer").select_option("fire2.concat")
    expect(page.locator(".live-sheet")).to_have_attribute("data-layer", "fire2.concat")
    assert page.locator("#camera").evaluate("video => video.srcObject.active")  # it stays on
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_role("button", name="Pause")).to_have_attribute("aria-pressed", "true")
    assert not [url for url in requests if url.endswith("/images")]

    page.get_by_role("button", name="Snapshot").click()
    expect(page).to_have_url(re.compile(r"/\?model=squeezenet1_1&layer=fire2\.concat&image=[0-9a-f]{32}$"))
    image = httpx.URL(page.url).params["image"]
    assert httpx.get(f"{watch.address}/api/v1/images/{image}.png").status_code == 200


def test_it_says_what_to_do_where_there_is_no_picture(watch: Watch) -> None:
    page = watch.open(ADDRESS)
    for error, advice in (
        ("NotAllowedError", "The browser does not allow this page to use the camera."),
        ("NotFoundError", "No camera was found."),
        ("NotReadableError", "perhaps because another program uses it"),
    ):
        page.evaluate(REFUSE, error)
        page.get_by_role("button", name="Start the camera").click()
        expect(page.get_by_role("alert")).to_contain_text(advice)
        expect(page.locator("#stored")).to_be_visible()
    page.evaluate("Object.defineProperty(navigator, 'mediaDevices', { value: undefined })")  # as without HTTPS
    page.get_by_role("button", name="Start the camera").click()
    expect(page.get_by_role("alert")).to_contain_text("Open this page by HTTPS or as localhost")


def test_a_double_click_starts_one_camera_which_can_be_stopped(watch: Watch) -> None:
    page = watch.open(ADDRESS)
    page.evaluate(
        """() => {
          const media = navigator.mediaDevices;
          const getUserMedia = media.getUserMedia.bind(media);
          window.streams = [];
          media.getUserMedia = async (wanted) => {
            const stream = await getUserMedia(wanted);
            window.streams.push(stream);
            return stream;
          };
        }"""
    )
    page.get_by_role("button", name="Start the camera").dblclick()
    expect(page.locator("#camera")).to_be_visible()
    expect(page.get_by_role("alert")).to_have_count(0)
    page.get_by_role("button", name="Stop", exact=True).click()
    assert page.evaluate("streams.map((stream) => stream.active)") == [False]
