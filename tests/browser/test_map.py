"""The network graph: selected, folded, coloured, searched, played as a forward pass, and saved."""

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path

import httpx
import onnx
import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Watch, new_context
from tests.conftest import serving
from tests.nets.models_folder import SQUASHED, place

RESNET = "resnet18-imagenette"
SVG = "{http://www.w3.org/2000/svg}"


LIGHT = Path(onnx.__file__).parent / "backend" / "test" / "data" / "light"
# The texts that are seen in the window, and the height of each in pixels of the screen.
LABELS = """() => [...document.querySelectorAll("#map-drawing text")]
  .filter((text) => text.textContent.trim() && text.checkVisibility())
  .map((text) => [text.textContent, parseFloat(getComputedStyle(text).fontSize) * text.getScreenCTM().a])"""


def cards(page: Page) -> list[str]:
    """What stands on the map, in its order."""
    found: list[str] = page.locator("#map .card").evaluate_all("cards => cards.map(card => card.dataset.item)")
    return found


@pytest.mark.parametrize("model", ["lenet5", "squeezenet1_1", RESNET, "googlenet"])
def test_every_layer_is_in_the_graph_with_its_shape(watch: Watch, model: str) -> None:
    page = watch.open(f"?model={model}&open=all&map=large")
    layers = httpx.get(f"{watch.address}/api/v1/models/{model}").json()["layers"]
    expect(page.locator("#map .card").first).to_be_visible()
    assert cards(page) == ["input", *(layer["id"] for layer in layers)]
    sizes = page.locator("#map .card .size").all_text_contents()
    assert sizes[1:] == ["×".join(map(str, layer["output_shape"])) for layer in layers]
    edges = page.locator("#map .edge").evaluate_all("edges => edges.map(edge => [edge.dataset.from, edge.dataset.to])")
    assert sorted(edges) == sorted([before, layer["id"]] for layer in layers for before in layer["inputs"])


def test_the_ribbon_and_the_graph_share_their_selection(watch: Watch, image: str) -> None:
    page = watch.open(f"?model={RESNET}&image={image}&open=all&map=large")
    page.locator("#map .card[data-item='conv2_1.add']").dispatch_event("click")
    expect(page.locator("#inspector h2")).to_have_text("conv2_1/add")
    assert "layer=conv2_1.add" in page.url
    expect(page.locator("#map .edge.near")).to_have_count(3)
    page.locator("#map-close").click()
    expect(page.locator("#ribbon [aria-current]")).to_have_attribute("data-layer", "conv2_1.add")
    page.locator("#ribbon [data-layer='conv5_2.relu2']").click()
    page.locator("#to-graph").click()
    marked = page.locator("#map .card[aria-current]")
    expect(marked).to_have_attribute("data-item", "conv5_2.relu2")
    expect(marked).to_be_in_viewport()
    expect(marked.locator("image").first).to_have_attribute("href", re.compile(r"conv5_2.relu2/channels/\d+\.png"))
    page.go_back()
    page.go_back()
    expect(page.locator("#ribbon [aria-current]")).to_have_attribute("data-layer", "conv2_1.add")


def test_blocks_fold_and_unfold_and_the_address_follows(watch: Watch) -> None:
    page = watch.open("?model=resnet152&map=large")
    assert len(cards(page)) < 80
    page.locator("#map .card[data-item='block 1'] .unfold").click()
    expect(page.locator("#map .frame")).to_have_count(1)
    assert "open=1" in page.url
    assert {"conv2_2.conv1", "block 2"} <= set(cards(page))
    page.reload()
    expect(page.locator("#map .frame")).to_have_count(1)
    page.locator("#map .fold").click()
    expect(page.locator("#map .frame")).to_have_count(0)
    assert "open=" not in page.url
    page.locator("#map-unfold").click()
    expect(page.locator("#map .card")).to_have_count(517)
    assert "open=all" in page.url


def test_keys_follow_the_edges_of_the_graph(watch: Watch, image: str) -> None:
    page = watch.open(f"?model=squeezenet1_1&image={image}&layer=fire2.squeeze1x1_relu&open=all&map=large")
    page.locator("#map .card[aria-current]").focus()
    for key, layer in (
        ("ArrowDown", "fire2.expand1x1"),
        ("l", "fire2.expand3x3"),
        ("j", "fire2.expand3x3_relu"),
        ("ArrowDown", "fire2.concat"),
        ("k", "fire2.expand1x1_relu"),
    ):
        page.keyboard.press(key)
        expect(page.locator("#map .card[aria-current]")).to_have_attribute("data-item", layer)
        expect(page.locator("#map .card:focus")).to_have_attribute("data-item", layer)
        expect(page.locator("#inspector h2")).to_have_text(layer.replace(".", "/"))
    page.keyboard.press("Space")
    expect(page.locator("#map .card:focus")).to_have_attribute("data-item", "block 0")
    label = page.locator("#map .card:focus title").text_content()
    assert label is not None
    assert label.startswith("fire2, block, folded; layers: 7, 128 × 56 × 56, 11.4\N{NO-BREAK SPACE}k parameters")


