"""Many real photos in a browser: they are sent from a folder, judged while the reader waits, and rotated together."""

from pathlib import Path

from playwright.sync_api import expect

from tests.browser.conftest import Watch
from tests.conftest import SAMPLES


def test_a_folder_of_photos_is_judged_and_its_accuracy_falls_as_they_rotate(watch: Watch, tmp_path: Path) -> None:
    for folder, file in (("golf ball", "golf-ball.jpg"), ("church", "church.jpg"), ("parachute", "cat.jpg")):
        (tmp_path / "photos" / folder).mkdir(parents=True)
        (tmp_path / "photos" / folder / "1.jpg").write_bytes((SAMPLES / file).read_bytes())
    (tmp_path / "photos" / ".hidden").write_bytes(b"")
    page = watch.open("experiments/folder?model=resnet18-imagenette")
    expect(page.locator(".finding")).to_contain_text("right")
    page.locator("#photos").set_input_files(tmp_path / "photos" / ".hidden")
    expect(page.get_by_role("alert")).to_contain_text("There are no files in it")
    page.route("**/api/v1/collections", lambda route: None, times=1)  # a server that does not answer yet
    page.locator("#photo-folder").set_input_files(tmp_path / "photos")
    expect(page.get_by_role("alert")).to_have_count(0)
    page.locator("#photo-folder").set_input_files(tmp_path / "photos")
    expect(page.locator(".finding")).to_contain_text("2 of 3 right")
    assert page.locator(".all-photos li").count() == 3
    expect(page.locator(".all-photos li", has_text="parachute").locator("svg")).to_have_class("wrong")
    page.get_by_label("Change", exact=True).select_option(label="Brightness")
    page.get_by_role("button", name="Measure").click()
    expect(page.locator(".lines .line")).to_have_count(2)
    assert "collection=" in page.url
    assert "sweep=brightness" in page.url
    page.get_by_label("Layer", exact=True).select_option(value="conv5_2.relu2")
    page.get_by_role("button", name="Rank the channels").click()
    expect(page.locator(".effects tbody tr")).to_have_count(3)
    page.locator(".effects td a").first.click()
    expect(page.locator("#main h2")).to_have_text("Switch off")
