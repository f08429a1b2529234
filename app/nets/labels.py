"""Labels: finding classes by their names."""

from collections.abc import Sequence


def find_classes(labels: Sequence[str], query: str) -> tuple[int, ...]:
    """The classes that match `query`, in the order of the labels.

    A class's index or its full name matches this class only; other text matches each class whose name contains all
    its words, also as parts of words. Case does not matter.
    """
    query = query.strip().casefold()
    if query.isdecimal() and query.isascii() and query not in labels:
        return (int(query),) if len(query) < 10 and int(query) < len(labels) else ()
    names = [label.casefold() for label in labels]
    if query in names:
        return tuple(index for index, name in enumerate(names) if name == query)
    words = query.split()
    return tuple(index for index, name in enumerate(names) if words and all(word in name for word in words))
