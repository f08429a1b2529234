"""The classes that a folder's name stands for, and so what is right for the pictures in it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from app.nets.labels import find_classes

SEPARATORS = re.compile(r"[_\-\s]+")


@dataclass(frozen=True, slots=True)
class FolderClasses:
    """A folder, and every class that counts as right in it; none where its name is that of no class."""

    name: str
    classes: tuple[int, ...]


def classes_of_folder(labels: Sequence[str], name: str) -> FolderClasses:
    """The classes that a folder's name stands for, as `find_classes` finds them; `golf_ball` means `golf ball`.

    Where the name has no exact match, labels that have it as whole words come before those that have it in longer
    ones: `cat` means `tiger cat`, not `catamaran`.
    """
    query = SEPARATORS.sub(" ", name).strip()
    if not query:
        return FolderClasses(name, ())
    matches = find_classes(labels, query)
    words = [re.compile(rf"(?<!\w){re.escape(word)}(?!\w)") for word in query.casefold().split()]
    whole = tuple(index for index in matches if all(word.search(labels[index].casefold()) for word in words))
    return FolderClasses(name, whole or matches)
