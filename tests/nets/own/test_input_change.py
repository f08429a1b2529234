"""What follows when fields of an input change."""

import pytest

from app.nets.card import InputSpec, Resize
from app.nets.own.input_change import MAX_SIDE, fields_that_follow

SPEC = InputSpec(
    width=224,
    height=224,
    channels="RGB",
    mean=(1.0, 2.0, 3.0),
    std=(4.0, 5.0, 6.0),
    resize=Resize(rule="shorter_side", to=256),
)


def test_means_stay_with_their_colours() -> None:
    assert fields_that_follow(SPEC, {"channels": "BGR"}) == {"mean": (3.0, 2.0, 1.0), "std": (6.0, 5.0, 4.0)}
    assert fields_that_follow(SPEC, {"channels": "grey"}) == {"mean": [2.0], "std": [5.0]}
    assert fields_that_follow(SPEC, {"channels": "RGB"}) == {}


def test_grey_means_become_those_of_every_colour() -> None:
    grey = SPEC.model_copy(update={"channels": "grey", "mean": (1.0,), "std": (2.0,)})
    assert fields_that_follow(grey, {"channels": "BGR"}) == {"mean": (1.0,) * 3, "std": (2.0,) * 3}


def test_the_shorter_side_grows_with_the_crop() -> None:
    assert fields_that_follow(SPEC, {"width": 448, "height": 448})["resize"]["to"] == 512


def test_what_is_no_size_or_no_order_changes_nothing() -> None:
    assert fields_that_follow(SPEC, {"channels": ["RGB"], "width": "wide"}) == {}


@pytest.mark.parametrize(
    ("change", "to"),
    [
        ({"width": 448}, 512),
        ({"height": 448}, 512),
        ({"width": 112}, 256),
        ({"width": 112, "height": 112}, 128),
        ({"width": MAX_SIDE}, round(256 / 224 * MAX_SIDE)),
        ({"width": MAX_SIDE + 1}, None),
        ({"width": 1, "height": 1}, 1),
        ({"width": 0}, None),
        ({"width": 448.0}, None),
        ({"channels": "RGB"}, None),
    ],
)
def test_the_shorter_side_keeps_its_share(change: dict[str, object], to: int | None) -> None:
    assert fields_that_follow(SPEC, change) == ({} if to is None else {"resize": SPEC.resize.model_dump() | {"to": to}})


def test_a_picture_that_is_not_cropped_is_resized_to_any_size() -> None:
    assert fields_that_follow(SPEC.model_copy(update={"resize": Resize(rule="squash")}), {"width": 448}) == {}
