"""The classes that a folder's name stands for."""

import pytest

from app.experiments.accuracy.folder_classes import classes_of_folder

LABELS = ("golf ball", "tiger cat", "Persian cat", "catamaran", "missile", "n, o")


@pytest.mark.parametrize(
    ("folder", "classes"),
    [
        ("golf ball", (0,)),
        ("Golf_Ball", (0,)),
        ("ball-golf", (0,)),
        ("cat", (1, 2)),
        ("catama", (3,)),
        ("tiger cat", (1,)),
        ("4", (4,)),
        ("photos", ()),
        ("", ()),
        ("_", ()),
    ],
)
def test_a_folder_stands_for_classes_by_name_by_whole_words_then_by_parts(
    folder: str, classes: tuple[int, ...]
) -> None:
    assert classes_of_folder(LABELS, folder).classes == classes
