"""The address of the page that switches channels off: lists as forms and links send them, and what is no channel."""

from types import SimpleNamespace
from typing import Any

import pytest

from app.errors import InvalidRequest
from app.experiments.ablation import Ablation
from app.web.pages.experiments.switch_off.address import SwitchOffAddress

LAYER: Any = SimpleNamespace(id="conv")


def test_a_list_comes_in_one_field_or_in_several_and_names_each_once() -> None:
    address = SwitchOffAddress(off=["3, 17", "3", "", " 4 "], cut=["a,b", "a"], how="scale", factor="0.25")
    assert address.ablation(LAYER) == Ablation("conv", (3, 17, 4), ("a", "b"), "scale", 0.25)
    assert address.link() == "?off=3,17,4&cut=a,b&how=scale&factor=0.25"
    lists = {name: [address.query[name]] for name in ("off", "cut")}
    assert SwitchOffAddress.model_validate(address.query | lists) == address
    assert address.hidden_form_fields("off", "how") == {"cut": "a,b", "factor": "0.25"}
    assert SwitchOffAddress(rank=True).link() == "?rank=true"


@pytest.mark.parametrize("name", ["model", "image", "layer", "view"])
def test_an_empty_field_is_as_if_it_were_left_out(name: str) -> None:
    assert SwitchOffAddress.model_validate({name: ""}) == SwitchOffAddress()


@pytest.mark.parametrize(
    "wrong", [{"off": ["cat"]}, {"off": ["-1"]}, {"off": ["²"]}, {"off": ["1000000"]}, {"how": "none"}, {"factor": "x"}]
)
def test_what_can_not_be_read_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(InvalidRequest):
        SwitchOffAddress(**wrong).ablation(LAYER)


def test_a_channel_has_up_to_six_digits_and_an_empty_factor_is_zero() -> None:
    assert SwitchOffAddress(off=["999999"], factor="").ablation(LAYER) == Ablation("conv", (999999,))
