"""Explanations of a real photo: the figures are the API's, slow ones can be stopped, the address holds the state."""

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from playwright.sync_api import expect

from app.attribution.registry import METHODS
from tests.browser.conftest import Watch

RESNET, GOOGLENET = "resnet18-imagenette", "googlenet-imagenette"


def api(watch: Watch, model: str, image: str, what: str, **query: str | int) -> Any:
    place = f"{watch.address}/api/v1/models/{model}/images/{image}/explanations"
    return httpx.get(f"{place}/{what}", params=query, timeout=60).raise_for_status().json()


@pytest.mark.parametrize("model", ["lenet5", GOOGLENET, RESNET])
def test_a_click_on_a_class_shows_its_explanation_and_faithfulness(watch: Watch, image: str, model: str) -> None:
    page = watch.open(f"?model={model}&image={image}")
    page.locator("#picture .guesses a.name").first.click()
    expect(page.locator("#inspector h2")).to_contain_text("Why")
    expect(page.locator("#picture .guesses li").first).to_have_attribute("aria-current", "true")
    expect(page.locator("#deletion")).to_be_visible()
    target = parse_qs(urlsplit(page.url).query)["why"][0]
    info = api(watch, model, image, "gradcam.json", target=target)
    measured = info["faithfulness"]
    assert page.locator("#inspector h2").inner_text() == f'Why "{info["target_label"]}"?'
    for kind in ("deletion", "insertion"):
        assert float(page.locator(f"#{kind}").get_attribute("value") or 0) == measured[kind]
    beaten = round(measured["better_than"] * len(measured["random"]))
    verdict = "all" if beaten == len(measured["random"]) else "most" if 2 * beaten > len(measured["random"]) else "few"
    expect(page.locator("#faithfulness .verdict")).to_have_attribute("data-verdict", verdict)
    source = page.locator("#over").get_attribute("href") or ""
    assert float(httpx.get(f"{watch.address}/{source}").headers["x-scale-max"]) == pytest.approx(
        float(page.locator("#explanation-map .legend data").last.get_attribute("value") or 0)
    )
    again = page.context.new_page()
    again.goto(page.url)
    expect(again.locator("#inspector h2")).to_have_text(f'Why "{info["target_label"]}"?')
    expect(again.locator("#deletion")).to_have_attribute("value", str(measured["deletion"]))


def test_the_form_changes_the_question_and_shows_what_is_wrong_with_it(watch: Watch, image: str) -> None:
    page = watch.open(f"?model={RESNET}&image={image}&why=church")
    page.locator("#method").select_option("layercam")
    expect(page.locator(".idea")).to_contain_text("LayerCAM")
    page.locator("#at").select_option("conv4_2.add")
    expect(page).to_have_url(re.compile("at=conv4_2.add"))
    expect(page.locator("#against-2")).to_have_attribute("href", re.compile("at=conv4_2.add"))
    page.locator("#against-2").click()
    expect(page.locator("#inspector h2")).to_contain_text("church compared with")
    against = page.locator("#against").input_value()
    info = api(watch, RESNET, image, "layercam.json", target="church", against=against, layer="conv4_2.add")
    expect(page.locator("#deletion")).to_have_attribute("value", str(info["faithfulness"]["deletion"]))
    page.locator("#why").fill("unicorn")
    page.keyboard.press("Enter")
    expect(page.locator("#inspector .notice")).to_contain_text("no class unicorn")
    watch.expect_refusal(400)
    page.locator("#why").fill("chain")
    page.keyboard.press("Enter")
    expect(page.locator("#inspector h2")).to_contain_text("chain saw")
    drawn = httpx.get(f"{watch.address}/{page.locator('#over').get_attribute('href')}")
    assert drawn.headers["content-type"] == "image/png"


def test_all_methods_are_side_by_side_and_slow_ones_start_at_a_click(watch: Watch, image: str) -> None:
    predictions = httpx.get(f"{watch.address}/api/v1/models/lenet5/images/{image}/predictions").json()["predictions"]
    best = predictions[0]["index"]
    page = watch.open(f"?model=lenet5&image={image}&why={best}&steps=8")
    page.locator("#beside-methods").click()
    expect(page.locator(".small-map")).to_have_count(len(METHODS))
    expect(page.locator("#side-saliency img")).to_be_visible()
    expect(page.locator("#side-cam")).to_contain_text("Grad-CAM")
    expect(page.locator("#side-integrated_gradients img")).to_have_count(0)
    page.locator("#side-integrated_gradients .start").click()
    expect(page.locator("#side-integrated_gradients img")).to_be_visible()
    assert "steps=8" in (page.locator("#side-integrated_gradients img").get_attribute("src") or "")
    page.locator("#side-saliency .start").click()
    measured = api(watch, "lenet5", image, "saliency.json", target=best)["faithfulness"]
    beaten = round(measured["better_than"] * len(measured["random"]))
    expect(page.locator("#side-saliency .beats")).to_have_text(
        f"better than {beaten} of {len(measured['random'])} random maps"
    )
    page.locator("#side-integrated_gradients .name a").click()
    figures = api(watch, "lenet5", image, "integrated_gradients.json", target=best, steps=8)["figures"]
    assert figures["gap"] == pytest.approx(figures["sum"] - figures["score_change"])
    expect(page.locator("#gap")).to_contain_text("of the change")


