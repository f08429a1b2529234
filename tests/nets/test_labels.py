"""Finding classes by index, by name and by words."""

from pathlib import Path

import pytest

from app.nets.labels import ClassLabels, IndexLabels, distinct_labels, find_classes, possible_answers
from tests.nets.heads import FORMS, open_form

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


def test_an_index_with_its_mark_is_no_name() -> None:
    labels = ("1", "0", "1")
    assert find_classes(labels, "1") == (0, 2)
    assert [find_classes(labels, f"#{index}") for index in range(4)] == [(0,), (1,), (2,), ()]
    assert find_classes(IndexLabels(3), "#2") == (2,)
    assert find_classes(LABELS, "#") == find_classes(LABELS, f"#{'9' * 5000}") == ()


def test_a_label_that_several_classes_have_is_told_apart_by_its_index() -> None:
    assert distinct_labels(LABELS)[2:] == ("Persian cat", "crane #3", "crane #4", "catamaran")
    assert distinct_labels(["7", "0", "7"]) == ("7 #0", "0", "7 #2")
    numbers = IndexLabels(1_000_000_000)
    assert distinct_labels(numbers) is numbers


def test_numbers_that_are_no_classes_are_found_by_their_index() -> None:
    labels = IndexLabels(1_000_000_000)
    assert (len(labels), labels[12], labels[3:5]) == (1_000_000_000, "12", ("3", "4"))
    assert find_classes(labels, "12") == (12,)
    assert find_classes(labels, "cat") == find_classes(labels, "1000000000") == find_classes(labels, "9" * 5000) == ()
    assert list(IndexLabels(3)) == ["0", "1", "2"]


@pytest.mark.parametrize(
    ("labels", "index", "expected"),
    [
        (ClassLabels(("cat", "dog"), 2), 1, "dog"),
        (ClassLabels(("background", "cat", "dog"), 3, skipped=1), 1, "dog"),
        (ClassLabels(("cat", "dog"), 3, skipped=1), 1, "dog"),
        (ClassLabels(("cat", "dog"), 3), 1, "dog"),
        (ClassLabels(("cat", "dog"), 0), 1, "dog"),
        (ClassLabels(("cat", "dog"), 0), 2, None),
        (ClassLabels(("cat", "dog"), 80), 1, None),
        (ClassLabels(("not skin", "skin"), 1), 0, "skin"),
        (ClassLabels((), 2), 1, None),
    ],
)
def test_a_class_of_boxes_or_of_a_mask_has_a_label_where_the_labels_fit(
    labels: ClassLabels, index: int, expected: str | None
) -> None:
    assert labels.find(index) == expected


def test_a_single_unit_has_an_answer_for_each_side(tmp_path: Path) -> None:
    unit, classes = (open_form(tmp_path, FORMS[form]).graph.head for form in ("one unit", "logits"))
    assert possible_answers(unit, ()) == ("¬ 0", "0")
    assert possible_answers(unit, ("cat",)) == ("¬ cat", "cat")
    assert possible_answers(unit, ("dog", "cat")) == ("dog", "cat")
    assert possible_answers(classes, ("dog", "cat", "cow", "fox")) == ("dog", "cat", "cow", "fox")
