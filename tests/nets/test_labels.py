"""Finding classes by index, by name and by words."""

import pytest

from app.nets.labels import find_classes

LABELS = ("tabby", "Egyptian cat", "Persian cat", "crane", "crane", "catamaran")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("1", (1,)),
        ("6", ()),
        ("9" * 5000, ()),
        ("tabby", (0,)),
        ("EGYPTIAN CAT", (1,)),
        ("crane", (3, 4)),
        ("cat", (1, 2, 5)),
        ("cat pers", (2,)),
        ("dog", ()),
        ("  ", ()),
    ],
)
def test_a_class_is_found(query: str, found: tuple[int, ...]) -> None:
    assert find_classes(LABELS, query) == found


def test_a_name_that_is_a_number_comes_first() -> None:
    assert find_classes(("7", "0"), "0") == (1,)
