"""Remarks list few names."""

from app.nets.reading.remarks import list_names


def test_of_many_names_some_are_listed_and_the_others_counted() -> None:
    assert list_names(["a"]) == "a"
    assert list_names(["a", "b", "c", "d", "e"]) == "a, b, c, d, e"
    assert list_names(["a", "b", "c", "d", "e", "f", "g"]) == "a, b, c, d, e and 2 more"
