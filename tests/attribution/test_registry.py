"""All methods, and all their parameters by name."""

import pytest

from app.attribution.registry import METHODS, PARAMETERS, method_of
from app.errors import UnknownMethod


def test_every_method_is_found_by_its_name() -> None:
    assert [method_of(name).name for name in METHODS] == list(METHODS)


def test_an_unknown_name_is_refused_with_all_that_are_known() -> None:
    with pytest.raises(UnknownMethod) as refused:
        method_of("magic")
    assert refused.value.details["known"] == list(METHODS)


@pytest.mark.parametrize("method", METHODS)
def test_a_parameter_is_the_same_in_every_method_that_takes_it(method: str) -> None:
    for parameter in METHODS[method].parameters:
        assert PARAMETERS[parameter.name] == parameter


@pytest.mark.parametrize("name", PARAMETERS)
def test_a_default_is_a_value_of_its_parameter(name: str) -> None:
    default = PARAMETERS[name].default
    assert default is None or PARAMETERS[name].read(str(default)) == default
