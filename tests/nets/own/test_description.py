"""What a user says of a network: read from texts, and laid over what its files say."""

import json

import pytest

from app.errors import InvalidRequest
from app.nets.card import Card, Finding, InputSpec
from app.nets.own.description import Description, change_card, change_input, read_description
from app.nets.own.stated_facts import MAX_LABELS, MAX_TEXT

SPEC = InputSpec.model_validate_json(
    '{"width": 8, "height": 6, "channels": "RGB", "mean": [0, 0, 0], "std": [1, 1, 1], "resize": {"rule": "squash"}}'
)
CARD = Card(
    id="own",
    input=SPEC,
    sha256="0" * 64,
    findings=(Finding(field="width", value="8", source="the graph"), Finding(field="mean", value="0", source="meta")),
    assumed=("std", "resize"),
)


def test_a_description_is_a_json_object_and_a_list_of_labels() -> None:
    assert read_description('{"name": "Net"}', '["cat", "dog"]') == Description({"name": "Net"}, ("cat", "dog"))
    assert read_description("", "") == Description({}, ())
    assert read_description(" ", "cat\n\n dog \r\n") == Description({}, ("cat", "dog"))
    assert read_description('{"labels": ["a", "b"]}', "") == Description({}, ("a", "b"))
    assert read_description('{"labels": ["a"]}', "b").labels == ("b",)


def test_what_the_file_decides_is_not_described() -> None:
    card = dict.fromkeys(("id", "sha256", "bytes", "findings", "assumed", "labels"), "x") | {"year": 2020}
    assert read_description(json.dumps(card), "").card == {"year": 2020}


@pytest.mark.parametrize(
    ("card", "labels", "words"),
    [
        ("{", "", "card is not valid JSON"),
        ("[" * 100_000, "", "card is not valid JSON"),
        ("[]", "", "not a JSON object"),
        ('{"input": 3}', "", "not a JSON object"),
        ("", "[", "list of labels is not valid JSON"),
        ("", "[1]", "a JSON list of names"),
        ("", '[" "]', "a JSON list of names"),
        ("", '["\\ud800"]', "a JSON list of names"),
        ("", '["\\udfff"]', "a JSON list of names"),
        ("", "x" * 201, "a JSON list of names"),
        ("", "a\n" * 100_001, "a JSON list of names"),
    ],
)
def test_a_text_that_describes_nothing_is_refused(card: str, labels: str, words: str) -> None:
    with pytest.raises(InvalidRequest, match=words):
        read_description(card, labels)


def test_fields_of_the_input_replace_others() -> None:
    changed = change_input(SPEC, {"width": 32, "scale": 0.5, "resize": {"rule": "letterbox"}})
    assert changed.model_dump(mode="json") == SPEC.model_dump(mode="json") | {
        "width": 32,
        "scale": 0.5,
        "resize": {"rule": "letterbox", "to": None, "interpolation": "bilinear", "margin": None},
    }


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"width": 0}, "width"),
        ({"width": "8"}, "width"),
        ({"scale": float("nan")}, "scale"),
        ({"colour": "RGB"}, "colour"),
        ({"channels": "grey", "mean": [0, 0, 0]}, "grey takes 1 means"),
        ({"std": [1, 0, 1]}, "standard deviations are positive"),
        ({"resize": {"rule": "shorter_side", "to": 4}}, "at least the size of the crop"),
    ],
)
def test_an_input_out_of_range_is_refused(fields: dict[str, object], words: str) -> None:
    with pytest.raises(InvalidRequest, match=words):
        change_input(SPEC, fields)


def test_what_is_given_is_chosen_and_no_longer_assumed() -> None:
    card = change_card(CARD, {"name": "Net", "input": {"mean": [1, 1, 1], "std": [2, 2, 2]}})
    assert (card.name, card.input.mean, card.input.width) == ("Net", (1, 1, 1), 8)
    assert card.assumed == ("resize",)
    assert [(finding.field, finding.value, finding.source) for finding in card.findings] == [
        ("width", "8", "the graph"),
        ("mean", "[1.0, 1.0, 1.0]", "chosen"),
        ("std", "[2.0, 2.0, 2.0]", "chosen"),
    ]


def test_an_unknown_field_of_a_card_is_refused() -> None:
    with pytest.raises(InvalidRequest, match="colour"):
        change_card(CARD, {"colour": "red"})


def test_what_is_wrong_is_named_within_bounds() -> None:
    with pytest.raises(InvalidRequest) as refusal:
        change_input(SPEC, {f"{'x' * 10_000}{number}": 1 for number in range(1_000)})
    assert len(refusal.value.message) < 3_000


def test_as_many_and_as_long_labels_as_possible() -> None:
    assert read_description("", "x" * MAX_TEXT).labels == ("x" * MAX_TEXT,)
    assert len(read_description("", "a\n" * MAX_LABELS).labels) == MAX_LABELS
    assert read_description("", '["\\ud7ff", "\\ue000"]').labels == ("\ud7ff", "\ue000")
    assert read_description('{"labels": "a"}', "") == Description({}, ())
    assert read_description("", ' ["a"]').labels == ("a",)


def test_fields_that_follow_from_others_follow_in_the_card() -> None:
    square = SPEC.model_copy(update={"width": 8, "height": 8, "mean": (1.0, 2.0, 3.0)})
    card = change_card(CARD.model_copy(update={"input": square}), {"input": {"channels": "BGR"}})
    assert card.input.mean == (3.0, 2.0, 1.0)
    assert [finding.field for finding in card.findings] == ["width", "mean", "channels"]


def test_the_whole_refusal_of_an_input() -> None:
    with pytest.raises(InvalidRequest) as refusal:
        change_input(SPEC, {"width": 0, "height": 0})
    few = "Input should be greater than 0"
    assert refusal.value.message == f"The input is invalid: width: {few}; height: {few}."
