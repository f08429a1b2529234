"""What follows when fields of an input change."""

from app.nets.card import InputSpec, Resize
from app.nets.own.input_change import fields_that_follow

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
