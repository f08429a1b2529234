"""Adding a photo in every way, and the messages when it fails."""

import base64
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import SAMPLES, Watch

CATS = r"cat|tabby|Egyptian cat"

GIVE = """([name, type, text]) => {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const data = new DataTransfer();
  data.items.add(new File([bytes], name, { type }));
  return data;
}"""


def give(page: Page, event: str, path: Path) -> None:
    """Drop or paste a file."""
    content = base64.b64encode(path.read_bytes()).decode()
    data = page.evaluate_handle(GIVE, [path.name, "image/jpeg", content])
    page.evaluate(
        """([event, data]) => document.body.dispatchEvent(
            event === "paste"
              ? new ClipboardEvent(event, { clipboardData: data, bubbles: true, cancelable: true })
              : new DragEvent(event, { dataTransfer: data, bubbles: true, cancelable: true }))""",
        [event, data],
    )


@pytest.mark.parametrize("event", ["drop", "paste"])
def test_a_photo_that_is_dropped_or_pasted_is_shown_and_named(watch: Watch, event: str) -> None:
    page = watch.open("?model=")
    give(page, event, SAMPLES / "coffee.jpg")
    expect(page.locator(".guesses li").first).to_contain_text("espresso")
    expect(page.get_by_alt_text("The input exactly as the network receives it")).to_be_visible()
    expect(page.locator("#ribbon .node image").first).to_be_visible()
    assert "image=" in page.url


def test_a_photo_is_chosen_and_the_network_changed(watch: Watch) -> None:
    page = watch.open("?model=")
    page.set_input_files("#file", SAMPLES / "cat.jpg")
    expect(page.locator(".guesses li").first).to_contain_text("cat")
    page.get_by_role("link", name="Network: EfficientNet-Lite0").click()
    page.get_by_role("dialog").get_by_role("link", name="SqueezeNet 1.1").click()
    expect(page.locator("#picture h3")).to_have_text("Prediction SqueezeNet 1.1")
    assert "model=squeezenet1_1" in page.url
    page.go_back()
    expect(page.locator("#picture h3")).to_have_text("Prediction EfficientNet-Lite0")
    page.go_back()
    expect(page.locator(".guesses")).to_have_count(0)


def test_a_sample_is_shown_by_its_key_and_the_layer_stays(watch: Watch) -> None:
    page = watch.open("?model=squeezenet1_1&layer=conv1")
    page.keyboard.press("2")
    expect(page.locator(".guesses li").first).to_contain_text("espresso")
    expect(page.locator("#inspector h2")).to_have_text("conv1")
    expect(page.locator("#sheet img")).to_be_visible()


def test_a_file_that_is_no_image_is_refused_and_the_view_stays(watch: Watch, image: str, tmp_path: Path) -> None:
    page = watch.open(f"?model=squeezenet1_1&image={image}&layer=conv1")
    (tmp_path / "cat.jpg").write_text("<html>no picture</html>")
    give(page, "drop", tmp_path / "cat.jpg")
    notice = page.locator(".chooser").get_by_role("alert")
    expect(notice).to_contain_text("JPEG")
    expect(notice).to_be_in_viewport()
    line, around = notice.get_by_role("paragraph").bounding_box(), notice.bounding_box()
    assert line is not None
    assert around is not None
    assert line["width"] > 0.65 * around["width"], "the text has what the sign leaves"
    expect(page.locator(".guesses li").first).to_contain_text("cat")
    expect(page.locator(".uploading")).to_be_hidden()
    watch.expect_refusal(415)
    page.set_input_files("#file", SAMPLES / "coffee.jpg")
    expect(page.locator(".guesses li").first).to_contain_text("espresso")
    expect(notice).to_have_count(0)


def test_a_file_too_large_is_refused_before_it_is_sent(watch: Watch, tmp_path: Path) -> None:
    requests = watch.record_requests()
    page = watch.open("?model=")
    (tmp_path / "big.jpg").write_bytes(bytes(20_000_001))
    page.set_input_files("#file", tmp_path / "big.jpg")
    expect(page.locator(".chooser").get_by_role("alert")).to_contain_text("20 MB")
    assert not [url for url in requests if "api/" in url]


def test_sending_shows_its_progress_and_can_be_cancelled(watch: Watch) -> None:
    page = watch.open("?model=")
    page.route("**/api/v1/images", lambda route: None)  # a server that never answers
    page.set_input_files("#file", SAMPLES / "cat.jpg")
    expect(page.locator(".uploading progress")).to_be_visible()
    page.get_by_role("button", name="Cancel").click()
    expect(page.locator(".uploading")).to_be_hidden()
    expect(page.get_by_role("alert")).to_have_count(0)


