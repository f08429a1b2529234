"""The columns of networks side by side, and the table of all: their figures are those of the runs and the cards."""

from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from app.engine.engine import Engine
from app.settings import read_settings
from app.web.pages.address import Address
from app.web.pages.comparison.address import ComparisonAddress
from app.web.pages.comparison.gather import gather_runs
from app.web.pages.comparison.side_by_side import SideBySideView, complete_choice, side_by_side_view
from app.web.pages.comparison.table import table_view
from app.web.pages.components import Notice
from app.web.pages.site import site_of
from tests.web.pages.conftest import caller_of, result_of

REFUSAL = Notice("no_picture", "No.", 415)


@pytest.fixture(scope="module")
def photo(few: Engine, cat: bytes) -> str:
    return few.pictures.add(lambda: cat).result().stored.id


def view_of(engine: Engine, photo: str, *names: str) -> SideBySideView:
    address = ComparisonAddress(image=photo, models=list(names))
    runs = result_of(gather_runs(caller_of(engine), photo, [engine.network(name) for name in names]))
    return side_by_side_view(site_of(read_settings(), "en", tuple), engine, address, runs, REFUSAL)


def query_of(link: str | None) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(link or "").query).items()}


def test_each_column_has_the_run_of_its_network_or_why_there_is_none(few: Engine, photo: str) -> None:
    view = view_of(few, photo, "squeezenet1_1", "vgg16", "alexnet-imagenette")
    assert [side.entry.card.id for side in view.sides] == view.address.models
    for side in view.sides:
        network = few.network(side.entry.card.id)
        assert Address.model_validate(query_of(side.href)) == Address(model=network.id, image=photo)
        assert side.view.endswith(f"/images/{photo}/view.png")
        assert {*side.sizes} == {layer.map_size for layer in network.graph.layers if layer.has_maps}
        assert (side.prediction is None) is (side.notice is not None) is not network.has_weights
        if side.prediction:
            assert side.milliseconds == pytest.approx(1000 * (few.timings.known(network) or 0))
            assert side.all_layers_ms == side.prediction.milliseconds
            assert side.note is None
    assert view.sides[1].notice is not None
    assert view.sides[1].notice.code == "not_available"
    predictions = [side.prediction for side in view.sides if side.prediction]
    assert view.firsts == tuple(dict.fromkeys(each.best[0].label for each in predictions))
    assert query_of(view.layers) == {"model": "squeezenet1_1", "other_model": "vgg16", "image": photo}
    assert view.picture is not None
    assert photo in view.picture
    assert view.picture_notice is REFUSAL
    sample = view.samples.known[0]
    assert all(sample.is_known_to(few.network(name)) for name in view.address.models)


def test_networks_that_agree_have_one_class_in_common_and_one_alone_has_none(few: Engine, photo: str) -> None:
    assert len(view_of(few, photo, "alexnet-imagenette", "vgg16-imagenette").firsts) <= 2
    assert view_of(few, photo, "squeezenet1_1", "vgg16").firsts == ()


def test_each_selection_offers_what_can_run_and_what_is_chosen(few: Engine, photo: str) -> None:
    view = view_of(few, photo, "squeezenet1_1", "vgg16")
    ready = [network.id for network in few.catalog if network.has_weights or network.id == "vgg16"]
    assert [[each.id for each in options] for options in view.choices] == [ready] * 3
    assert [[each.id for each in options if each.chosen] for options in view.choices] == [
        ["squeezenet1_1"],
        ["vgg16"],
        [],
    ]


@pytest.mark.parametrize(
    ("chosen", "completed"),
    [
        (["alexnet-imagenette"], ["alexnet-imagenette", "vgg16-imagenette"]),
        (["lenet5"], ["lenet5", "squeezenet1_1"]),
        ([], ["squeezenet1_1", "alexnet-imagenette"]),
        (["lenet5", "vgg16"], ["lenet5", "vgg16"]),
        (["vgg16"], ["vgg16", "squeezenet1_1"]),
        (["nothing"], ["nothing", "squeezenet1_1"]),
    ],
)
def test_a_choice_is_completed_by_a_network_with_the_same_classes_or_the_most(
    few: Engine, chosen: list[str], completed: list[str]
) -> None:
    assert complete_choice(few.catalog, chosen) == completed


def test_the_table_has_all_networks_and_what_texts_say_of_some(few: Engine) -> None:
    row: Any = SimpleNamespace
    texts = SimpleNamespace(
        vgg=SimpleNamespace(rows=[]),
        families=SimpleNamespace(list=[row(match=("VGG",), name="VGG"), row(match=(), name="none")]),
        notes=SimpleNamespace(table=[row(id="vgg16"), row(id="nothing"), row(id="lenet5")]),
    )
    few.timings.measure(few.network("lenet5")).result()
    address = ComparisonAddress(sort="params")
    view = table_view(few, address, texts, REFUSAL)
    assert sorted(entry.card.id for entry in view.entries) == sorted(network.id for network in few.catalog)
    assert [entry.params for entry in view.entries] == sorted(entry.params for entry in view.entries)
    measured = {network.id for network in few.catalog if few.timings.known(network) is not None}
    ready = {network.id for network in few.catalog if network.has_weights}
    assert view.unmeasured == len(ready - measured) < len(ready)
    assert {entry.card.id for entry in view.entries if entry.has_copy} == {"alexnet", "vgg16"}
    families = {each.text.name: {entry.card.id for entry in each.entries} for each in view.families}
    assert families == {
        "VGG": {network.id for network in few.catalog if network.card.family == "VGG"},
        "none": set(),
    }
    assert [each.entry.card.id for each in view.corrections] == ["vgg16", "lenet5"]
    assert (view.address, view.notice, view.broken, view.vgg) == (address, REFUSAL, few.catalog.broken, ())
    assert view.provider == few.status().provider_in_use
    assert [heading.order for heading in view.headings].count("ascending") == 1
