"""Which samples stand for all pictures of a network."""

from dataclasses import replace
from pathlib import Path

import pytest

from app.nets.catalog import Catalog
from app.nets.runtime import start_runtime
from app.web.samples import SAMPLES, fixed_samples, read_samples
from tests.nets.heads import FORMS, open_form

CATALOG = Catalog(Path(__file__).parents[2] / "models", start_runtime("cpu", 1), open_limit=1)


def test_the_samples_of_a_network_are_those_of_its_classes() -> None:
    digits = fixed_samples(CATALOG.get("lenet5"), read_samples())
    photos = fixed_samples(CATALOG.get("resnet18-imagenette"), read_samples())
    assert {label for sample in digits for label in sample.classes} == set("0123456789")
    assert [sample.id for sample in photos] == [
        *("church", "golf-ball", "parachute", "garbage-truck", "gas-pump", "cassette-player", "springer", "french-horn")
    ]
    assert all((SAMPLES / sample.file).is_file() for sample in (*digits, *photos))


@pytest.mark.parametrize(
    ("form", "labels", "right"),
    [
        ("one unit", ["cat"], {1}),
        ("one unit", ["dog", "cat"], {1}),
        ("one unit", ["cat", "dog"], {0}),
        ("one unit", [], set()),
        ("logits", ["dog", "cat", "cow", "fox"], {1}),
        ("features", ["dog", "cat", "cow", "fox"], set()),
    ],
)
def test_the_right_classes_are_among_the_answers(tmp_path: Path, form: str, labels: list[str], right: set[int]) -> None:
    sample = replace(read_samples()[0], classes=("cat", "1"))
    assert sample.classes_of(open_form(tmp_path, FORMS[form], labels)) == right
