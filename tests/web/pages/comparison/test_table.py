"""The comparison of all networks, from a real server: its figures are computed in another way, its texts used."""

import json
import re
from collections.abc import Callable
from functools import cache
from math import prod
from pathlib import Path
from typing import Any, get_args

import httpx
import pytest

from app.resources import TEMPLATES
from app.web.pages.comparison.address import Column
from tests.web.responses import Reader, check_links, check_sound

ROOT = Path(__file__).parents[4]
TEXTS = TEMPLATES / "texts" / "en" / "comparison.json"
GONE = "0" * 32
PAIR = "compare?image={image}&models=squeezenet1_1,efficientnet_lite0"
STATES = {
    "all networks": ("compare", 200),
    "sorted": ("compare?sort=params", 200),
    "sorted from the greatest": ("compare?sort=-accuracy", 200),
    "measured": ("compare?measure=true", 200),
    "nothing chosen": ("compare?models=", 200),
    "two on a picture": (PAIR, 200),
    "two architectures": ("compare?view=architectures&models=vgg11,vgg13", 200),
    "one named, one filled in": ("compare?image={image}&models=efficientnet_lite0", 200),
    "chosen in the form": ("compare?image={image}&models=squeezenet1_1&models=efficientnet_lite0&models=", 200),
    "one without weights": (PAIR + ",resnet50", 200),
    "an expired picture": (f"compare?image={GONE}", 404),
    "an unknown network": ("compare?image={image}&models=lenet99", 404),
    "too many": ("compare?models=vgg11,vgg13,vgg16,vgg19", 422),
    "an unknown column": ("compare?sort=beauty", 422),
}
# Simonyan & Zisserman 2015, table 3: top-5 errors in per cent, trained and tested at 256, and the best single scale.
VGG_ERRORS = {"A": (10.4, 10.4), "A-LRN": (10.5, 10.5), "B": (9.9, 9.9), "C": (9.4, 8.8), "D": (8.8, 8.1), "E": (9, 8)}
# Their table 1: how many convolutions come before each pooling; C has 1x1 filters as the third of the last groups.
VGG_GROUPS = {"vgg11": (1, 1, 2, 2, 2), "vgg13": (2,) * 5, "vgg16": (2, 2, 3, 3, 3), "vgg19": (2, 2, 4, 4, 4)}


@pytest.fixture(scope="module")
def models(site: httpx.Client) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = site.get("/api/v1/models").json()
    return listed


def read(site: httpx.Client, address: str, image: str = "", status: int = 200) -> Reader:
    answer = site.get("/" + address.format(image=image))
    assert answer.status_code == status
    return Reader(answer.text)


def rows(page: Reader) -> dict[str, dict[str, float]]:
    """The numbers of the table by network and column."""
    found: dict[str, dict[str, float]] = {}
    network, column = "", ""
    for tag, has in page.tags:
        if tag == "tr":
            network = has.get("data-id", "")
            found |= {network: {}} if network else {}
        elif tag in {"td", "th"}:
            column = has.get("data-column", "")
        elif tag == "data" and network and column:
            found[network][column] = float(has["value"])
    return found


@pytest.fixture(scope="module")
def page_of(site: httpx.Client, image: str) -> Callable[[str], Reader]:
    """Gives the page of a state, which is rendered and read once."""

    @cache
    def read_state(state: str) -> Reader:
        address, status = STATES[state]
        return read(site, address, image, status)

    return read_state


@pytest.mark.parametrize("state", STATES)
def test_every_state_is_sound_html(page_of: Callable[[str], Reader], state: str) -> None:
    check_sound(page_of(state))


@pytest.mark.parametrize("state", STATES)
def test_every_address_is_relative_and_leads_somewhere(
    site: httpx.Client, image: str, page_of: Callable[[str], Reader], visited: dict[httpx.URL, int], state: str
) -> None:
    address, status = STATES[state]
    check_links(site, address.format(image=image), page_of(state), status, visited)


