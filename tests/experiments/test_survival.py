"""Predictions for the original and the changed view after the same treatment, against Pillow and NumPy."""

import io

import numpy as np
import pytest
from PIL import Image

from app.errors import Cancelled
from app.experiments.attack import Attack, AttackGoal
from app.experiments.survival import TREATMENTS, measure_survival
from app.nets.outputs import Scores
from app.nets.preprocessing.fit import RGB
from app.work.stop import Stop

ORIGINAL, CHANGED = np.random.default_rng(0).integers(0, 256, (2, 12, 16, 3), np.uint8)
SCORES = Scores(np.zeros(3, np.float32), np.zeros(3, np.float32), 0.0)


def attack() -> Attack:
    return Attack(AttackGoal(0, None), CHANGED, 4, SCORES, SCORES, 3)


def jpeg(view: RGB, quality: int) -> RGB:
    file = io.BytesIO()
    Image.fromarray(view).save(file, "JPEG", quality=quality)
    return np.asarray(Image.open(file))


def test_both_views_are_classified_after_each_treatment() -> None:
    views: list[RGB] = []

    def classify(view: RGB) -> Scores:
        views.append(view)
        return Scores(np.full(3, len(views), np.float32), SCORES.scores, 0.0)

    measured = measure_survival(ORIGINAL, attack(), classify, Stop())
    assert [each.treatment for each in measured] == ["jpeg_75", "jpeg_50", "shift"]
    assert [(each.original.logits[0], each.changed.logits[0]) for each in measured] == [(1, 2), (3, 4), (5, 6)]
    expected = [treat(view) for treat in TREATMENTS.values() for view in (ORIGINAL, CHANGED)]
    np.testing.assert_array_equal(views, expected)


@pytest.mark.parametrize("quality", [75, 50])
def test_jpeg_is_that_of_pillow(quality: int) -> None:
    treated = TREATMENTS["jpeg_75" if quality == 75 else "jpeg_50"](ORIGINAL)
    np.testing.assert_array_equal(treated, jpeg(ORIGINAL, quality))


def test_a_shift_repeats_the_first_column() -> None:
    shifted = TREATMENTS["shift"](ORIGINAL)
    np.testing.assert_array_equal(shifted[:, 1:], ORIGINAL[:, :-1])
    np.testing.assert_array_equal(shifted[:, 0], ORIGINAL[:, 0])


def test_it_ends_when_it_is_stopped() -> None:
    stop = Stop()
    stop.set(Cancelled("enough"))
    with pytest.raises(Cancelled):
        measure_survival(ORIGINAL, attack(), lambda view: SCORES, stop)
