"""The page of a drawn digit: its sliders, the networks that it offers, and what the drawing becomes."""

from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs

import pytest

from app.engine.engine import Engine
from app.web.deps import Client
from app.web.pages.experiments.digit.address import DigitAddress
from app.web.pages.experiments.digit.gather import digit_network, gather_digit, takes_digits
from app.web.pages.experiments.digit.page import digit_page
from app.web.pages.site import Site
from tests.web.pages.conftest import result_of


@pytest.fixture(scope="module")
def pages(english: Site, caller: Client) -> Any:
    def page(**query: Any) -> Any:
        address = DigitAddress.model_validate(query)
        data = result_of(gather_digit(caller, address))
        return SimpleNamespace(data=data, page=digit_page(english, caller.engine, address, data, None))

    return page


def test_each_amount_has_a_slider_of_its_own_parameter(pages: Any) -> None:
    page = pages(rotation="30", down="5").page
    assert [(each.name, each.value, each.parameter.name) for each in page.amounts] == [
        ("thickness", "0", page.amounts[0].parameter.name),
        ("rotation", "30", "angle"),
        ("right", "0", "right"),
        ("down", "5", "down"),
    ]


def test_the_changes_of_the_address_are_those_of_the_drawing(pages: Any) -> None:
    found = pages(rotation="30", right="3", down="5", thickness="1")
    assert list(map(str, found.data.request.changes)) == ["thickness:1", "rotation:30", "shift:3,5"]
    assert pages(rotation="1000").data.request.changes == ()


def test_a_sample_is_read_by_the_first_network_of_digits(pages: Any, engine: Engine) -> None:
    found = pages()
    assert digit_network(engine).id == found.data.subject.network.id == "lenet5"
    assert [row.label for row in found.page.scores.rows if row.is_best] == ["5"]
    assert [row.label for row in found.page.scores.rows] == list("0123456789")
    assert not found.page.has_no_digit
    assert parse_qs(found.page.query)["layer"] == [layer.id for layer in engine.network("lenet5").graph.layers]
    assert [each.id for each in found.page.subject.networks] == [
        each.id for each in engine.catalog if takes_digits(each) and each.has_weights
    ]
    assert "image" not in found.page.subject.hidden


def test_a_network_of_photos_is_offered_where_it_is_chosen_and_can_not_centre(pages: Any) -> None:
    page = pages(model="squeezenet1_1", centring="off").page
    assert [each.id for each in page.subject.networks if each.chosen] == ["squeezenet1_1"]
    assert not page.can_centre
    assert len(page.scores.rows) == 10


@pytest.mark.parametrize(("model", "centring", "fit"), [("lenet5", "off", "squash"), ("lenet5", "on", None)])
def test_a_drawing_is_centred_unless_that_is_off(pages: Any, model: str, centring: str, fit: str | None) -> None:
    assert pages(model=model, centring=centring).data.request.fit == fit


def test_a_drawing_of_the_address_stays_with_another_network(pages: Any, photo: str) -> None:
    page = pages(image=photo, rotation="30").page
    assert page.subject.hidden == {"image": photo, "rotation": "30"}
    assert page.stored.endswith(f"/images/{photo}/live")
