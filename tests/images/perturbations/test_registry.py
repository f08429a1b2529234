"""All perturbations: each promises the same."""

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from app.images.perturbations.registry import PERTURBATIONS
from app.resources import STATIC
from tests.digest import digest

CAT = STATIC / "samples" / "cat.jpg"


@pytest.mark.parametrize("name", PERTURBATIONS)
def test_an_example_changes_a_photo_and_not_its_size(name: str) -> None:
    photo = np.asarray(Image.open(CAT))
    perturbation = PERTURBATIONS[name]
    changed = perturbation.function(photo, *perturbation.example)
    assert changed.shape == photo.shape
    assert changed.dtype == np.uint8
    assert changed.flags.c_contiguous
    assert np.abs(changed.astype(float) - photo).mean() > 1


@pytest.mark.parametrize("name", PERTURBATIONS)
def test_neutral_amounts_change_nothing(photo: npt.NDArray[np.uint8], name: str) -> None:
    perturbation = PERTURBATIONS[name]
    np.testing.assert_array_equal(perturbation.function(photo, *perturbation.neutral), photo)


@pytest.mark.parametrize("size", [(1, 1), (1, 40), (40, 1), (3, 2)])
@pytest.mark.parametrize("name", PERTURBATIONS)
def test_the_ends_of_the_ranges_suit_the_smallest_pictures(name: str, size: tuple[int, int]) -> None:
    rgb = np.full((*size, 3), 100, np.uint8)
    perturbation = PERTURBATIONS[name]
    for amounts in ([each.low for each in perturbation.parameters], [each.high for each in perturbation.parameters]):
        assert perturbation.function(rgb, *amounts).shape == rgb.shape


@pytest.mark.parametrize("name", PERTURBATIONS)
def test_examples_lie_within_the_ranges(name: str) -> None:
    perturbation = PERTURBATIONS[name]
    for parameter, amount in zip(perturbation.parameters, perturbation.example, strict=True):
        assert parameter.low <= parameter.neutral <= parameter.high
        assert parameter.low <= amount <= parameter.high


EXACT = ("brightness", "contrast", "gamma", "saturation", "greyscale", "shift", "flip", "pixelation", "box", "patch")


def test_links_to_changed_pictures_keep_their_meaning() -> None:
    """The same names, limits and steps, and for those that compute with whole pixels the same pictures."""
    assert digest((name, each.parameters, each.example) for name, each in PERTURBATIONS.items()) == "bcc4a5497f6a7322"
    photo = np.random.default_rng(1).integers(0, 256, (9, 14, 3), np.uint8)
    amounts = {
        name: [
            [each.low + share * (each.high - each.low) for each in PERTURBATIONS[name].parameters]
            for share in (0, 0.2, 0.45, 0.8, 1)
        ]
        for name in EXACT
    }
    drawn = (PERTURBATIONS[name].function(photo, *each) for name in EXACT for each in amounts[name])
    assert digest(drawn) == "c0d2bf2b6fae2215"
