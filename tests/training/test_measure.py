"""The accuracy of a shipped network on photos of ImageNet: which photos count where, and what is in the best five."""

import json
import tarfile
from pathlib import Path

import pytest

from training.measure import Score, add_to_card, measure

CLASSES = {"egyptian": 285, "tabby": 281, "tench": 0}  # of the cat: the best, the third, not among the best five
VALIDATION = "ILSVRC2012_val_00009111"


def archive_of(folder: Path, *names: str) -> Path:
    """The photo of a cat under these names."""
    cat = Path(__file__).parents[2] / "static" / "samples" / "cat.jpg"
    with tarfile.open(folder / "photos.tar", "w") as tar:
        for name in names:
            tar.add(cat, f"photos/{name}.jpg")
    return folder / "photos.tar"


def test_photos_are_counted_by_where_imagenet_has_them(models: Path, tmp_path: Path) -> None:
    archive = archive_of(tmp_path, f"egyptian/{VALIDATION}", f"tench/{VALIDATION}", "egyptian/n1_2", "tabby/n1_3")
    assert measure(models / "squeezenet1_1.json", [archive], CLASSES) == {
        "validation": Score(photos=2, top1=1, top5=1),
        "train": Score(photos=2, top1=1, top5=2),
    }


def test_a_photo_of_no_class_is_refused(models: Path, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="lynx"):
        measure(models / "squeezenet1_1.json", [archive_of(tmp_path, "lynx/1")], CLASSES)


def test_a_score_is_printed_in_per_cent() -> None:
    assert str(Score(photos=8, top1=1, top5=4)) == "8 photos, top-1 12.5 %, top-5 50.0 %"
    assert str(Score()) == "0 photos, top-1 0.0 %, top-5 0.0 %"


def test_what_was_measured_stands_before_the_hash(tmp_path: Path) -> None:
    card = tmp_path / "card.json"
    card.write_text(json.dumps({"id": "one", "energy_limit": 1.0, "sha256": "ab", "bytes": 2}))
    add_to_card(card, {"energy_limit": 2.0})
    add_to_card(card, {"calibration": {}})
    written = {"id": "one", "energy_limit": 2.0, "calibration": {}, "sha256": "ab", "bytes": 2}
    assert list(json.loads(card.read_text()).items()) == list(written.items())
