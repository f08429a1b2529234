"""The warning that an input is unlike the images that a network was trained on."""

import httpx
from playwright.sync_api import expect

from tests.browser.conftest import SAMPLES, Watch
from tests.browser.views import WIDTHS

CERTAIN = "One class leads clearly"


def upload(server: str, sample: str) -> str:
    files = {"file": (SAMPLES / sample).read_bytes()}
    return str(httpx.post(f"{server}/api/v1/images", files=files).json()["id"])


def test_a_photo_shown_to_the_network_of_digits_gets_the_warning_instead_of_a_verdict(watch: Watch) -> None:
    page = watch.open(f"?model=lenet5&image={upload(watch.address, 'coffee.jpg')}")
    warning = page.locator("#picture .unfamiliar")
    expect(warning).to_contain_text("Unlike nearly all images this network was trained on")
    expect(warning).to_contain_text("handwritten digits")
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        above, classes = warning.bounding_box(), page.locator("#picture .guesses").first.bounding_box()
        assert above
        assert classes
        assert above["y"] + above["height"] <= classes["y"], width
    expect(page.locator("#picture .verdict")).to_have_count(0)
    page.locator("#prediction-details summary").click()
    page.locator("#temperature").fill("0.1")
    expect(page.locator("#at-temperature")).to_contain_text("0.1")
    expect(page.locator("#picture")).not_to_contain_text(CERTAIN)


def test_the_figures_of_the_warning_are_one_click_away(watch: Watch) -> None:
    image = upload(watch.address, "coffee.jpg")
    answer = httpx.get(f"{watch.address}/api/v1/models/lenet5/images/{image}/predictions").json()
    page = watch.open(f"?model=lenet5&image={image}")
    figures = page.locator(".unfamiliar details p")
    expect(figures).to_be_hidden()
    page.locator(".unfamiliar summary").click()
    expect(figures).to_contain_text(f"{answer['energy']:.3g}".replace("-", "−"))
    expect(figures).to_contain_text(f"{answer['energy_limit']:.3g}".replace("-", "−"))


def test_a_written_digit_gets_a_verdict_and_no_warning(watch: Watch) -> None:
    page = watch.open(f"?model=lenet5&image={upload(watch.address, 'digits/7.jpg')}")
    expect(page.locator("#picture .verdict")).to_contain_text(CERTAIN)
    expect(page.locator(".unfamiliar")).to_have_count(0)


def test_in_the_comparison_the_classes_stay_beside_the_input(watch: Watch) -> None:
    page = watch.open(f"compare?models=lenet5&models=resnet18-imagenette&image={upload(watch.address, 'coffee.jpg')}")
    side = page.locator(".side").filter(has=page.locator(".unfamiliar"))
    warning, picture, classes = (
        side.locator(each).first.bounding_box() for each in (".unfamiliar", "figure", ".guesses")
    )
    assert warning
    assert picture
    assert classes
    assert warning["y"] + warning["height"] <= min(picture["y"], classes["y"])
    assert classes["x"] >= picture["x"] + picture["width"]
