"""Finding classes by index, by name and by words."""

from pathlib import Path

import pytest

from app.errors import NetworkError
from app.nets.labels import (
    ClassLabels,
    IndexLabels,
    distinct_labels,
    find_classes,
    possible_answers,
    read_labels,
)
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


@pytest.mark.parametrize(
    ("names", "classes", "skipped", "found"),
    [
        (("a", "b"), 2, 0, ["a", "b", None]),
        (("a", "b"), 2, 1, ["b", None, None]),
        (("a", "b"), 3, 0, ["a", "b", None]),
        (("a", "b"), 3, 1, ["a", "b", None]),
        (("a", "b"), 4, 0, [None, None, None]),
        (("a", "b", "c"), 2, 0, [None, None, None]),
        (("a", "b", "c"), 0, 0, ["a", "b", "c"]),
        (("no", "yes"), 1, 0, ["yes", "yes", "yes"]),
        (("yes",), 1, 0, ["yes", None, None]),
    ],
)
def test_the_labels_of_classes_with_and_without_a_background(
    names: tuple[str, ...], classes: int, skipped: int, found: list[str | None]
) -> None:
    labels = ClassLabels(names, classes, skipped)
    assert [labels.find(index) for index in range(3)] == found
    assert classes == 1 or labels.find(-1 - skipped) is None


def test_an_index_has_few_digits_and_is_below_the_number_of_classes() -> None:
    labels = IndexLabels(10**9)
    assert find_classes(labels, "999999999") == find_classes(labels, "#999999999") == (999_999_999,)
    assert find_classes(IndexLabels(2 * 10**9), "1000000000") == ()
    assert find_classes(("a", "b"), "#2") == find_classes(("a", "b"), "2") == ()
    assert find_classes(("a", "٣"), "٣") == (1,)


@pytest.mark.parametrize("content", [None, "{", "[1]", '"cat"', '{"0": "cat"}'])
def test_labels_that_are_no_list_of_names_are_refused_with_their_name(tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "few.json"
    if content is not None:
        path.write_text(content)
    with pytest.raises(NetworkError, match=r"The labels few (can't be read|are not a list of names)\.$"):
        read_labels(path)
    path.write_text('["cat", "dog"]')
    assert read_labels(path) == ("cat", "dog")