def test_the_search_dims_other_layers_and_moves_to_the_match(watch: Watch) -> None:
    page = watch.open("?model=squeezenet1_1&open=all&map=large")
    page.keyboard.press("/")
    page.keyboard.type("fire9 concat")
    expect(page.locator("#map .card:not(.missed)")).to_have_attribute("data-item", "fire9.concat")
    page.keyboard.press("Enter")
    expect(page.locator("#map .card[aria-current]")).to_have_attribute("data-item", "fire9.concat")


def test_measured_times_colour_the_graph_with_a_legend(watch: Watch) -> None:
    page = watch.open("?model=lenet5&map=large")
    page.locator("#map-by").select_option("time")
    expect(page.locator("#map-notes")).to_contain_text("Medians of")
    times = httpx.get(f"{watch.address}/api/v1/models/lenet5/time/layers").json()["layers"]
    longest = max(times, key=lambda layer: float(layer["time_ms"]))
    expect(page.locator("#map .card.step5").first).to_be_visible()
    assert longest["id"] in page.locator("#map .card.step5").evaluate_all(
        "cards => cards.map(card => card.dataset.item)"
    )
    expect(page.locator("#map .legend.steps span").last).to_contain_text(f"{1000 * longest['time_ms']:.3g}")
    assert "by=time" in page.url
    expect(page.locator("#map .legend.kinds")).to_be_hidden()


def test_measuring_can_be_stopped(watch: Watch) -> None:
    requests = watch.record_requests()
    page = watch.open("?model=lenet5&map=large")
    page.route("**/time/layers", lambda route: None)  # a server that never answers
    page.locator("#map-by").select_option("time")
    expect(page.locator("#map-notes")).to_contain_text("Measuring")
    page.keyboard.press("j")  # looking about does not disturb it
    expect(page.locator("#inspector h2")).to_have_text("conv_c1")
    assert len([url for url in requests if url.endswith("/time/layers")]) == 1
    page.locator("#map-stop").click()
    expect(page.locator("#map-stop")).to_be_hidden()
    expect(page.locator("#map-by")).to_have_value("kind")
    expect(page.locator("#map .legend.kinds")).to_be_visible()


def test_a_forward_pass_goes_layer_by_layer(watch: Watch, image: str) -> None:
    page = watch.open(f"?model=lenet5&image={image}&map=large")
    page.locator("#map-pace").fill("3")
    page.locator("#map-play").click()
    expect(page.locator("#map .card.done").nth(3)).to_be_visible()
    expect(page.locator("#map-readout")).to_contain_text("14 of 14: softmax")
    expect(page.locator("#inspector h2")).to_have_text("softmax")
    expect(page.locator("#map-play")).to_have_text("Play")
    page.locator("#map-back").click()
    expect(page.locator("#map-readout")).to_contain_text("13 of 14: output")
    expect(page.locator("#map .card.now")).to_have_attribute("data-item", "output")
    expect(page.locator("#map .card.done")).to_have_count(12)


def test_with_reduced_motion_a_forward_pass_has_steps_only(browser: Browser, server: str) -> None:
    with new_context(browser, reduced_motion="reduce") as context:
        page = context.new_page()
        page.goto(f"{server}/?model=lenet5&map=large")
        expect(page.locator("#map-step")).to_be_visible()
        expect(page.locator("#map-play")).to_be_hidden()


def test_the_graph_is_saved_as_a_complete_svg(watch: Watch, image: str, tmp_path: Path) -> None:
    page = watch.open(f"?model={RESNET}&image={image}&open=all&by=params&map=large")
    expect(page.locator("#map .card").first).to_be_visible()
    with page.expect_download() as download:
        page.locator("#map-save").click()
    path = tmp_path / "map.svg"
    download.value.save_as(path)
    root = ET.parse(path).getroot()  # noqa: S314 - our own
    names = {text.text for text in root.iter(f"{SVG}text")}
    assert {"conv1", "64×20×20", "softmax"} <= names
    assert {picture.get("href", "")[:22] for picture in root.iter(f"{SVG}image")} == {"data:image/png;base64,"}
    assert not [each for each in root.iter() if each.get("class") or each.get("onload")]
    assert "light-dark" not in path.read_text()
    with page.expect_download() as download:
        page.locator("#map-save-png").click()
    assert download.value.suggested_filename.endswith(".png")
    with Image.open(download.value.path()) as picture:
        assert picture.width == pytest.approx(2 * float(root.get("width", 0)), abs=1)
        assert len(picture.convert("RGB").getcolors(1 << 24) or ()) > 100


