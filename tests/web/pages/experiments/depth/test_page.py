"""The page of depth for LeNet-5: the form, the curves of the run, and what is wrong in an address."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest

from app.experiments.depth import alike_from, farthest
from app.web.deps import Client
from app.web.pages.experiments.amounts import AMOUNTS
from app.web.pages.experiments.depth.address import DepthAddress
from app.web.pages.experiments.depth.gather import DepthData, gather_depth
from app.web.pages.experiments.depth.page import DepthPage, depth_page
from app.web.pages.site import Site
from tests.web.pages.conftest import result_of


class Pages:
    """The pages of LeNet-5 on the photo."""

    def __init__(self, site: Site, caller: Client, photo: str) -> None:
        self.site, self.caller, self.photo = site, caller, photo

    def gather(self, **query: Any) -> DepthData:
        address = DepthAddress.model_validate({"model": "lenet5", "image": self.photo, **query})
        return result_of(gather_depth(self.caller, address))

    def page(self, **query: Any) -> DepthPage:
        return depth_page(self.site, self.caller.engine, self.gather(**query))


@pytest.fixture(scope="module")
def pages(english: Site, caller: Client, photo: str) -> Pages:
    return Pages(english, caller, photo)


def query_of(link: str) -> dict[str, str]:
    return {name: value for name, (value,) in parse_qs(urlsplit(link).query).items()}


def points(path: str) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in (place.split() for place in path.removeprefix("M").split("L"))]


def test_the_curves_are_those_of_the_run(pages: Pages) -> None:
    data, page = pages.gather(vary="rotation", amount="38"), pages.page(vary="rotation", amount="38")
    assert data.run is not None
    assert page.view is not None
    distances, layers = data.run.distances, data.subject.network.graph.layers
    assert [row.layer for row in page.view.rows] == list(layers)
    lines = {line.name: points(line.path) for chart in (page.view.similarity, page.view.change) for line in chart.lines}
    known = {
        "cosine": [each.distance.cosine for each in distances],
        "ranks": [each.rank_correlation for each in distances],
        "norm": [each.distance.relative for each in distances],
    }
    for name, values in known.items():
        numbers = [(place, value) for place, value in enumerate(values) if value is not None]
        lowest = min(
            0.0, *(value for values in (known["cosine"], known["ranks"]) for value in values if value is not None)
        )
        floor, top = (0.0, max(1.0, *(value for _, value in numbers))) if name == "norm" else (lowest, 1.0)
        expected = [
            (1000 * place / (len(layers) - 1), 1000 * (top - value) / (top - floor)) for place, value in numbers
        ]
        np.testing.assert_allclose(lines[name], expected, atol=0.1)
    assert page.view.farthest is not None
    assert page.view.farthest.layer.id == farthest(distances)
    assert (page.view.alike_from.layer.id if page.view.alike_from else None) == alike_from(distances)


def test_a_row_leads_to_the_layer_of_the_changed_photo_and_to_both_side_by_side(pages: Pages) -> None:
    data, page = pages.gather(vary="rotation", amount="38"), pages.page(vary="rotation", amount="38")
    assert data.run is not None
    assert page.view is not None
    changed = data.run.inference.image
    for row in page.view.rows:
        there = {"model": "lenet5", "image": changed, "layer": row.layer.id}
        assert query_of(row.explore) == there
        assert query_of(row.compare) == there | {"other_image": pages.photo}
    for answer, image, scores in (
        (page.view.before, pages.photo, data.run.before),
        (page.view.after, changed, data.run.after),
    ):
        assert answer.label == str(int(scores.scores.argmax()))
        assert answer.score == pytest.approx(float(scores.scores.max()))
        assert image in answer.src
        assert query_of(answer.href) == {"model": "lenet5", "image": image}


def test_a_change_that_changes_nothing_is_alike_from_the_first_layer_on(pages: Pages) -> None:
    page = pages.page(vary="rotation", amount="0")
    assert page.view is not None
    assert page.view.alike_from == page.view.rows[0]


@pytest.mark.parametrize(
    ("query", "amount", "unit", "changes"),
    [
        ({"vary": "rotation", "amount": "38,5"}, "38.5", "°", ["rotation:38.5"]),
        ({"vary": "shift.down", "amount": "10"}, "10", "%", ["shift:0,10"]),
        ({"vary": "shift", "amount": "10"}, "10", "%", ["shift:10,0"]),
        ({"vary": "rotation", "amount": "3", "of": "rotation"}, "3", "°", ["rotation:3"]),
        ({"change": ["rotation:38", "blur:1"]}, "", "", ["rotation:38", "blur:1"]),
        ({"change": ["rotation:38"], "vary": "blur", "amount": "2"}, "2", "%", ["blur:2"]),
    ],
)
def test_the_form_has_the_amount_of_the_change(
    pages: Pages, query: dict[str, Any], amount: str, unit: str, changes: list[str]
) -> None:
    page = pages.page(**query)
    assert (page.amount, page.unit) == (amount, unit)
    assert list(map(str, page.changes)) == changes
    assert page.chosen == query.get("vary", "")
    assert [each.chosen for each in page.options].count(True) == bool(page.chosen)


@pytest.mark.parametrize("name", AMOUNTS)
def test_the_amount_of_another_change_does_not_hold_and_its_own_is_not_neutral(name: str) -> None:
    own = DepthAddress.model_validate({"vary": name}).changes()
    assert [change.name for change in own] == [name.partition(".")[0]]
    assert not own[0].is_neutral
    assert DepthAddress.model_validate({"vary": name, "of": "another", "amount": "1.25"}).changes() == own
    (typed,) = DepthAddress.model_validate({"vary": name, "of": name, "amount": "1.25"}).changes()
    assert 1.25 in typed.amounts


def test_what_can_not_be_read_stays_as_it_is_typed(pages: Pages) -> None:
    page = pages.page(vary="rotation", amount="much")
    assert (page.amount, page.view, page.changes) == ("much", None, ())
    assert page.notice is not None
