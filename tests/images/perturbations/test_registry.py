"""All perturbations: each promises the same."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from app.images.perturbations.perturbation import PerturbationParameter
from app.images.perturbations.registry import PERTURBATIONS
from app.resources import STATIC

CAT = STATIC / "samples" / "cat.jpg"
DOCUMENT = Path(__file__).parents[3] / "docs" / "experiments.md"


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


def documented(parameter: PerturbationParameter) -> str:
    unit = f" {parameter.unit}".rstrip()
    numbers = f"{parameter.low:g} to {parameter.high:g}{unit} by {parameter.step:g}"
    return f"`{parameter.name}` {numbers} ({parameter.neutral:g})"


@pytest.mark.parametrize("name", PERTURBATIONS)
def test_the_amounts_are_those_that_are_documented(name: str) -> None:
    amounts = "; ".join(map(documented, PERTURBATIONS[name].parameters))
    assert f"| `{name}` | {amounts} |" in DOCUMENT.read_text("utf-8").splitlines()


@pytest.mark.parametrize("name", PERTURBATIONS)
def test_a_slider_reaches_its_ends_and_what_changes_nothing_and_the_example(name: str) -> None:
    for parameter, example in zip(PERTURBATIONS[name].parameters, PERTURBATIONS[name].example, strict=True):
        for amount in (parameter.high, parameter.neutral, example):
            steps = (amount - parameter.low) / parameter.step
            assert steps == pytest.approx(round(steps))
