"""The address of a changed picture, and the edits of its list that forms send."""

from urllib.parse import parse_qs

import pytest

from app.images.perturbations.change import MAX_CHANGES
from app.web.pages.experiments.picture.address import PictureAddress

LIST = ["rotation:38", "blur:2", "flip:1,0"]


@pytest.mark.parametrize(
    ("edit", "expected"),
    [
        ({"add": "rotation"}, [*LIST, "rotation:30"]),
        ({"remove": 1}, ["rotation:38", "flip:1,0"]),
        ({"earlier": 2}, ["rotation:38", "flip:1,0", "blur:2"]),
        ({"earlier": 0}, LIST),
        ({"earlier": 3}, LIST),
        ({"remove": -1}, LIST),
    ],
)
def test_an_edit_leads_to_a_list_without_it(edit: dict[str, str | int], expected: list[str]) -> None:
    address = PictureAddress.model_validate({"change": LIST, **edit})
    settled, error = address.settled()
    assert address.is_edit
    assert not settled.is_edit
    assert (settled.change, error) == (expected, None)
    assert parse_qs(settled.link().removeprefix("picture?")) == {"change": expected}


def test_number_fields_belong_to_the_changes_before_them() -> None:
    address = PictureAddress(change=["rotation", "blur:1", "shift"], amount=["38", "10", "-5"])
    assert address.settled()[0].change == ["rotation:38", "blur:1", "shift:10,-5"]


@pytest.mark.parametrize("wrong", ["twirl:3", "rotation:999", "rotation:much"])
def test_what_is_no_change_is_left_out_and_named(wrong: str) -> None:
    settled, error = PictureAddress(change=[wrong, "blur:2"]).settled()
    assert settled.change == ["blur:2"]
    assert error is not None


def test_a_full_list_takes_no_more() -> None:
    settled, error = PictureAddress(change=["flip:1,0"] * MAX_CHANGES, add="blur").settled()
    assert settled.change == ["flip:1,0"] * MAX_CHANGES
    assert error is not None
