"""The page of a changed picture: the part of it that the view has, by hand, and both runs of LeNet-5."""

import numpy as np
import pytest

from app.images.perturbations.change import MAX_CHANGES
from app.images.perturbations.registry import PERTURBATIONS
from app.nets.card import InputSpec, Resize
from app.web.deps import Client
from app.web.pages.experiments.picture.address import PictureAddress
from app.web.pages.experiments.picture.gather import gather_picture
from app.web.pages.experiments.picture.page import ViewWindow, picture_page, view_window
from app.web.pages.site import Site
from tests.web.pages.conftest import result_of

PICTURE = np.zeros((300, 450, 3), np.uint8)


def spec_of(resize: Resize) -> InputSpec:
    return InputSpec(width=224, height=224, channels="RGB", scale=1 / 255, mean=(0, 0, 0), std=(1, 1, 1), resize=resize)


@pytest.mark.parametrize(
    ("resize", "window"),
    [
        (Resize(rule="shorter_side", to=256), ViewWindow(100 * 80 / 384, 6.25, 100 * 224 / 384, 87.5)),
        (Resize(rule="squash"), ViewWindow(0, 0, 100, 100)),
        (Resize(rule="letterbox"), ViewWindow(0, -100 * 37 / 149, 100, 100 * 224 / 149)),
    ],
)
def test_the_window_is_what_is_left_after_the_crop_or_with_the_margins(resize: Resize, window: ViewWindow) -> None:
    found = view_window(PICTURE, spec_of(resize))
    assert found is not None
    assert (found.left, found.top) == pytest.approx((window.left, window.top))
    assert (found.width, found.height) == pytest.approx((window.width, window.height))


def test_a_digit_that_is_looked_for_has_no_window() -> None:
    spec = InputSpec(
        width=32, height=32, channels="grey", scale=1 / 255, mean=(0,), std=(1,), resize=Resize(rule="digit", to=20)
    )
    assert view_window(PICTURE, spec) is None


@pytest.mark.parametrize("change", ["rotation:0", "rotation:90"])
def test_the_class_of_before_keeps_its_place_unless_the_change_moves_it(
    english: Site, caller: Client, photo: str, change: str
) -> None:
    address = PictureAddress(model="lenet5", image=photo, change=[change], layer="conv_c3")
    data = result_of(gather_picture(caller, address))
    page = picture_page(english, caller.engine, data, None)
    before, after = data.before.scores, data.after.scores.scores
    best = int(before.argmax())
    assert page.former is not None
    assert (page.former.label, page.former.rank) == (str(best), 1 + int((after > after[best]).sum()))
    assert (page.former.before, page.former.after) == pytest.approx((before[best], after[best]))
    assert page.is_flip is bool(best != after.argmax())
    assert page.before.prediction is not None
    assert page.after.prediction is not None
    assert (page.before.prediction == page.after.prediction) is False  # each has the time of its run
    assert page.before.sheet is not None
    assert "size=115" in page.before.sheet  # four columns of 16 maps in 460 pixels
    assert page.sheet_size == (page.sheet_size[0],) * 2
    assert [(each.change.name, [amount.id for amount in each.amounts]) for each in page.changes] == [
        ("rotation", ["change-0-angle"])
    ]


def test_every_change_can_be_added_until_the_list_is_full(english: Site, caller: Client, photo: str) -> None:
    for count, samples in (
        (0, len(PERTURBATIONS)),
        (MAX_CHANGES - 1, len(PERTURBATIONS)),
        (MAX_CHANGES, 0),
        (MAX_CHANGES + 1, 0),
    ):
        address = PictureAddress(model="lenet5", image=photo, change=["rotation:1"] * count)
        page = picture_page(english, caller.engine, result_of(gather_picture(caller, address)), None)
        assert (len(page.samples), len(page.changes)) == (samples, min(MAX_CHANGES, count))
        assert (page.notice is not None) is (count > MAX_CHANGES)
        assert page.layer.id == "tanh_c1"
