"""Which samples stand for all pictures of a network."""

from pathlib import Path

from app.nets.catalog import Catalog
from app.nets.runtime import start_runtime
from app.web.samples import SAMPLES, fixed_samples, read_samples

CATALOG = Catalog(Path(__file__).parents[2] / "models", start_runtime("cpu", 1), open_limit=1)


def test_the_samples_of_a_network_are_those_of_its_classes() -> None:
    digits = fixed_samples(CATALOG.get("lenet5"), read_samples())
    photos = fixed_samples(CATALOG.get("resnet18-imagenette"), read_samples())
    assert {label for sample in digits for label in sample.classes} == set("0123456789")
    assert [sample.id for sample in photos] == [
        *("church", "golf-ball", "parachute", "garbage-truck", "gas-pump", "cassette-player", "springer", "french-horn")
    ]
    assert all((SAMPLES / sample.file).is_file() for sample in (*digits, *photos))
