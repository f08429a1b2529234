"""The part of a picture that the view has, by hand."""

import numpy as np
import pytest

from app.nets.card import InputSpec, Resize
from app.web.pages.experiments.picture.page import ViewWindow, view_window

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
