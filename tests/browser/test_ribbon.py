"""The ribbon: each network in one row, the current place open and in sight; nothing else moves by it."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Watch

PLACES = {
    "lenet5": ["conv_c3", "softmax"],
    "googlenet-imagenette": ["inception_4e.3x3", "softmax"],
    "resnet152": ["conv4_20.conv2", "conv5_3.relu3"],
    "inception_v3": ["mixed_7b.concat", "fc"],
}
TRACK = "document.querySelector('#ribbon-track')"
OVERLAPS = """() => {
  const texts = [...document.querySelectorAll("#ribbon svg text")].map((text) => text.getBoundingClientRect());
  const across = (one, other) => one.left < other.right - 1 && other.left < one.right - 1;
  const down = (one, other) => one.top < other.bottom - 4 && other.top < one.bottom - 4;
  return texts.filter((one, i) => texts.slice(i + 1).some((other) => across(one, other) && down(one, other))).length;
}"""


@pytest.mark.parametrize(("model", "layer"), [(model, layer) for model, layers in PLACES.items() for layer in layers])
def test_the_current_place_is_in_sight_and_no_two_words_overlap(watch: Watch, model: str, layer: str) -> None:
    width = 390 if layer == PLACES[model][1] else 1440
    watch.page.set_viewport_size({"width": width, "height": 900})
    page = watch.open(f"?model={model}&layer={layer}")
    node = page.locator("#ribbon [aria-current]")
    expect(node).to_have_attribute("data-layer", layer)
    box = node.locator(".ground").bounding_box()
    assert box is not None
    assert 0 <= box["x"] <= width - box["width"]
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate(OVERLAPS) == 0


def test_its_height_is_that_of_the_network(watch: Watch) -> None:
    page = watch.open("?model=googlenet-imagenette")
    before = page.locator("#ribbon-track").bounding_box()
    page.locator("#ribbon [data-layer='inception_3a.concat']").click()
    expect(page.locator("#ribbon .frame text")).to_contain_text("inception_3a")
    assert page.locator("#ribbon-track").bounding_box() == before


def test_it_stays_where_it_was_scrolled_to(watch: Watch) -> None:
    page = watch.open("?model=googlenet-imagenette&layer=inception_4e.3x3")
    page.wait_for_function(f"() => {TRACK}.scrollLeft > 0")
    page.evaluate(f"{TRACK}.scrollLeft += 60")
    position = page.evaluate(f"{TRACK}.scrollLeft")
    page.locator("#ribbon [data-layer='inception_4e.3x3_relu']").click()
    expect(page.locator("#inspector h2")).to_have_text("inception_4e/3x3_relu")
    assert page.evaluate(f"{TRACK}.scrollLeft") == position


def test_the_forward_pass_takes_the_inspector_along_and_says_what_each_layer_does(watch: Watch, image: str) -> None:
    page = watch.open(f"?model=lenet5&image={image}")
    before = page.locator("#ribbon-track").bounding_box()
    page.locator("#play").click()  # a layer each second
    expect(page.locator("#inspector h2")).to_have_text("tanh_c1")
    page.locator("#play").click()
    paused = page.locator("#inspector h2").inner_text()
    page.wait_for_timeout(1500)
    expect(page.locator("#inspector h2")).to_have_text(paused)
    page.locator("#play-speed").fill("3")
    page.locator("#play").click()
    expect(page.locator("#play-line")).to_contain_text("13 of 13: softmax, Softmax. Turns logits into probabilities")
    expect(page.locator("#inspector h2")).to_have_text("softmax")
    expect(page.locator("#play")).to_have_attribute("aria-label", "Play the forward pass")
    page.locator("#play-back").click()
    expect(page.locator("#play-line")).to_contain_text("12 of 13: output, Fully connected (Gemm). Each value is")
    assert page.locator("#ribbon-track").bounding_box() == before
    page.locator("#ribbon [data-layer='conv_c1']").click()
    expect(page.locator("#play-line")).to_be_hidden()
    page.emulate_media(reduced_motion="reduce")
    expect(page.locator("#play")).to_be_hidden()
    page.locator("#play-next").click()
    expect(page.locator("#play-line")).to_contain_text("2 of 13: tanh_c1")


@pytest.mark.parametrize("width", [1024, 390])
def test_nothing_moves_by_what_the_forward_pass_says(watch: Watch, width: int) -> None:
    watch.page.set_viewport_size({"width": width, "height": 844})
    page = watch.open("?model=googlenet-imagenette")
    heights = (
        "[...document.querySelectorAll('.ribbon-bar, #ribbon')].map((each) => each.getBoundingClientRect().height)"
    )
    before = page.evaluate(heights)
    page.locator("#play-next").click()
    expect(page.locator("#play-line")).to_contain_text("1 of 143: conv1, Convolution (Conv). Slides filters")
    assert page.evaluate(heights) == before
    assert page.evaluate("document.documentElement.scrollWidth") <= width