def test_all_layers_are_side_by_side_and_each_can_be_chosen(watch: Watch, image: str) -> None:
    page = watch.open(f"?model={GOOGLENET}&image={image}&why=church&method=layercam")
    page.locator("#beside-layers").click()
    layers = api(watch, GOOGLENET, image, "layercam/layers", target="church")["layers"]
    expect(page.locator(".small-map")).to_have_count(len(layers))
    expect(page.locator(".small-map img")).to_have_count(len(layers))
    page.get_by_role("link", name="inception_4a/concat", exact=True).first.click()
    expect(page).to_have_url(re.compile("at=inception_4a.concat"))
    expect(page.locator(".small-map[aria-current] .name")).to_contain_text("inception_4a/concat")


def test_random_weights_show_whether_the_map_depends_on_training(watch: Watch, image: str) -> None:
    page = watch.open(f"?model={RESNET}&image={image}&why=church&method=guided_backprop")
    page.locator("#beside-random").click()
    expect(page.locator("#sanity")).to_be_visible()
    stages = api(watch, RESNET, image, "guided_backprop/randomised", target="church")["stages"]
    expect(page.locator(".small-map img")).to_have_count(1 + len(stages))
    last = stages[-1]["magnitude_correlation"]
    word = "much like" if abs(last) >= 0.5 else "somewhat like" if abs(last) >= 0.2 else "nothing like"
    expect(page.locator("#sanity")).to_contain_text(word)
    sources = page.locator(".small-map img").evaluate_all("images => images.map((image) => image.getAttribute('src'))")
    assert [re.findall(r"randomised=(\d+)", each) for each in sources[1:]] == [[str(s["randomised"])] for s in stages]


def test_a_slow_method_shows_its_progress_and_can_be_stopped(watch: Watch, image: str) -> None:
    page = watch.open(f"?model={GOOGLENET}&image={image}&why=church&method=rise&masks=8000")
    expect(page.locator("#explanation-map .status")).to_have_text(re.compile(r"run \d+ of 8"))
    page.locator("#explanation-map .stop").click()
    expect(page.locator("#explanation-map .status")).to_have_text("Stopped.")
    expect(page.locator("#explanation-map .start")).to_be_visible()
    page.locator("#option-masks").fill("10")
    page.keyboard.press("Enter")
    expect(page.locator("#over")).to_have_count(1)  # it has the queue for itself


def test_keys_change_the_opacity_and_show_the_map_alone(watch: Watch, image: str) -> None:
    page = watch.open(f"?model=lenet5&image={image}&layer=conv_c3&channel=2")
    page.keyboard.press("e")
    expect(page.locator("#deletion")).to_be_visible()
    page.keyboard.press("o")
    expect(page.locator("#over")).to_have_attribute("opacity", "1")
    assert "overlay=1" in page.url
    page.locator("#opacity").fill("0.5")
    expect(page.locator("#over")).to_have_attribute("opacity", "0.5")
    expect(page.locator("#downloads a").first).to_have_attribute("href", re.compile("overlay=0.5"))
    page.keyboard.press("Escape")
    expect(page.locator("#inspector h2")).to_contain_text("conv_c3")
    page.get_by_role("link", name="Explain this channel").click()
    expect(page.locator("#inspector h2")).to_contain_text("channel 2")
    info = api(watch, "lenet5", image, "gradcam.json", target="conv_c3:2")
    expect(page.locator("#deletion")).to_have_attribute("value", str(info["faithfulness"]["deletion"]))


def test_without_scripts_an_explanation_is_plain_html(watch_without_scripts: Watch, image: str) -> None:
    page = watch_without_scripts.open(f"?model=lenet5&image={image}")
    page.locator("#picture .guesses a.name").first.click()
    expect(page.locator("#over")).to_have_count(1)
    page.locator("#method").select_option("occlusion")
    page.get_by_role("button", name="Show", exact=True).last.click()
    page.locator("#explanation-map .start").click()
    expect(page.locator("#over")).to_have_count(1)
    expect(page.locator("#deletion")).to_be_visible()
    page.locator("#beside-random").click()
    page.locator("#comparison .start").click()
    expect(page.locator("#sanity")).to_be_visible()


def test_the_layer_whose_maps_explain_is_marked_on_the_ribbon_and_on_the_graph(watch: Watch, image: str) -> None:
    page = watch.open(f"?model=lenet5&image={image}&why=2&map=large")
    default = page.locator("#made-at").inner_text()
    marked = page.locator("#ribbon .node.explains")
    expect(marked).to_have_attribute("data-layer", default)
    expect(marked).to_have_attribute("aria-description", "Used for this explanation")
    expect(page.locator("#map .card.explains")).to_have_attribute("data-item", default)
    page.locator("#at").select_option("conv_c1")
    expect(marked).to_have_attribute("data-layer", "conv_c1")
    expect(page.locator("#map .card.explains")).to_have_attribute("data-item", "conv_c1")
    page.locator("#method").select_option("saliency")  # of the picture, not of a layer's maps
    expect(marked).to_have_count(0)
    expect(page.locator("#map .card.explains")).to_have_count(0)
    page.go_back()
    page.locator("#made-at").click()
    expect(page.locator("#inspector h2")).to_have_text("conv_c1")
    expect(marked).to_have_count(0)
