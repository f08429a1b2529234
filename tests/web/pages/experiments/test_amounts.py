"""The amounts that a form can set: each has a name, and numbers are read as they are typed."""

import pytest

from app.errors import InvalidRequest
from app.images.perturbations.registry import PERTURBATIONS
from app.web.pages.experiments.amounts import amount_options, read_number
from app.web.texts import LANGUAGES, read_catalogue


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_perturbation_and_every_parameter_has_a_name(language: str) -> None:
    texts = read_catalogue("experiments/perturbations", language)
    assert texts["names"].keys() == PERTURBATIONS.keys()
    parameters = {each.name for perturbation in PERTURBATIONS.values() for each in perturbation.parameters}
    assert texts["parameters"].keys() == parameters


@pytest.mark.parametrize("chosen", ["shift.down", "shift", "shift.right"])
def test_one_amount_is_chosen_whether_its_parameter_is_named_or_not(chosen: str) -> None:
    (option,) = (each for each in amount_options(chosen) if each.chosen)
    assert (option.name, option.parameter) == ("shift", "down" if chosen == "shift.down" else "right")


def test_numbers_may_have_a_decimal_comma() -> None:
    assert [read_number(text) for text in ("0,5", " 38.5 ", "")] == [0.5, 38.5, None]
    for text in ("many", "nan", "-inf"):
        with pytest.raises(InvalidRequest):
            read_number(text)
