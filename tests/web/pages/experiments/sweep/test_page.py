"""The page of a sweep through LeNet-5: its fields, what is to be computed, and what the result links to."""

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from app.web.deps import Client
from app.web.pages.experiments.sweep.address import SweepAddress
from app.web.pages.experiments.sweep.gather import gather_sweep
from app.web.pages.experiments.sweep.page import SweepPage, sweep_page
from app.web.pages.site import Site
from tests.web.pages.conftest import result_of

RANGE = {"change": "rotation", "from": "10", "to": "0,5", "steps": "2"}


@pytest.fixture(scope="module")
def pages(english: Site, caller: Client, photo: str) -> Any:
    def page(**query: Any) -> SweepPage:
        address = SweepAddress.model_validate({"model": "lenet5", "image": photo, **query})
        return sweep_page(english, caller.engine, result_of(gather_sweep(caller, address)))

    return page


def query_of(link: str) -> dict[str, list[str]]:
    return parse_qs(urlsplit(link).query)


def test_the_fields_have_the_range_that_is_swept(pages: Any) -> None:
    first = pages(**RANGE).first
    assert (first.start, first.stop, first.steps, first.unit, first.chosen) == ("10", "0.5", "2", "°", "rotation")
    assert [option.id for option in first.options if option.chosen] == ["rotation"]
    usual = pages(change="rotation").first
    assert (usual.start, usual.stop) == ("0", "180")


def test_fields_that_can_not_be_read_stay_as_they_are_typed(pages: Any) -> None:
    page = pages(**RANGE | {"steps": "many"})
    assert (page.first.start, page.first.stop, page.first.steps, page.first.unit) == ("10", "0,5", "many", "")
    assert page.notice is not None
    assert (page.job, page.view) == (None, None)


def test_what_is_to_be_computed_is_said_to_the_api_and_then_there(pages: Any, photo: str) -> None:
    query = RANGE | {"second": "blur", "second_steps": "3", "models": ["squeezenet1_1"]}
    page = pages(**query)
    job = page.job
    assert job.runs == 2 * 3 * 2
    assert json.loads(job.body) == {
        "change": "rotation:10",
        "parameter": "angle",
        "from": 10,
        "to": 0.5,
        "steps": 2,
        "models": ["squeezenet1_1"],
        "second": {"change": "blur:0", "parameter": "deviation", "from": 0, "to": 20, "steps": 3},
    }
    assert job.events == f"../api/v1/models/lenet5/images/{photo}/sweeps"
    assert (query_of(job.awaits).get("wait"), query_of(job.href)["wait"]) == (None, ["1"])
    assert page.is_wide
    assert page.view is None


def test_a_sweep_of_one_network_has_a_chart_and_pictures(pages: Any, photo: str) -> None:
    page = pages(**RANGE, wait="1")
    assert page.job is None
    assert page.view.grids == ()
    assert [row.amount for row in page.view.chart.rows] == [10, 0.5]
    assert page.view.has_pictures
    assert page.view.picture == f"../api/v1/images/{photo}.png?size=160"
    assert page.view.table.endswith("/sweeps/rotation:10~0.5@2.csv")
    assert query_of(page.view.changed) == {"model": ["lenet5"], "image": [photo]}
    assert not page.is_wide
    assert pages(**RANGE).view is not None, "it is in the cache now"


def test_two_changes_have_a_grid(pages: Any) -> None:
    page = pages(**RANGE, second="blur", second_steps="2", wait="1")
    assert page.view.chart is None
    (grid,) = page.view.grids
    assert (grid.amounts, [row.amount for row in grid.rows]) == ((10, 0.5), [0, 20])
    assert page.is_wide


def test_other_networks_are_chosen_in_their_order_and_never_the_first_one(pages: Any) -> None:
    page = pages(change="rotation", models=["squeezenet1_1,lenet5,alexnet-imagenette"])
    chosen = [[option.id for option in options if option.chosen] for options in page.others]
    assert chosen == [["squeezenet1_1"], ["alexnet-imagenette"]][: len(chosen)] + [[]] * (len(chosen) - 2)
    assert all("lenet5" not in [option.id for option in options] for options in page.others)
    assert page.is_wide
    assert json.loads(page.job.body)["models"] == ["squeezenet1_1", "alexnet-imagenette"][: len(chosen)]


def test_the_table_names_the_other_networks(pages: Any) -> None:
    page = pages(change="rotation", to="1", steps="2", models=["alexnet-imagenette"], wait="1")
    (model,) = query_of(page.view.table)["models"]
    assert model.startswith("alexnet-imagenette")
    assert len(page.view.chart.networks) == 2


@pytest.mark.parametrize(("query", "start"), [({"of": "rotation"}, "10"), ({"of": "blur"}, "0"), ({}, "10")])
def test_the_ends_hold_for_the_change_that_they_were_typed_for(pages: Any, query: dict[str, str], start: str) -> None:
    assert pages(**RANGE | query).first.start == start
