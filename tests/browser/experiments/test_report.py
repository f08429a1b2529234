"""A report in a browser: views are added while exploring, put in order, and taken along as a file."""

from pathlib import Path

from playwright.sync_api import Browser, expect

from tests.browser.conftest import Watch


def test_views_are_collected_and_taken_along_as_one_file(
    watch: Watch, browser: Browser, image: str, tmp_path: Path
) -> None:
    page = watch.open(f"?model=lenet5&image={image}&layer=conv_c1")
    page.get_by_role("button", name="Add to the report").click()
    expect(page.get_by_role("button", name="In the report: 1 of 20")).to_be_visible()
    watch.open(f"experiments/fool?image={image}&model=lenet5&method=fgsm")
    page.get_by_role("button", name="Add to the report").click()
    watch.open("experiments/report")
    items = page.locator("#views li")
    expect(items).to_have_count(2)
    items.nth(1).get_by_role("button", name="Move up").click()
    expect(items.first.get_by_role("link")).to_contain_text("Fool it")
    items.first.get_by_role("textbox", name="Note").fill("A note <of mine>")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download the report").click()
    file = tmp_path / "report.html"
    download.value.save_as(file)
    reader = browser.new_page()
    wrong: list[str] = []
    reader.on("console", lambda message: wrong.append(message.text))
    reader.goto(file.as_uri())
    expect(reader.locator("section")).to_have_count(2)
    expect(reader.locator("section .note")).to_have_text(["A note <of mine>"])
    widths = reader.evaluate("[...document.images].map((image) => image.naturalWidth)")
    assert len(widths) > 4
    assert min(widths) > 0
    assert reader.evaluate("getComputedStyle(document.body).maxWidth") == "960px"
    assert wrong == []
    reader.close()


def test_the_list_has_what_another_page_adds_meanwhile(watch: Watch, image: str) -> None:
    page = watch.open("experiments/report")
    expect(page.locator("#none")).to_be_visible()
    other = page.context.new_page()
    other.goto(f"{watch.address}/?model=lenet5&image={image}")
    other.get_by_role("button", name="Add to the report").click()
    expect(page.locator("#views li")).to_have_count(1)
