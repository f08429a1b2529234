"""A layer as text and as the fields of a row."""

import pytest

from app.errors import InvalidRequest
from app.lessons.figures.architecture.network_layer import (
    FIELDS,
    LIMITS,
    LayerMisfit,
    LayerProblem,
    layer_of_fields,
    read_layer,
)


@pytest.mark.parametrize(
    "text",
    ["conv 8 5", "conv 8 3 stride 2 pad 1", "depthwise 3 pad 1", "pool 2", "pool 3 stride 2", "global", "dense 10"],
)
def test_a_layer_is_read_as_it_is_written(text: str) -> None:
    assert read_layer(text).text == text


def test_what_is_left_out_has_its_usual_value() -> None:
    assert read_layer("pool 3").fields == {"kernel": "3", "stride": "3"}
    assert read_layer("conv 8 5").fields == {"filters": "8", "kernel": "5", "stride": "1", "padding": "0"}


def test_a_row_of_another_kind_keeps_what_both_have_and_begins_with_the_rest() -> None:
    row = {"filters": "16", "kernel": "5", "stride": "2", "padding": "1"}
    assert layer_of_fields("average", row).text == "average 5 stride 2"
    assert layer_of_fields("dense", row).text == "dense 10"


def test_an_empty_field_has_a_place_in_the_text() -> None:
    assert layer_of_fields("conv", {"filters": "", "kernel": "3"}).text == "conv ? 3"


@pytest.mark.parametrize("text", ["lstm 8", "conv 8", "conv 8 5 7", "pool 2 pad 1", "dense 10 stride 2"])
def test_other_lines_are_refused(text: str) -> None:
    with pytest.raises(InvalidRequest, match="is no layer"):
        read_layer(text)


def test_a_row_of_an_unknown_kind_is_refused_with_the_known_ones() -> None:
    with pytest.raises(InvalidRequest, match="'lstm'") as refused:
        layer_of_fields("lstm", {})
    assert {"conv", "pool", "dense"} <= set(refused.value.details["known"])


@pytest.mark.parametrize(("kind", "name"), [(kind, name) for kind, names in FIELDS.items() for name in names])
def test_a_field_is_a_number_within_its_limits(kind: str, name: str) -> None:
    least, most = LIMITS[name]
    for number in (least, most):
        assert layer_of_fields(kind, {name: f" {number} "}).number(name) == number
    for text in (str(least - 1), str(most + 1), "-1", "2.5", "two", ""):
        with pytest.raises(LayerMisfit) as misfit:
            layer_of_fields(kind, {name: text}).number(name)
        assert misfit.value.problem == LayerProblem("number", (least, most), name)