def test_every_page_leads_here(site: httpx.Client) -> None:
    for address in ("", "docs", "compare", "no/such/page"):
        ways = [has["href"] for has in Reader(site.get(f"/{address}").text).all("a")]
        assert [way for way in ways if way.endswith("compare")], address


def test_totals_are_the_sums_over_the_layers(site: httpx.Client, models: list[dict[str, Any]]) -> None:
    table = rows(read(site, "compare"))
    assert set(table) == {model["id"] for model in models}
    for name in ("squeezenet1_1", "vgg16", "resnet50", "googlenet"):
        layers = site.get(f"/api/v1/models/{name}").json()["layers"]
        assert table[name]["params"] == sum(layer["params"] for layer in layers)
        assert table[name]["macs"] == sum(layer["macs"] for layer in layers)
        assert table[name]["activations"] == 4 * sum(prod(layer["output_shape"]) for layer in layers)


@pytest.mark.parametrize(
    ("model", "depth"), [("alexnet", 8), ("vgg16", 16), ("resnet18", 18), ("resnet50", 50), ("googlenet", 22)]
)
def test_depth_is_the_number_in_the_name(site: httpx.Client, model: str, depth: int) -> None:
    assert rows(read(site, "compare"))[model]["depth"] == depth


@pytest.mark.parametrize("model", VGG_GROUPS)
def test_vgg_s_figures_are_those_of_its_paper_s_table(site: httpx.Client, model: str) -> None:
    maps = (64, 128, 256, 512, 512)
    params, seen, before = 0, 1, 3
    step = 1
    for count, after in zip(VGG_GROUPS[model], maps, strict=True):
        for _ in range(count):
            params += 3 * 3 * before * after + after
            seen += 2 * step
            before = after
        seen += step  # the pooling sees two cells
        step *= 2
    params += (7 * 7 * 512 + 1) * 4096 + (4096 + 1) * 4096 + (4096 + 1) * 1000
    found = rows(read(site, "compare"))[model]
    assert (found["params"], found["field"]) == (params, seen)


def test_a_measured_time_is_shown_and_given_by_the_api(site: httpx.Client) -> None:
    told = site.get("/api/v1/models/squeezenet1_1/time").json()
    assert told["time_ms"] > 0
    assert told["runs"] >= 3
    listed = {model["id"]: model["time_ms"] for model in site.get("/api/v1/models").json()}
    assert listed["squeezenet1_1"] == told["time_ms"]
    assert listed["vgg16"] is None
    table = rows(read(site, "compare?measure=true"))
    assert table["squeezenet1_1"]["time"] == pytest.approx(told["time_ms"], abs=1e-3)
    assert {name for name, row in table.items() if "time" in row} == {
        model["id"] for model in site.get("/api/v1/models").json() if model["status"] == "ready"
    }


def test_what_has_no_weights_has_no_time(site: httpx.Client) -> None:
    answer = site.get("/api/v1/models/vgg16/time", headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "not_available")


def test_accuracy_is_the_card_s_with_its_source(site: httpx.Client, models: list[dict[str, Any]]) -> None:
    page = read(site, "compare")
    table = rows(page)
    for model in models:
        if model["accuracy"]:
            assert table[model["id"]]["accuracy"] == model["accuracy"][0]["top1"]
            assert page.all("span", title=model["accuracy"][0]["by"])
        else:
            assert "accuracy" not in table[model["id"]]
        published = None if model["original"] else model["paper"]["top1"]  # the paper's figure is not a copy's
        assert table[model["id"]].get("published") == published


