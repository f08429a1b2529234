"""The files of a view in a report are those that the page of this view shows, or asks the API for."""

import re
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from app.errors import InvalidRequest
from app.web.deps import Client
from app.web.pages.experiments.report.views import FILES, ViewAddress, files_of, read_view_address
from app.web.pages.experiments.routes import EXPERIMENTS
from app.web.pages.site import Site
from tests.web.pages.experiments.every_page import data_and_page, read

SWEEP = {"change": "rotation", "from": "10", "to": "0.5", "steps": "2"}
STATES: dict[str, dict[str, Any]] = {
    "compare": {"layer": "conv_c3", "other_layer": "tanh_c3"},
    "fool": {"method": "fgsm", "target": "3", "wait": "1"},
    "layers": {"layer": "conv_c3"},
    "picture": {"layer": "pool_s2", "change": ["rotation:30", "blur:2"]},
    "sweep": SWEEP | {"wait": "1"},
    "switch-off": {"layer": "pool_s2", "off": ["1,2"], "how": "scale", "factor": "0.25", "view": "conv_c3"},
}


def parts(href: str) -> tuple[str, dict[str, list[str]]]:
    """The path and the parameters, without what pins the file of a network."""
    path, query = urlsplit(re.sub("(@|%40)[0-9a-f]{12}", "", href.removeprefix("../")))[2:4]
    return path, parse_qs(query)


def files(caller: Client, name: str, **query: Any) -> dict[tuple[str, str], tuple[str, dict[str, list[str]]]]:
    view = read_view_address(f"experiments/{name}?{urlencode({'model': 'lenet5', **query}, doseq=True)}", EXPERIMENTS)
    found = files_of(caller.engine.network("lenet5"), view)
    assert len({(each.name, each.kind) for each in found}) == len(found)
    assert all(each.file.endswith(f".{each.kind}") for each in found)
    return {(each.name, each.kind): parts(each.href) for each in found}


def shown(page: Any, name: str) -> dict[tuple[str, str], str]:
    """What the page itself has an address of, by the file of the report."""
    match name:
        case "compare":
            return {("sheet", "png"): page.sides[0].maps.sheet, ("difference", "png"): page.difference.maps.sheet}
        case "fool":
            return {
                ("change", "png"): page.result.change,
                ("changed", "png"): page.result.changed,
                ("attack", "json"): page.figures,
            }
        case "layers":
            return {("components", "png"): page.components, ("readings", "json"): page.readings}
        case "sweep":
            return {("sweep", "json"): page.view.table.removesuffix(".csv")}
        case "switch-off":
            return {("ablated", "png"): page.consequences.pair.after}
    return {}


@pytest.mark.parametrize("name", STATES)
def test_the_files_are_those_of_the_page(english: Site, caller: Client, photo: str, name: str) -> None:
    asked = read(name, {"model": "lenet5", "image": photo, **STATES[name]})
    data, page = data_and_page(english, caller, name, asked)
    stated = getattr(page, "address", getattr(data, "address", asked))
    found = files(caller, name, **stated.model_dump(by_alias=True, exclude_defaults=True, exclude={"model"}))
    base = f"api/v1/models/lenet5/images/{photo}"
    assert found["view", "png"] == (f"{base}/view.png", {})
    assert found["predictions", "json"] == (f"{base}/predictions", {})
    for file, href in shown(page, name).items():
        path, query = parts(href)
        assert found[file][0] == path
        style = {"size", "columns", "colormap", "order", "end", "signed", "domain"}
        says = {each: values for each, values in found[file][1].items() if each not in style}
        wanted = {each: values for each, values in query.items() if each not in style}
        if name == "switch-off":
            says["channels"], wanted["channels"] = (sorted(each["channels"][0].split(",")) for each in (says, wanted))
        if name == "fool" and file == ("attack", "json"):
            assert path == f"{base}/attacks/fgsm"
        assert says == wanted


def test_a_changed_photo_has_its_changes_in_their_order(caller: Client, photo: str) -> None:
    changes = STATES["picture"]["change"]
    found = files(caller, "picture", image=photo, change=changes)
    path, query = found["changed", "png"]
    assert (path, query["change"]) == (f"api/v1/images/{photo}.png", changes)
    path, query = found["after", "json"]
    assert (path, query["change"]) == (f"api/v1/models/lenet5/images/{photo}/live", changes)
    assert files(caller, "picture", image=photo).keys() == {("view", "png"), ("predictions", "json")}


def test_the_difference_is_the_other_layer_minus_the_first_as_on_the_page(caller: Client, photo: str) -> None:
    other = {"other_layer": "tanh_c3", "other_image": "1" * 32}
    found = files(caller, "compare", image=photo, layer="conv_c3", **other)
    for kind, suffix in (("png", ".png"), ("json", "")):
        path, query = found["difference", kind]
        assert path == f"api/v1/models/lenet5/images/{'1' * 32}/layers/tanh_c3/difference{suffix}"
        against = {name: values for name, values in query.items() if name.startswith("against_")}
        assert against == {"against_model": ["lenet5"], "against_image": [photo], "against_layer": ["conv_c3"]}


def test_without_the_layer_of_another_network_there_is_no_difference(caller: Client, photo: str) -> None:
    """The page chooses it, and the address does not say which."""
    other = {"other_model": "resnet18-imagenette"}
    assert ("difference", "png") not in files(caller, "compare", image=photo, layer="conv_c3", **other)
    whole = files(caller, "compare", image=photo, layer="conv_c3", other_layer="conv1", **other)
    assert (
        whole["difference", "png"][0] == f"api/v1/models/resnet18-imagenette/images/{photo}/layers/conv1/difference.png"
    )


@pytest.mark.parametrize(
    ("name", "query", "names"),
    [
        ("compare", {"layer": "conv_c3"}, {"sheet"}),
        ("compare", {"other_layer": "conv_c3"}, set()),
        ("layers", {}, {"readings"}),
        ("switch-off", {"off": "1"}, set()),
        ("depth", {"vary": "blur"}, set()),
        ("fool", {}, {"change", "changed", "attack"}),
    ],
)
def test_what_an_address_does_not_name_is_no_file(
    caller: Client, photo: str, name: str, query: dict[str, str], names: set[str]
) -> None:
    found = files(caller, name, image=photo, **query)
    assert {each for each, _ in found} == names | {"view", "predictions"}
    assert all("target" not in parameters for _, parameters in found.values())


def test_of_the_explorer_maps_are_small_and_no_script_is_a_file(caller: Client, photo: str) -> None:
    network = caller.engine.network("lenet5")

    def view(**query: str) -> Any:
        return files_of(network, ViewAddress("explore", tuple({"model": "lenet5", "image": photo, **query}.items())))

    layer = {each.name: parts(each.href)[1] for each in view(layer="conv_c3")}
    assert layer["sheet"]["size"] == ["96"]
    why = {(each.name, each.kind): parts(each.href)[1] for each in view(why="3")}
    assert why["explanation_figures", "json"]["faithfulness"] == ["false"]
    assert {each.kind for each in view(layer="conv_c3", channel="3", cell="4,6", view="number")} == {"png", "json"}
    assert [each.name for each in view()].count("predictions") == 1
    with pytest.raises(InvalidRequest, match="out of its range"):
        view(channel="-1")
    assert FILES.keys() - {"explore"} == STATES.keys()
