"""Lists of names in the forms that exporters and collections of labels write them in."""

import pytest

from app.nets.own.name_lists import MAX_TEXT_BYTES, names_of, read_lines, read_names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("tench\ngoldfish\n\n", ("tench", "goldfish")),
        ("n01440764 tench, Tinca tinca\nn01443537 goldfish\n", ("tench, Tinca tinca", "goldfish")),  # synset.txt
        ("n01440764\nn01443537\n", ("n01440764", "n01443537")),
        ("0 Class 1\n1 Class 2\n", ("Class 1", "Class 2")),  # Teachable Machine
        ("0: tench\n1: goldfish", ("tench", "goldfish")),
        ("3 doors\n5 doors", ("3 doors", "5 doors")),
        ("cat\n\ndog", ("cat", "1", "dog")),
        ("", ()),
        ("\n \n", ()),
        (" tench \n\tgoldfish", ("tench", "goldfish")),
        ("n01440764\ttench\nn01443537\tgoldfish\n", ("tench", "goldfish")),
        ("n01440764 tench\ngoldfish\n", ("n01440764 tench", "goldfish")),
        ("n01440764 tench\nn01443537\n", ("n01440764 tench", "n01443537")),
        ("n01440764 0 tench\nn01443537 1 goldfish\n", ("tench", "goldfish")),
        ("1 tench\n2 goldfish", ("1 tench", "2 goldfish")),
        ("0,tench\n1;goldfish\n2\tshark", ("tench", "goldfish", "shark")),
        ("0 tench\ngoldfish", ("0 tench", "goldfish")),
        ("0 tench\n2 shark\n1 goldfish", ("0 tench", "2 shark", "1 goldfish")),
    ],
)
def test_a_file_has_a_name_a_line(text: str, names: tuple[str, ...]) -> None:
    assert read_lines(text) == names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("{0: 'person', 1: \"potter's wheel\"}", ("person", "potter's wheel")),  # Ultralytics
        ("{1: 'b', 0: 'a'}", ("a", "b")),
        ("['cat', 'dog']", ("cat", "dog")),  # older YOLOv5
        ('["cat", "dog"]', ("cat", "dog")),
        ('{"0": "cat", "1": "dog"}', ("cat", "dog")),  # id2label
        ('{"dog": 1, "cat": 0}', ("cat", "dog")),  # class_to_idx of torchvision's ImageFolder
        ('{"0": ["n01440764", "tench"], "1": ["n01443537", "goldfish"]}', ("tench", "goldfish")),  # Keras
        ('{"0": "LABEL_0", "1": "LABEL_1"}', ()),  # what transformers writes where nobody named the classes
        ('{"0": "cat", "2": "dog"}', ()),
        ("{0: __import__('os').getcwd()}", ()),
        ("{0: '\\N{nothing}'}", ()),
        ("cat", ()),
    ],
)
def test_names_are_json_or_a_literal(text: str, names: tuple[str, ...]) -> None:
    assert read_names(text) == names


@pytest.mark.parametrize("text", ["[" * 100_000, "{" * 100_000, "-" * 100_000 + "1", "{0: " * 50_000, "(" * 200_000])
def test_a_text_nested_without_end_has_no_names(text: str) -> None:
    assert read_names(text) == ()


def test_a_name_is_one_line_of_limited_length() -> None:
    assert names_of(["a\nb\x00c\u202e", "x" * 1000]) == ("a b c", "x" * 200)


def test_more_names_than_a_network_has_are_none() -> None:
    assert read_lines("a\n" * 100_001) == ()


@pytest.mark.parametrize(
    ("value", "names"),
    [
        (("cat", "dog"), ("cat", "dog")),
        ({0: "cat", 1: "dog"}, ("cat", "dog")),
        ({"1": "dog", "0": "cat"}, ("cat", "dog")),
        ({"cat": 1, "dog": 0}, ("dog", "cat")),
        ({"cat": "1", "dog": "0"}, ("dog", "cat")),
        ({"1": "cat", "2": "dog"}, ()),
        ({"cat": 1, "dog": 2}, ()),
        ({}, ()),
        ([], ()),
        ("cat", ()),
        (b"cat", ()),
        (7, ()),
        (["cat", 7], ()),
        (["cat", None], ()),
        (["cat", ["n02084071", "dog"]], ("cat", "dog")),
        ([["n02084071", "dog", "canis"]], ()),
        ([["2084071", "dog"]], ()),
        ([["n02084071", 7]], ()),
        (["LABEL_0", "dog"], ("LABEL_0", "dog")),
        (["LABEL_7"], ()),
        (["LABEL_x"], ("LABEL_x",)),
    ],
)
def test_names_are_in_the_order_of_their_indices(value: object, names: tuple[str, ...]) -> None:
    assert names_of(value) == names


@pytest.mark.parametrize("extra", [0, 1])
def test_a_text_of_a_size_that_is_read(extra: int) -> None:
    text = '["cat", "dog"]'
    assert read_names(text + " " * (MAX_TEXT_BYTES - len(text) + extra)) == (() if extra else ("cat", "dog"))


def test_as_many_lines_as_a_network_may_have_classes_are_names() -> None:
    assert len(read_lines("a\n" * 100_000)) == 100_000
