"""What the page says of networks that are no classifiers, rendered by a real server."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from app.rendering.palette import hex_colour
from app.web.pages.wording import format_number
from tests.conftest import serving
from tests.nets.graph_outputs.networks import columns, place_detector, place_network
from tests.nets.models_folder import place
from tests.nets.onnx_text import parse_network
from tests.web.responses import Reader, check_links, check_sound

CHANNELS = {"mask": 5, "image": 3, "features": 6, "embedding": 7, "several": 1}
NAN = "g = GlobalAveragePool(x)  f = Flatten(g)  z = Sub(f, f)  d = Div(z, z)  y = Softmax(d)"
BOXES = columns((10, 12, 8, 6, 0.1, 0.9), (24, 20, 10, 12, 0.7, 0.1), classes=2)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    models: Path = tmp_path_factory.mktemp("models")
    for name, channels in CHANNELS.items():
        place_network(models, name, ["sky", "sea", "sand", "tree", "<b>road"] if name == "mask" else [], channels)
    place_detector(models, "detector", BOXES, ["cat", "<i>dog"])
    place_detector(models, "unnamed", BOXES)
    place(models, "nan", parse_network(NAN), ["a", "b", "c"])
    with (
        serving(tmp_path_factory.mktemp("data"), models) as address,
        httpx.Client(base_url=address, headers={"Accept": "text/html"}, timeout=60) as client,
    ):
        yield client


@pytest.fixture(scope="module")
def image(site: httpx.Client, cat: bytes) -> str:
    return str(site.post("/api/v1/images", files={"file": cat}).json()["id"])


def read(site: httpx.Client, image: str, name: str, more: str = "") -> Reader:
    answer = site.get(f"/?model={name}&image={image}{more}")
    assert answer.status_code == 200, answer.text
    return Reader(answer.text)


@pytest.mark.parametrize("name", [*CHANNELS, "detector", "unnamed"])
def test_the_page_is_sound_and_every_link_leads_somewhere(site: httpx.Client, image: str, name: str) -> None:
    page = read(site, image, name)
    check_sound(page)
    if name in CHANNELS:  # the boxes of the others are the same for every photo: there is nothing to explain
        check_links(site, f"?model={name}&image={image}", page, 200, {})


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("mask", "Mask y 5 × 32 × 32 Certain: a softmax gives"),
        ("image", "Image y 3 × 32 × 32 Likely: its numbers are limited"),
        ("features", "Feature maps y 6 × 32 × 32 Certain"),
        ("embedding", "Vector y 7 Certain"),
        ("detector", "Boxes y 1 × 6 × 21 Likely: it has a row for each cell"),
    ],
)
def test_an_output_is_named_with_how_sure_that_is(site: httpx.Client, image: str, name: str, words: str) -> None:
    text = read(site, image, name).text.replace("\xa0", " ")
    assert words in text[text.index("Outputs") :]


def test_boxes_are_drawn_at_their_places_with_labels_that_are_no_html(site: httpx.Client, image: str) -> None:
    page = read(site, image, "detector")
    assert [(has["x"], has["y"], has["width"], has["height"]) for has in page.all("rect", **{"class": "box"})] == [
        ("19.0", "14.0", "10.0", "12.0"),
        ("6.0", "9.0", "8.0", "6.0"),
    ]
    assert "Boxes: 21, 2 of them with enough score, 2 without overlaps." in page.text
    assert "<i>dog 90.0" in page.text
    assert not page.all("i")


def test_the_score_of_a_box_can_be_explained(site: httpx.Client, image: str) -> None:
    page = read(site, image, "detector")
    flattened = BOXES.reshape(-1)
    links = [
        httpx.URL(has["href"]).params["why"]
        for has in page.all("a")
        if "data-why" not in has and "why=" in has.get("href", "")
    ]
    assert [flattened[int(why)] for why in links] == pytest.approx([0.9, 0.7])


def test_a_threshold_of_the_address_leaves_boxes_out(site: httpx.Client, image: str) -> None:
    page = read(site, image, "detector", "&threshold=0.8")
    assert len(page.all("rect", **{"class": "box"})) == 1
    assert page.all("input", id="threshold")[0]["value"] == "0.8"
    assert site.get(f"/?model=detector&image={image}&threshold=3").status_code == 422


def test_classes_without_labels_are_called_by_their_indices(site: httpx.Client, image: str) -> None:
    text = read(site, image, "unnamed").text.replace("\xa0", " ")
    assert "1 90.0 % Explain 0 70.0 %" in text


def test_a_mask_has_a_legend_in_its_colours(site: httpx.Client, image: str) -> None:
    page = read(site, image, "mask")
    classes = site.get(f"/api/v1/models/mask/images/{image}/outputs").json()[0]["mask"]["classes"]
    fills = [has["fill"] for has in page.all("rect", width="8", height="8")]
    assert fills == [each["colour"] for each in classes] == [hex_colour(each["index"]) for each in classes]
    assert not page.all("input", id="threshold")


def test_maps_can_be_read_as_something_else(site: httpx.Client, image: str) -> None:
    choices = {has["data-read_as"]: has for has in read(site, image, "image").all("a") if "data-read_as" in has}
    assert [kind for kind, has in choices.items() if "aria-current" in has] == ["image"]
    assert set(choices) == {"mask", "image", "maps"}
    page = Reader(site.get(f"/{choices['mask']['href']}").text)
    assert "Mask y 3 × 32 × 32 Certain: you chose this." in page.text.replace("\xa0", " ")
    assert [has["src"].rpartition("?")[2] for has in page.all("img") if "/outputs/" in has["src"]] == [
        "read_as=mask&overlay=0.5"
    ]


@pytest.mark.parametrize(("name", "kind"), [("image", "mask"), ("several", "maps")])
def test_the_outputs_to_download_are_read_as_those_on_the_page(
    site: httpx.Client, image: str, name: str, kind: str
) -> None:
    page = read(site, image, name, f"&read_as={kind}")
    (href,) = [has["href"] for has in page.all("a") if has.get("download") == "outputs.json"]
    assert {output["kind"] for output in site.get(href).json()} == {kind}


def test_the_numbers_of_a_vector_are_compared_as_numbers(site: httpx.Client, image: str) -> None:
    page = read(site, image, "embedding", "&why=0&beside=classes&wait=1")
    assert "Grad-CAM for the largest numbers of the output" in page.text
    largest = site.get(f"/api/v1/models/embedding/images/{image}/predictions?top_k=5").json()["predictions"]
    maps = page.text.partition("numbers of the output")[2]
    assert [each["label"] for each in largest if f"{each['label']} {format_number(each['logit'])}" not in maps] == []


@pytest.mark.parametrize("view", ["", "&why=0", "&layer=Div_1", "&layer=Div_1&channel=0"])
def test_what_a_network_that_overflows_does_not_have_is_not_offered(site: httpx.Client, image: str, view: str) -> None:
    page = read(site, image, "nan", view)
    files = [has["href"] for has in page.all("a") if has.get("download", "").endswith((".json", ".npy", ".png"))]
    assert files
    assert {site.get(file).status_code for file in files} == {200}


def test_every_output_of_several_is_on_the_page(site: httpx.Client, image: str) -> None:
    page = read(site, image, "several")
    arrays = [has["href"] for has in page.all("a", download="") if "/outputs/" in has.get("href", "")]
    assert [href.rpartition("/")[2] for href in arrays] == ["0.npy", "1.npy"]
    assert "Mask q 1 × 32 × 32" in page.text.replace("\xa0", " ")
    assert page.all("input", id="threshold")


def test_the_start_page_has_no_example_where_no_network_has_classes(site: httpx.Client) -> None:
    answer = site.get("/")
    assert answer.status_code == 200
    check_sound(Reader(answer.text))
    assert 'class="run"' not in answer.text


def test_a_network_whose_classes_have_no_names_is_offered_every_sample(site: httpx.Client) -> None:
    page = site.get("/?model=image").text
    assert 'value="cat"' in page
    assert '<details class="unknown"' not in page


def test_numbers_one_by_one_are_folded(site: httpx.Client, image: str) -> None:
    page = read(site, image, "embedding")
    assert [("open" in has) for has in page.all("details", **{"class": "numbers"})] == [False]
    assert [
        ("open" in has) for has in read(site, image, "embedding", "&target=3").all("details", **{"class": "numbers"})
    ] == [True]


def test_a_classifier_has_no_such_part(client: httpx.Client, server: str, cat: bytes) -> None:
    image = client.post("images", files={"file": cat}).json()["id"]
    page = Reader(httpx.get(f"{server}/?model=lenet5&image={image}", headers={"Accept": "text/html"}).text)
    assert page.all("img")
    assert not page.all("section", id="outputs")
