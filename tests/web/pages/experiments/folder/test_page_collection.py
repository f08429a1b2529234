"""The page of a folder whose photos, predictions, sweep and effects are chosen by hand."""

from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import numpy as np
import pytest

from app.engine.engine import Engine
from app.experiments.accuracy.evaluation import Evaluation, PictureResult, ScoredClass
from app.experiments.accuracy.evaluation_sweep import EvaluationSweep
from app.experiments.folder_effects import FolderEffects, MeasuredFolder
from app.experiments.sweep import SweepAxis, read_sweep
from app.images.collections import Collection, CollectionPicture
from app.web.links import pinned_id
from app.web.pages.address import Address
from app.web.pages.components import Notice
from app.web.pages.experiments.folder.address import SWEEPS, FolderAddress
from app.web.pages.experiments.folder.gather import FolderData, LayerEffects
from app.web.pages.experiments.folder.page import FolderPage, folder_page
from app.web.pages.experiments.map_layers import default_layer, map_layers
from app.web.pages.experiments.switch_off.address import SwitchOffAddress

CLASSES = [(3, 1, True), (1, 3, False), (1, None, None)]  # the predicted class, that of the folder, and is it right
COLLECTION = Collection(
    (
        *(CollectionPicture(str(at) * 32, f"{at}.jpg", f"folder {of}") for at, (_, of, _) in enumerate(CLASSES)),
        CollectionPicture(None, "notes.txt", "", "No photo."),
        CollectionPicture("4" * 32, "gone.jpg", ""),
    )
)
NOTHING = LayerEffects(None, None, None)


def evaluation(*best: int) -> Evaluation:
    """The predictions of the first three pictures; the other two have none."""
    results = [
        PictureResult(
            (ScoredClass(index, (index + 1) / 8), ScoredClass(0, 0.01)), () if of is None else (3 if right else 9,)
        )
        for index, (_, of, right) in zip(best, CLASSES, strict=True)
    ]
    return Evaluation((*results, PictureResult((), (), "No photo."), PictureResult((), (), "Gone.")), (), None, None)


def axis_of(text: str) -> SweepAxis:
    return read_sweep(text).axis


class Pages:
    """Pages of AlexNet on the collection."""

    def __init__(self, engine: Engine) -> None:
        self.engine, self.network = engine, engine.network("alexnet-imagenette")
        self.data = FolderData(self.network, COLLECTION, None, None, None, NOTHING, None)
        self.resource = f"api/v1/models/{pinned_id(self.network)}/collections/{COLLECTION.id}"

    def page(self, address: FolderAddress | None = None, refusal: Notice | None = None, **data: Any) -> FolderPage:
        return folder_page(self.engine, address or FolderAddress(), replace(self.data, **data), refusal)


@pytest.fixture(scope="module")
def pages(engine: Engine) -> Pages:
    return Pages(engine)


def address_of(link: str) -> FolderAddress:
    return FolderAddress.model_validate({name: value for name, (value,) in parse_qs(urlsplit(link).query).items()})


def test_photos_are_on_the_sheet_before_they_are_judged_and_files_without_a_photo_beside_it(pages: Pages) -> None:
    page = pages.page()
    assert [tile.name for tile in page.tiles] == ["0.jpg", "1.jpg", "2.jpg", "gone.jpg"]
    assert {(tile.label, tile.score, tile.is_right, tile.problem) for tile in page.tiles} == {(None,) * 4}
    ((problem, src, href),) = ((tile.problem, tile.src, tile.href) for tile in page.problems)
    assert (problem, src, href) == ("No photo.", None, None)
    assert (page.accuracy, page.sweep, page.effects) == (None, None, None)


def test_each_photo_has_its_prediction_and_leads_to_it(pages: Pages) -> None:
    page = pages.page(evaluation=evaluation(3, 1, 1))
    for at, (tile, (best, folder, is_right)) in enumerate(zip(page.tiles, CLASSES, strict=True)):
        assert (tile.folder, tile.is_right) == (f"folder {folder}", is_right)
        assert (tile.label, tile.score) == (pages.network.labels[best], (best + 1) / 8)
        assert f"images/{str(at) * 32}.png" in (tile.src or "")
        query = parse_qs(urlsplit(tile.href or "").query)
        assert Address.model_validate({name: value for name, (value,) in query.items()}) == Address(
            model="alexnet-imagenette", image=str(at) * 32
        )
    assert [(tile.name, tile.problem, tile.src) for tile in page.problems] == [
        ("notes.txt", "No photo.", None),
        ("gone.jpg", "Gone.", None),
    ]
    assert page.accuracy is not None
    assert [tile.name for tile in page.accuracy.mistakes] == ["1.jpg"]


def test_another_network_keeps_the_photos_the_sweep_and_the_layer(pages: Pages) -> None:
    stated = FolderAddress(model="lenet5", sweep="blur:0~8@9", layer="conv1", wait=True)
    page = pages.page(stated)
    assert page.subject.hidden == {"collection": COLLECTION.id, "sweep": "blur:0~8@9", "layer": "conv1"}
    assert page.subject.action == "experiments/folder"
    assert [each.id for each in page.subject.networks if each.chosen] == ["alexnet-imagenette"]
    assert page.address == stated.model_copy(update={"model": "alexnet-imagenette", "collection": COLLECTION.id})
    assert page.files == f"{pages.resource}/evaluations"


