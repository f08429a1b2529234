"""The fields of an input as a form has them: texts that numbers are read from."""

import pytest

from app.errors import InvalidRequest
from app.nets.card import Card, InputSpec, Resize
from app.web.pages.own_networks.input_form import InputForm

SPEC = InputSpec(
    width=32,
    height=24,
    channels="RGB",
    scale=1 / 255,
    mean=(0.485, 0.456, 0.406),
    std=(1.0,) * 3,
    resize=Resize(rule="squash"),
)
CARD = Card(id="own", sha256="0" * 64, input=SPEC, assumed=("std",))


def test_a_form_shows_an_input_so_that_it_reads_the_same_back() -> None:
    form = InputForm.of(SPEC)
    assert (form.scale, form.mean, form.to) == ("1/255", "0.485, 0.456, 0.406", "")
    assert form.changed_fields(CARD) == {"std": [1.0, 1.0, 1.0]}  # it was assumed, and is now chosen


@pytest.mark.parametrize("text", ["1, 2, 3", "1 2 3", "1;2;3", " 1,2,  3 "])
def test_numbers_are_separated_by_commas_semicolons_or_spaces(text: str) -> None:
    assert InputForm(mean=text).changed_fields(CARD) == {"mean": [1.0, 2.0, 3.0]}


def test_only_what_a_form_has_and_changes_is_set() -> None:
    assert InputForm().changed_fields(CARD) == {}
    assert InputForm(width="64", height="24", channels="BGR").changed_fields(CARD) == {"width": 64, "channels": "BGR"}


def test_the_side_belongs_to_the_rules_that_crop() -> None:
    crop = InputForm(rule="shorter_side", to="40").changed_fields(CARD)["resize"]
    assert crop == {"rule": "shorter_side", "to": 40, "interpolation": "bilinear"}
    assert InputForm(rule="letterbox", to="40").changed_fields(CARD)["resize"]["to"] is None


def test_with_another_order_of_the_channels_the_means_are_those_of_the_form() -> None:
    form = InputForm.of(SPEC).model_copy(update={"channels": "BGR"})
    assert form.changed_fields(CARD)["mean"] == [0.485, 0.456, 0.406]


@pytest.mark.parametrize("assumed", [(), ("resize",)])
def test_the_rule_of_resizing_follows_another_size(assumed: tuple[str, ...]) -> None:
    crop = SPEC.model_copy(update={"resize": Resize(rule="shorter_side", to=40)})
    card = CARD.model_copy(update={"input": crop, "assumed": assumed})
    form = InputForm.of(crop).model_copy(update={"width": "64"})
    assert form.changed_fields(card) == {"width": 64}
    assert form.model_copy(update={"to": "80"}).changed_fields(card)["resize"]["to"] == 80


def test_what_the_form_has_no_field_for_stays_with_the_same_rule() -> None:
    own = SPEC.model_copy(update={"resize": Resize(rule="letterbox", margin=114, interpolation="bicubic")})
    card = CARD.model_copy(update={"input": own, "assumed": ()})
    assert InputForm.of(own).changed_fields(card) == {}
    resize = InputForm(rule="squash").changed_fields(card)["resize"]
    assert Resize(**resize) == Resize(rule="squash", interpolation="bicubic")


def test_texts_that_were_typed_stand_among_the_others() -> None:
    form = InputForm.of(SPEC).with_texts_of(InputForm(mean="1, two"))
    assert (form.mean, form.scale) == ("1, two", "1/255")


@pytest.mark.parametrize(
    "form",
    [InputForm(scale="1/0"), InputForm(mean="1, two, 3"), InputForm(mean="9" * 390 + "/1"), InputForm(width="wide")],
)
def test_a_text_that_is_no_number_is_refused_with_its_field(form: InputForm) -> None:
    with pytest.raises(InvalidRequest, match="needs a number"):
        form.changed_fields(CARD)


def test_a_size_that_is_not_whole_is_refused() -> None:
    with pytest.raises(InvalidRequest, match="whole number"):
        InputForm(width="32.5").changed_fields(CARD)
