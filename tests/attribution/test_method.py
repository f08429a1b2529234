"""The parameters of a method, read from texts."""

import pytest

from app.attribution.method import OptionValue, Parameter
from app.attribution.registry import METHODS
from app.errors import InvalidRequest

STEPS = Parameter("steps", "integer", 50, "", 2, 500)
NOISE = Parameter("noise", "number", 0.15, "", 0, 1)
SIGN = Parameter("sign", "choice", "both", "", choices=("both", "positive"))


@pytest.mark.parametrize(
    ("parameter", "text", "value"), [(STEPS, "2", 2), (NOISE, "0.5", 0.5), (NOISE, "1", 1.0), (SIGN, "both", "both")]
)
def test_a_value_is_read(parameter: Parameter, text: str, value: OptionValue) -> None:
    assert parameter.read(text) == value


@pytest.mark.parametrize(
    ("parameter", "text"), [(STEPS, "1"), (STEPS, "2.5"), (STEPS, "x"), (NOISE, "1.1"), (NOISE, "nan"), (SIGN, "no")]
)
def test_what_is_no_value_is_refused(parameter: Parameter, text: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        parameter.read(text)
    assert refused.value.details["parameter"] == parameter.name


def test_options_are_the_given_values_and_the_defaults() -> None:
    assert METHODS["integrated_gradients"].options({"steps": "7"}) == {"steps": 7, "baseline": "mean"}


def test_an_unknown_parameter_is_refused_with_the_nearest_one() -> None:
    with pytest.raises(InvalidRequest, match="Did you mean `steps`") as refused:
        METHODS["integrated_gradients"].options({"step": "7"})
    assert refused.value.details["known"] == ["steps", "baseline"]
