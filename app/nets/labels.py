"""Finding classes by what a person calls them."""

from collections.abc import Sequence


def find_classes(labels: Sequence[str], said: str) -> tuple[int, ...]:
    """The classes that `said` may mean, in the order of the labels.

    A class's number or its whole name mean it alone; anything else means each class with all these words in its name,
    as words or as parts of them, and in any case.
    """
    said = said.strip().casefold()
    if said.isdecimal() and said.isascii() and said not in labels:
        return (int(said),) if len(said) < 10 and int(said) < len(labels) else ()
    names = [label.casefold() for label in labels]
    if said in names:
        return tuple(index for index, name in enumerate(names) if name == said)
    words = said.split()
    return tuple(index for index, name in enumerate(names) if words and all(word in name for word in words))
