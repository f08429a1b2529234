"""The prediction and the preprocessing of a real photo, and the download of both."""

import json
import re
import subprocess
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Watch


def test_the_temperature_gives_the_server_s_scores(watch: Watch, image: str) -> None:
    page = watch.open(f"?model=efficientnet_lite0&image={image}&layer=stem.conv")
    page.locator("#prediction-details summary").click()
    before = page.locator("#entropy").inner_text()
    page.locator("#temperature").evaluate(
        "slider => { slider.value = 2.5; slider.dispatchEvent(new Event('input', { bubbles: true })); }"
    )
    expect(page.locator("#entropy")).not_to_have_text(before)
    live = page.locator("#picture .guesses").first.inner_text(), page.locator("#entropy-share").inner_text()
    page.locator("#temperature").evaluate("slider => slider.dispatchEvent(new Event('change', { bubbles: true }))")
    expect(page).to_have_url(re.compile("temperature=2.5"))
    expect(page.locator("#back-to-one")).to_be_visible()
    assert (page.locator("#picture .guesses").first.inner_text(), page.locator("#entropy-share").inner_text()) == live
    path = f"/api/v1/models/efficientnet_lite0/images/{image}/predictions?temperature=2.5"
    best = httpx.get(f"{watch.address}{path}").json()["predictions"][0]
    shown = float(page.locator("#picture .guesses data").first.get_attribute("value") or 0)
    assert shown == pytest.approx(best["score"], rel=1e-5)
    expect(page.locator("#inspector h2")).to_have_text("stem/conv")
    page.locator("#back-to-one").click()
    expect(page.locator("#entropy")).to_have_text(before)


def test_more_classes_and_any_class_by_name(watch: Watch, image: str) -> None:
    page = watch.open(f"?model=squeezenet1_1&image={image}")
    page.locator("#ribbon [data-layer='pool1']").click()
    expect(page.locator("#inspector h2")).to_have_text("pool1")
    page.get_by_role("link", name="20", exact=True).click()
    expect(page.locator("#picture > .guesses li")).to_have_count(20)
    page.locator("#prediction-details summary").click()
    page.locator("#target").focus()
    expect(page.locator("#classes option")).to_have_count(1000)
    page.locator("#target").fill("goldfish")
    page.keyboard.press("Enter")
    found = httpx.get(
        f"{watch.address}/api/v1/models/squeezenet1_1/images/{image}/predictions", params={"target": "goldfish"}
    ).json()["targets"]
    expect(page.locator(".picked li")).to_have_count(1)
    expect(page.locator(".picked li .rank")).to_contain_text(str(found[0]["rank"]))
    assert page.locator(".picked data").get_attribute("value") == str(found[0]["score"])
    page.locator("#target").fill("unicorn")
    page.keyboard.press("Enter")
    expect(page.locator(".picked")).to_contain_text("no class with")
    expect(page.locator("#inspector h2")).to_have_text("pool1")
    assert "top_k=20" in page.url


@pytest.mark.parametrize("size", [(1440, 900), (1024, 640), (390, 844)])
def test_a_class_is_found_beside_its_field_and_the_details_stay_unfolded(
    watch: Watch, image: str, size: tuple[int, int]
) -> None:
    watch.page.set_viewport_size({"width": size[0], "height": size[1]})
    page = watch.open(f"?model=squeezenet1_1&image={image}&layer=pool1")
    details = page.locator("#prediction-details")
    expect(details.locator(".logit, #entropy, #target").first).to_be_hidden()
    details.locator("summary").click()
    page.locator("#target").evaluate("field => field.scrollIntoView({ block: 'end' })")  # no room is left below it
    page.locator("#target").fill("hen")
    page.locator("#find-class").click()
    expect(page.locator(".picked")).to_be_in_viewport()
    expect(page.locator("#find-class")).to_be_focused()
    page.wait_for_timeout(100)
    field, answer = page.locator("#target").bounding_box(), page.locator(".picked li").first.bounding_box()
    assert field is not None
    assert answer is not None
    assert 0 <= answer["y"] - field["y"] - field["height"] < 200
    assert field["y"] >= 0
    assert answer["y"] + answer["height"] <= size[1]
    page.locator("#clear-pick").click()
    expect(page.locator(".picked")).to_have_count(0)
    page.reload()
    expect(page.locator("#entropy")).to_be_visible()


def test_a_network_of_ten_classes_names_its_limit(watch: Watch, image: str) -> None:
    page = watch.open(f"?model=resnet18-imagenette&image={image}&target=tabby")
    expect(page.locator(".taught")).to_contain_text("golf ball")
    expect(page.locator(".picked")).to_contain_text("no class with")