@pytest.fixture(scope="module")
def dense(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server whose one network is DenseNet-121, as the package of ONNX has it for tests."""
    models = tmp_path_factory.mktemp("models")
    labels = [f"class {number}" for number in range(1000)]
    model = onnx.load(LIGHT / "light_densenet121.onnx")
    place(models, "densenet121", model, labels, width=224, height=224, resize=SQUASHED)
    with serving(tmp_path_factory.mktemp("data"), models) as address:
        yield address


@pytest.mark.parametrize("model", ["googlenet", "resnet152", "densenet121"])
def test_no_label_of_the_graph_is_too_small_to_read(watch: Watch, request: pytest.FixtureRequest, model: str) -> None:
    if model == "densenet121":
        watch.address = request.getfixturevalue("dense")
    page = watch.open(f"?model={model}&map=large&open=all")
    expect(page.locator("#map .card").first).to_be_visible()
    for zoom in ("start", "map-whole", "map-in"):
        if zoom != "start":
            page.locator(f"#{zoom}").click()
            page.wait_for_timeout(200)  # blocks fold when the zoom has come to rest
        labels = page.evaluate(LABELS)
        assert len(labels) > 10, zoom
        assert min(size for _, size in labels) >= 11, zoom


def test_wheel_and_drag_move_the_graph_without_redrawing_it(watch: Watch) -> None:
    page = watch.open("?model=resnet152&map=large&open=all")
    expect(page.locator("#map .card").first).to_be_visible()
    page.evaluate("window.card = document.querySelector('#map .card')")
    box = page.locator("#map-drawing").bounding_box()
    assert box is not None
    before = page.locator("#map-camera").get_attribute("transform")
    page.mouse.move(box["x"] + 200, box["y"] + 200)
    page.mouse.wheel(0, 400)
    page.wait_for_function(
        "before => document.querySelector('#map-camera').getAttribute('transform') !== before", arg=before
    )
    wheeled = page.locator("#map-camera").get_attribute("transform")
    page.mouse.down()
    page.mouse.move(box["x"] + 200, box["y"] + 100, steps=4)
    page.mouse.up()
    assert page.locator("#map-camera").get_attribute("transform") != wheeled
    assert "layer=" not in page.url
    assert page.evaluate("window.card === document.querySelector('#map .card')")


def test_the_graph_opens_and_closes(watch: Watch) -> None:
    page = watch.open("?model=lenet5")
    expect(page.locator("#map")).to_be_hidden()
    page.get_by_role("link", name="Whole graph").click()
    expect(page.locator("#map .card").first).to_be_visible()
    assert "map=large" in page.url
    page.locator("#map-close").click()
    expect(page.locator("#map")).to_be_hidden()
    assert "map=" not in page.url


def test_keys_move_through_the_layers_of_the_open_graph(watch: Watch) -> None:
    page = watch.open("?model=lenet5&map=large")
    for layer in ("conv_c1", "tanh_c1"):
        page.keyboard.press("j")
        expect(page.locator("#inspector h2")).to_have_text(layer)
    expect(page.locator("#map .card[aria-current]")).to_have_attribute("data-item", "tanh_c1")


def test_a_graph_is_not_saved_without_a_map_that_the_server_refuses(watch: Watch, image: str) -> None:
    page = watch.open(f"?model=lenet5&image={image}&map=large")
    expect(page.locator("#map .card image[href]").first).to_be_attached()
    error = {"code": "overloaded", "message": "The server is busy.", "details": {}}
    page.route("**/channels/*.png*", lambda route: route.fulfill(status=503, json={"error": error}), times=1)
    page.locator("#map-save").click()
    expect(page.locator("#map-notes")).to_have_text("The server is busy.")
    watch.expect_refusal(503)


def test_in_a_narrower_window_the_selected_layer_stays_in_view(watch: Watch) -> None:
    page = watch.open("?model=squeezenet1_1&layer=fire5.concat&map=large")
    card = page.locator("#map .card[aria-current=true]")
    expect(card).to_be_in_viewport(ratio=1)
    page.set_viewport_size({"width": 390, "height": 900})
    page.wait_for_timeout(100)
    expect(card).to_be_in_viewport(ratio=1)


def test_a_button_that_is_released_beside_the_graph_drags_it_no_further(watch: Watch) -> None:
    page = watch.open("?model=googlenet&open=all&map=large")
    box = page.locator("#map-drawing").bounding_box()
    assert box is not None
    camera = page.locator("#map-camera")
    expect(camera).to_have_attribute("transform", re.compile("scale"))
    page.mouse.move(box["x"] + 1, box["y"] + 200)
    page.mouse.down()
    page.mouse.move(box["x"] - 1, box["y"] + 200)
    page.mouse.up()
    before = camera.get_attribute("transform")
    page.mouse.move(box["x"] + 100, box["y"] + 20, steps=3)
    assert camera.get_attribute("transform") == before
