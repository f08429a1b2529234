"""Weights downloaded from the page, from a real mirror that serves a network's file, correctly or not."""

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, expect

from app.main import create_app
from app.settings import read_settings
from tests.browser.conftest import SAMPLES, Watch
from tests.conftest import running
from tests.mirrors import LIGHT, Answer, Mirror, Request, models_folder, original_of, serving, stalled, status, whole

CONTENT = (LIGHT / "light_squeezenet.onnx").read_bytes()  # stands for VGG-19's weights: it too has 1,000 classes
WORD = "lecture-7"
Opened = tuple[Watch, Mirror]
Open = Callable[..., Opened]


@pytest.fixture
def lab(context: BrowserContext, tmp_path: Path) -> Iterator[Open]:
    """Opens VGG-19's page on a server of its own whose mirror gives these answers."""
    with ExitStack() as stack:

        def open_with(*answers: Answer, **chosen: object) -> Opened:
            models = models_folder(tmp_path / "models", original_of(CONTENT, "vgg19"))
            mirror = stack.enter_context(serving(CONTENT, *answers))
            folders = {"data_dir": tmp_path / "data", "models_dir": models}
            egress = {"mirrors": mirror.pattern, "lab_hosts": mirror.host, "admin_token": WORD}
            settings = read_settings(port=0, **folders, **egress, **chosen)
            port = stack.enter_context(running(create_app(settings), settings))
            watch = Watch(context.new_page(), f"http://127.0.0.1:{port}")
            stack.callback(lambda: watch.page.close())
            watch.open("?model=vgg19")
            return watch, mirror

        yield open_with


def pull(watch: Watch, word: str = WORD) -> None:
    watch.page.get_by_label("Admin token").fill(word)
    watch.page.get_by_role("button", name="Download weights").click()


def slowly(seen: threading.Event) -> Answer:
    """Half at once; the rest when the half has been seen on the page."""

    def answer(request: Request, content: bytes) -> None:
        request.head(200, Content_Length=len(content))
        request.wfile.write(content[: len(content) // 2])
        request.wfile.flush()
        seen.wait(20)
        request.wfile.write(content[len(content) // 2 :])

    return answer


def test_a_download_shows_its_progress_and_the_network_runs_without_a_restart(lab: Open) -> None:
    seen = threading.Event()
    watch, mirror = lab(slowly(seen))
    requests = watch.record_requests()
    page = watch.page
    expect(page.locator(".missing")).to_contain_text("convscope pull vgg19")
    expect(page.locator(".missing")).to_contain_text(mirror.host)
    pull(watch)
    box = page.locator("#weights-download")
    expect(box).to_contain_text(f"from {mirror.host}")
    expect(box.locator("progress")).to_have_js_property("value", len(CONTENT) // 2)
    page.locator("#ribbon .node").nth(1).click()  # looking about does not disturb it
    page.mouse.move(0, 0)  # over a layer it would prefetch one that the new file may not have
    expect(page.locator("#inspector h2")).to_have_text("conv1_1_relu")
    expect(box).to_be_visible()
    seen.set()
    expect(box).to_be_hidden()
    expect(page.locator("#announce")).to_have_text("The weights of VGG-19 (E) are downloaded.")
    expect(page.locator("#inspector h2")).to_contain_text("VGG-19")  # the new file's layers have names of their own
    page.locator("#choose-network").click()
    expect(page.locator("#networks li:has([data-model=vgg19])")).not_to_contain_text("Architecture only")
    page.keyboard.press("Escape")
    page.set_input_files("#file", SAMPLES / "cat.jpg")
    expect(page.locator(".guesses li")).to_have_count(5)
    assert not [url for url in requests if WORD in url]
    assert page.evaluate("JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie])").find(WORD) < 0
    assert watch.wrong == []


def test_a_wrong_token_is_reported_at_its_field(lab: Open) -> None:
    watch, mirror = lab(whole())
    pull(watch, "guessed")
    alert = watch.page.locator("#inspector").get_by_role("alert")
    expect(alert).to_contain_text("not the token")
    expect(watch.page.get_by_label("Admin token")).to_be_focused()
    watch.expect_refusal(403)
    pull(watch, "a b")
    expect(alert).to_contain_text("without spaces")
    assert (mirror.requests, watch.wrong) == ([], [])


def test_a_stalled_mirror_is_reported_and_the_next_attempt_resumes(lab: Open) -> None:
    released = threading.Event()
    watch, mirror = lab(stalled(released), status(503), pull_stall_s=1)
    pull(watch)
    alert = watch.page.locator("#inspector").get_by_role("alert")
    expect(alert).to_contain_text("could not be downloaded")
    expect(watch.page.locator("#weights-download")).to_be_hidden()
    released.set()
    mirror.answers = [whole()]
    pull(watch)
    expect(watch.page.locator(".missing")).to_have_count(0)
    assert mirror.ranges[-1] == f"bytes={len(CONTENT) // 2}-"
    assert watch.wrong == []


def test_a_download_is_stopped_and_resumed_later(lab: Open) -> None:
    released = threading.Event()
    watch, mirror = lab(stalled(released), whole())
    pull(watch)
    box = watch.page.locator("#weights-download")
    expect(box.locator("progress")).to_have_js_property("value", len(CONTENT) // 2)
    box.get_by_role("button", name="Stop").click()
    expect(box).to_be_hidden()
    expect(watch.page.locator("#announce")).to_contain_text("is kept")
    released.set()
    pull(watch)
    expect(watch.page.locator(".missing")).to_have_count(0)
    assert set(mirror.ranges[1:]) == {f"bytes={len(CONTENT) // 2}-"}