def test_a_run_shows_its_network_and_can_be_stopped(watch: Watch, image: str) -> None:
    page = watch.open("?model=squeezenet1_1")
    page.route("**/?*image=*", lambda route: None)
    page.keyboard.press("1")
    waiting = page.locator("#waiting")
    expect(waiting).to_contain_text("Running SqueezeNet 1.1")
    waiting.get_by_role("button", name="Stop").click()
    expect(waiting).to_be_hidden()
    expect(page).to_have_url(f"{watch.address}/?model=squeezenet1_1")


def test_an_unreachable_server_is_reported(watch: Watch) -> None:
    page = watch.open("?model=")
    page.route("**/api/v1/images", lambda route: route.abort())
    page.set_input_files("#file", SAMPLES / "cat.jpg")
    expect(page.locator(".chooser").get_by_role("alert")).to_contain_text("does not answer")
    watch.wrong = [line for line in watch.wrong if "ERR_FAILED" not in line]


def test_a_failed_view_is_reported_once_and_the_previous_view_stays(watch: Watch, image: str) -> None:
    page = watch.open(f"?model=lenet5&image={image}&layer=conv_c1")
    page.route("**/*part=inspector*", lambda route: route.abort())
    for layer in ("pool_s2", "conv_c3"):
        with page.expect_event("requestfailed"):
            page.locator(f"#ribbon [data-layer='{layer}']").dispatch_event("click")
        page.evaluate("new Promise(requestAnimationFrame)")
        expect(page.locator("#inspector").get_by_role("alert")).to_contain_text("does not answer")
    expect(page.locator("#inspector h2")).to_have_text("conv_c1")
    page.unroute("**/*part=inspector*")
    page.locator("#ribbon [data-layer='pool_s4']").click()
    expect(page.locator("#inspector h2")).to_have_text("pool_s4")
    expect(page.locator("#inspector").get_by_role("alert")).to_have_count(0)
    watch.wrong = [line for line in watch.wrong if "ERR_FAILED" not in line]


def test_what_follows_a_failed_view_starts_from_the_one_that_stayed(watch: Watch, image: str) -> None:
    page = watch.open(f"?model=lenet5&image={image}&layer=conv_c1")
    page.locator("details.options", has_text="Colours").locator("summary").click()
    page.locator("#colormap-magma").click()
    page.route("**/*part=inspector*", lambda route: route.abort())
    alert = page.locator("#inspector").get_by_role("alert")
    for key in ("ArrowDown", "ArrowDown", "ArrowRight"):
        with page.expect_event("requestfailed"):
            page.keyboard.press(key)
        expect(alert).to_contain_text("does not answer")
        expect(page).to_have_url(f"{watch.address}/?model=lenet5&image={image}&layer=conv_c1&colormap=magma")
    page.unroute("**/*part=inspector*")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#inspector h2")).to_have_text("conv_c1 channel 0")
    expect(alert).to_have_count(0)
    watch.wrong = [line for line in watch.wrong if "ERR_FAILED" not in line]


def test_a_network_that_was_refused_is_shown_whole_when_it_is_asked_for_again(watch: Watch, image: str) -> None:
    page = watch.open(f"?model=lenet5&image={image}")
    busy = "<main class='alone'><div class='notice'><p><strong>The server is busy.</strong></p></div></main>"
    page.route(
        "**/?model=squeeze*", lambda route: route.fulfill(status=503, body=busy, content_type="text/html"), times=1
    )
    for _ in range(2):
        page.get_by_role("link", name="Network: LeNet-5").click()
        page.get_by_role("dialog").get_by_role("link", name="SqueezeNet 1.1").click()
        expect(page.get_by_role("dialog")).to_have_count(0)
        page.wait_for_load_state("networkidle")
    expect(page.locator("#picture h3")).to_have_text("Prediction SqueezeNet 1.1")
    watch.expect_refusal(503)


def test_a_photo_that_takes_the_place_of_another_shows_its_progress(watch: Watch) -> None:
    page = watch.open("?model=")
    page.route("**/api/v1/images", lambda route: None)  # a server that never answers
    for name in ("cat.jpg", "coffee.jpg"):
        page.set_input_files("#file", SAMPLES / name)
        page.evaluate("() => new Promise((resolve) => setTimeout(resolve))")  # the first one has been given up
        expect(page.locator(".uploading progress")).to_be_visible()