@pytest.mark.parametrize("column", get_args(Column))
def test_every_heading_sorts_and_reverses_the_order(site: httpx.Client, column: str) -> None:
    page = read(site, f"compare?sort={column}")
    (heading,) = page.all("th", **{"aria-sort": "ascending"})
    assert heading["data-column"] == column
    assert page.all("a", id=f"sort-{column}")[0]["href"] == f"?sort=-{column}"
    up, down = rows(page), rows(read(site, f"compare?sort=-{column}"))
    values = [row[column] for row in up.values() if column in row]
    assert values == sorted(values)
    assert [row[column] for row in down.values() if column in row] == sorted(values, reverse=True)
    assert [column in row for row in up.values()] == sorted((column in row for row in up.values()), reverse=True)


def test_by_default_a_copy_follows_its_original(site: httpx.Client, models: list[dict[str, Any]]) -> None:
    order = list(rows(read(site, "compare")))
    years = {model["id"]: model["year"] for model in models}
    assert [years[name] for name in order] == sorted(years[name] for name in order)
    assert order.index("resnet50") < order.index("resnet101")
    for model in models:
        if model["original"]:
            assert order.index(model["id"]) > order.index(model["original"])
            assert {
                name.partition("-")[0] for name in order[order.index(model["original"]) : order.index(model["id"])]
            } == {model["original"]}


def test_every_network_of_a_chart_s_data_is_drawn_or_named(site: httpx.Client, models: list[dict[str, Any]]) -> None:
    page = read(site, "compare")
    titles = page.text.rpartition("Accuracy and computation")[2].partition("The VGG family")[0]
    for model in models:
        if model["labels"] == 1000:
            assert model["name"] in titles, model["name"]
    assert "ImageNet, 1,000 classes" in titles
    assert len(page.all("circle")) >= len(
        [model for model in models if model["paper"]["top1"] and model["labels"] == 1000]
    )


def test_the_vgg_table_has_the_paper_s_errors(site: httpx.Client) -> None:
    text = read(site, "compare").text.partition("Best single scale")[2].partition("Network families")[0]
    found = re.findall(r"(A|A-LRN|B|C|D|E) (?:\d×\d |LRN )+(\d+) [\d.\s]+[MG] [\d.\s]+[MG] ([\d.]+) % ([\d.]+) %", text)
    assert {letter: (float(error), float(best)) for letter, _, error, best in found} == VGG_ERRORS
    assert [int(depth) for _, depth, _, _ in found] == [11, 11, 13, 16, 16, 19]


def test_the_lecture_s_table_is_compared_with_computed_figures(site: httpx.Client) -> None:
    notes = read(site, "compare").text.partition("Common slips in lecture tables This")[2]
    assert "ResNet18 18 layers, 25.6 M, 96 MB 18 layers, 11.7 M, 46.8 MB Wrong" in notes
    assert "ResNet50 50 layers, 44.6 M, 167 MB 50 layers, 25.6 M, 102 MB Wrong" in notes
    for right in ("6 × 6 × 256 = 9,216", "stride 1", "scaled tanh", "describe GoogLeNet", "Not in general", "= 456"):
        assert right in notes


def test_every_family_has_its_idea_in_three_sentences_and_a_drawback(site: httpx.Client) -> None:
    families = json.loads(TEXTS.read_text("utf-8"))["families"]["list"]
    page = read(site, "compare")
    assert len(families) == 8
    for family in families:
        assert len(re.findall(r"\.(?: |$)", family["idea"])) == 3, family["name"]
        assert family["idea"] in page.text
        assert f"Drawback. {family['drawback']}" in page.text


def test_every_text_of_the_comparison_is_used() -> None:
    texts = json.loads(TEXTS.read_text("utf-8"))
    files = [*TEMPLATES.glob("comparison/*.html"), *(ROOT / "app" / "web" / "pages" / "comparison").glob("*.py")]
    sources = "".join(path.read_text("utf-8") for path in files) + " imagenette_note imagenet1k_note"
    names = [name for entry in texts.values() if isinstance(entry, dict) for name in entry]
    assert [name for name in names if not re.search(rf"\b{name}\b", sources)] == []
