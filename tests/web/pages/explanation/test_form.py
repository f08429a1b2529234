"""The form of an explanation: every method with its own parameters."""

import httpx
import pytest

from app.attribution.method import Method
from app.attribution.registry import METHODS, PARAMETERS
from tests.web.responses import Reader


def read(site: httpx.Client, **query: str) -> Reader:
    return Reader(site.get("/", params={"model": "lenet5", "why": "2", **query}).text)


@pytest.mark.parametrize("method", METHODS.values(), ids=METHODS.keys())
def test_the_form_has_the_parameters_of_the_chosen_method(site: httpx.Client, image: str, method: Method) -> None:
    page = read(site, image=image, method=method.name)
    fields = [has["name"] for _, has in page.tags if has.get("id", "").startswith("option-")]
    assert fields == [parameter.name for parameter in method.parameters]
    for parameter in method.parameters:
        assert page.all("label", **{"for": f"option-{parameter.name}"})
        (field,) = [has for _, has in page.tags if has.get("id") == f"option-{parameter.name}"]
        assert field["data-default"] == ("" if parameter.default is None else str(parameter.default))


def test_the_form_shows_the_values_of_the_address_and_keeps_those_of_other_methods(
    site: httpx.Client, image: str
) -> None:
    page = read(site, image=image, method="rise", masks="12", steps="8")
    (masks,) = page.all("input", id="option-masks")
    assert masks["value"] == "12"
    hidden = {has["name"]: has["value"] for has in page.all("input", type="hidden")}
    assert hidden["steps"] == "8"


def test_the_page_names_all_parameters_for_its_scripts(site: httpx.Client, image: str) -> None:
    (main,) = read(site, image=image).all("main", id="main")
    assert main["data-parameters"].split() == list(PARAMETERS)


def test_classes_are_shown_by_label_and_the_likeliest_others_are_offered(site: httpx.Client, image: str) -> None:
    page = read(site, image=image, against="7")
    assert page.all("input", id="why", value="2")
    assert page.all("input", id="against", value="7")
    assert [has["id"] for has in page.all("a") if has.get("id", "").startswith("against-")] == [
        "against-none",
        "against-1",
        "against-2",
        "against-3",
        "against-4",
    ]


def test_an_unknown_class_stays_in_its_field(site: httpx.Client, image: str) -> None:
    page = read(site, image=image, why="unicorn")
    assert page.all("input", id="why", value="unicorn")
    assert page.all("div", **{"data-code": "invalid_request", "role": "alert"})


def test_a_method_that_is_not_available_says_why(site: httpx.Client, image: str) -> None:
    page = read(site, image=image)
    (cam,) = page.all("option", value="cam")
    assert "disabled" in cam
    assert cam["title"]


def test_an_unknown_method_shows_the_form_of_the_default_one(site: httpx.Client, image: str) -> None:
    page = read(site, image=image, method="nothing")
    assert "selected" in page.all("option", value="gradcam")[0]
    assert page.all("div", **{"data-code": "unknown_method", "role": "alert"})