def test_what_is_missing_is_computed_one_after_the_other(pages: Pages) -> None:
    """A sweep first, which judges the unchanged photos too; then these, then the channels of a layer."""
    axis, judged = axis_of("rotation:0~90@4"), evaluation(3, 1, 1)
    layer = default_layer(map_layers(pages.network))
    effects = FolderEffects((MeasuredFolder("church", (4,), ("a",)),), np.zeros((1, layer.channels)))
    swept = EvaluationSweep(axis, judged, (judged,) * 4)
    both = {"axis": axis, "effects": LayerEffects(layer, None, None)}
    steps: list[tuple[dict[str, Any], str | None]] = [
        (both, "/sweeps/rotation:0~90@4"),
        (both | {"evaluation": judged}, "/sweeps/rotation:0~90@4"),
        (both | {"sweep": swept}, "/evaluations"),
        ({}, "/evaluations"),
        (both | {"sweep": swept, "evaluation": judged}, f"/layers/{layer.id}/effects"),
        ({"evaluation": judged}, None),
        (both | {"sweep": swept, "evaluation": judged, "effects": LayerEffects(layer, effects, None)}, None),
        ({"notice": Notice("invalid_request", "No.", 400)}, None),
    ]
    for data, resource in steps:
        pending = pages.page(FolderAddress(wait=True), **data).pending
        assert (None if pending is None else unquote(pending.resource)) == (resource and f"{pages.resource}{resource}")
        if pending:
            assert address_of(pending.href) == FolderAddress(
                model="alexnet-imagenette", collection=COLLECTION.id, wait=True
            )


@pytest.mark.parametrize("is_judged", [True, False])
def test_a_sweep_is_drawn_in_per_cent_from_the_smallest_amount_on(pages: Pages, is_judged: bool) -> None:
    axis = axis_of("brightness:1~0.5@2")
    unchanged, dark = evaluation(3, 1, 1), evaluation(3, 2, 2)
    if not is_judged:
        unchanged, dark = (
            replace(each, results=tuple(replace(result, expected=()) for result in each.results))
            for each in (unchanged, dark)
        )
    view = pages.page(axis=axis, sweep=EvaluationSweep(axis, unchanged, (unchanged, dark)), evaluation=unchanged).sweep
    assert view is not None
    agreement = [(0.5, pytest.approx(100 / 3)), (1, pytest.approx(100))]
    accuracy = [(0.5, pytest.approx(50)), (1, pytest.approx(50))]
    columns = [accuracy, agreement] if is_judged else [agreement]
    assert [line.name for line in view.chart.lines] == ["accuracy", "agreement"][2 - len(columns) :]
    assert [(amount, *values) for amount, values in view.chart.rows] == [
        (column[0][0], *(share for _, share in column)) for column in zip(*columns, strict=True)
    ]
    assert (view.is_judged, view.name, view.unit) == (is_judged, "brightness", axis.parameter.unit)
    assert view.parameter == axis.parameter.name
    assert unquote(view.table) == f"{pages.resource}/sweeps/brightness:1~0.5@2.csv"
    assert view.chart.up[-1].value == 100
    assert view.chart.across[-1].value == 1


@pytest.mark.parametrize("text", [*SWEEPS.values(), "blur:0~1@2", ""])
def test_the_sweeps_to_choose_are_those_of_the_page_and_that_of_the_address(pages: Pages, text: str) -> None:
    choices = pages.page(axis=axis_of(text) if text else None).sweeps
    offered = {each.href: each.value for each in choices}
    assert offered.items() >= {each: name for name, each in SWEEPS.items()}.items()
    assert not text or offered[text] == text.partition(":")[0]
    assert [each.href for each in choices if each.chosen] == ([text] if text else [])
    assert len(choices) == len({*SWEEPS.values(), text} - {""})
    assert all(str(axis_of(each.href)) == each.href for each in choices)


def test_the_channels_that_classes_need_most_lead_to_what_follows_without_them(pages: Pages) -> None:
    layers = map_layers(pages.network)
    layer = layers[0]
    drops = np.zeros((2, layer.channels))
    drops[0, [5, 2]], drops[1, [2, 7]] = (3, 1), (2, 0.5)
    folders = (MeasuredFolder("church", (4,), ("a", "b")), MeasuredFolder("tench", (0,), ("c",)))
    notice = Notice("invalid_request", "No.", 400)
    effects = LayerEffects(layer, FolderEffects(folders, drops), notice)
    view = pages.page(evaluation=evaluation(3, 1, 1), effects=effects).effects
    assert view is not None
    assert (view.layers, view.chosen, view.notice, view.shared) == (tuple(layers), layer.id, notice, ((2, 2),))
    assert [(each.name, each.photos) for each in view.folders] == [("church", 2), ("tench", 1)]
    assert [[(each.channel, each.drop) for each in folder.channels] for folder in view.folders] == [
        [(5, 3), (2, 1)],
        [(2, 2), (7, 0.5)],
    ]
    for folder, image in zip(view.folders, "ac", strict=True):
        for each in folder.channels:
            path, query = urlsplit(each.href)[2:4]
            there = SwitchOffAddress.model_validate(
                {name: values if name == "off" else values[0] for name, values in parse_qs(query).items()}
            )
            assert path == "switch-off"
            assert (there.model, there.image, there.layer) == ("alexnet-imagenette", image, layer.id)
            assert there.off == [str(each.channel)]
    assert unquote(view.table) == f"{pages.resource}/layers/{layer.id}/effects.csv"


def test_before_a_layer_is_chosen_the_default_one_is_offered_to_judged_folders(pages: Pages) -> None:
    view = pages.page(evaluation=evaluation(3, 1, 1)).effects
    assert view is not None
    assert (view.chosen, view.folders, view.shared) == (default_layer(map_layers(pages.network)).id, (), ())
    unjudged = replace(evaluation(3, 1, 1), results=(PictureResult((ScoredClass(1, 0.5),), ()),) * 5)
    assert pages.page(evaluation=unjudged).effects is None
