"""A job in a browser: a ZIP is sent, the figures come while the reader waits, and a patch leads to its photo."""

import zipfile
from pathlib import Path

from playwright.sync_api import expect

from tests.browser.conftest import Watch
from tests.conftest import SAMPLES


def test_a_job_is_followed_to_its_figures_and_a_patch_to_its_photo(watch: Watch, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "photos.zip", "w") as archive:
        for folder, file in (("golf ball", "golf-ball.jpg"), ("church", "church.jpg"), ("parachute", "cat.jpg")):
            archive.write(SAMPLES / file, f"{folder}/{file}")
    page = watch.open("experiments/folder?model=resnet18-imagenette")
    page.get_by_role("link", name="strongest patches").click()
    page.get_by_label("Network").select_option("resnet18-imagenette")
    page.get_by_label("ZIP or photos").set_input_files(tmp_path / "photos.zip")
    page.get_by_role("button", name="Start").click()
    expect(page.locator(".job-state")).to_contain_text("Complete", timeout=60_000)
    expect(page.locator("#result")).to_contain_text("2 of 3 right")
    page.locator("#layer").select_option("relu1")
    page.get_by_role("button", name="Choose").click()
    page.locator(".patch-sheet a").nth(5).click()
    expect(page.locator("#channel li img")).to_have_count(3)
    name = page.locator("#channel .name").first.text_content()
    page.get_by_role("button", name="Open in the Explorer").first.click()
    expect(page.locator("#inspector")).to_be_visible()
    assert name is not None
    assert "channel=5" in page.url
    assert "image=" in page.url


def test_photos_that_are_too_many_bytes_are_refused_before_they_are_sent(watch: Watch) -> None:
    page = watch.open("jobs")
    page.locator("#job").evaluate("form => { form.dataset.maxBytes = '1000' }")
    page.get_by_label("ZIP or photos").set_input_files(SAMPLES / "cat.jpg")
    page.get_by_role("button", name="Start").click()
    expect(page.locator(".notice")).to_contain_text("The limit is 0 MB")
    expect(page.locator(".sending")).to_be_hidden()
    assert page.url.endswith("/jobs")


def test_photos_that_are_sent_while_others_are_on_their_way_take_their_place(watch: Watch) -> None:
    page = watch.open("jobs")
    page.route("**/api/v1/data-sets", lambda route: None)  # which never ends
    page.get_by_label("ZIP or photos").set_input_files(SAMPLES / "cat.jpg")
    start, sending = page.get_by_role("button", name="Start"), page.locator(".sending")
    for _ in range(2):
        start.click()
        page.evaluate("() => new Promise((resolve) => setTimeout(resolve))")  # the first one has been given up
        expect(sending).to_be_visible()
    page.locator("#job").evaluate("form => { form.dataset.maxBytes = '1000' }")
    start.click()
    expect(sending).to_be_hidden()


def test_a_job_that_is_refused_after_its_upload_says_why(watch: Watch) -> None:
    page = watch.open("jobs")
    error = {"code": "overloaded", "message": "20 jobs wait already.", "details": {}}
    page.route("**/api/v1/jobs", lambda route: route.fulfill(status=503, json={"error": error}))
    page.get_by_label("ZIP or photos").set_input_files(SAMPLES / "cat.jpg")
    page.get_by_role("button", name="Start").click()
    expect(page.locator(".notice")).to_contain_text("20 jobs wait already.")
    expect(page.locator(".sending")).to_be_hidden()
    watch.expect_refusal(503)


def test_back_leads_to_the_form_without_an_upload_that_has_ended(watch: Watch) -> None:
    page = watch.open("jobs")
    page.route("**/api/v1/data-sets", lambda route: None)
    page.get_by_label("ZIP or photos").set_input_files(SAMPLES / "cat.jpg")
    page.get_by_role("button", name="Start").click()
    expect(page.locator(".sending")).to_be_visible()
    page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")  # as browsers keep pages
    expect(page.locator(".sending")).to_be_hidden()
    page.goto("about:blank")  # else the upload that waits would go on, and lead to its job