@pytest.mark.parametrize("model", ["lenet5", "squeezenet1_1", "resnet18-imagenette"])
def test_the_preprocessing_and_the_prediction_of_another_crop(watch: Watch, image: str, model: str) -> None:
    page = watch.open(f"?model={model}&image={image}")
    page.locator("#to-input").click()
    expect(page.locator("#inspector h2")).to_have_text("Preprocessing")
    expect(page.locator(".planes img")).to_have_count(1 if model == "lenet5" else 3)
    colours = {"lenet5": "brightness", "squeezenet1_1": "blue", "resnet18-imagenette": "red"}
    expect(page.locator(".planes strong").first).to_have_text(f"Plane 1: {colours[model]}")
    for figure in page.locator(".variants figure").all():
        fit = figure.get_attribute("data-fit")
        query = "" if fit == "own" else f"?fit={fit}"
        answer = httpx.get(f"{watch.address}/api/v1/models/{model}/images/{image}/predictions{query}").json()
        expect(figure.locator("data").first).to_have_attribute("value", str(answer["predictions"][0]["score"]))
    page.wait_for_load_state("networkidle")
    for picture in page.locator("#inspector img").all():
        assert picture.evaluate("image => image.complete && image.naturalWidth > 0")
    page.go_back()
    expect(page.locator(".planes")).to_have_count(0)


def test_below_a_path_of_a_proxy_the_python_code_names_the_path(
    below: str, watch: Watch, image: str, tmp_path: Path
) -> None:
    watch.address = below
    page = watch.open(f"?model=squeezenet1_1&image={image}")
    page.locator("#to-input").click()
    expect(page.locator(".planes img")).to_have_count(3)
    page.locator("#prediction-details summary").click()
    page.locator("#target").fill("tabby")
    page.keyboard.press("Enter")
    expect(page.locator(".picked li")).to_have_count(1)
    page.get_by_role("link", name="SqueezeNet 1.1", exact=True).click()
    expect(page.locator(".planes")).to_have_count(0)
    page.locator("#downloads summary").first.click()
    expect(page.locator("#as-curl")).to_contain_text(f"{below}/api/")
    subprocess.run(["sh", "-e"], input=page.locator("#as-curl").inner_text().encode(), cwd=tmp_path, check=True)
    (tabby,) = json.loads((tmp_path / "predictions.json").read_text())["targets"]
    assert tabby["label"] == "tabby"
    for address in ("compare", "docs", f"compare?image={image}"):
        page = watch.open(address)
        expect(page.locator("h1")).to_be_visible()


@pytest.mark.parametrize("model", ["alexnet-imagenette", "squeezenet1_1"])
def test_the_sentence_about_the_prediction_follows_the_temperature(watch: Watch, image: str, model: str) -> None:
    page = watch.open(f"?model={model}&image={image}")
    page.locator("#prediction-details summary").click()
    sentences = set()
    for temperature in ("0.3", "2", "5"):
        page.locator("#temperature").fill(temperature)
        expect(page.locator("#at-temperature")).to_contain_text(temperature)
        served = httpx.get(f"{watch.address}/?model={model}&image={image}&temperature={temperature}").text
        said = re.search(r'class="verdict" data-verdict="(\w+)"', served)
        assert said is not None
        expect(page.locator("#picture .verdict span:visible")).to_have_attribute("data-is", said[1])
        sentences.add(said[1])
    assert len(sentences) > 1


def test_the_temperature_is_shown_again_after_the_server_could_not_say_the_classes(watch: Watch, image: str) -> None:
    page = watch.open(f"?model=squeezenet1_1&image={image}")
    page.locator("#prediction-details summary").click()
    scores = page.locator("#picture .guesses").first
    before = scores.inner_text()
    error = {"code": "overloaded", "message": "The server is busy.", "details": {}}
    page.route("**/predictions?*", lambda route: route.fulfill(status=503, json={"error": error}), times=1)
    move = "(slider, value) => { slider.value = value; slider.dispatchEvent(new Event('input', { bubbles: true })); }"
    with page.expect_event("requestfinished"):
        page.locator("#temperature").evaluate(move, "2")
    page.evaluate("() => new Promise((resolve) => setTimeout(resolve))")
    assert scores.inner_text() == before
    page.locator("#temperature").evaluate(move, "3")
    expect(page.locator("#at-temperature")).to_have_text("3")
    assert scores.inner_text() != before
    watch.expect_refusal(503)
