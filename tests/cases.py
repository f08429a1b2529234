"""Of a test that is repeated for many cases, those that run when there is little time: a few, evenly spread."""

from collections import defaultdict
from collections.abc import Hashable, Sequence

import pytest


def sample(items: Sequence[pytest.Item], most: int) -> set[pytest.Item]:
    """At most `most` cases of each test, the first and the last among them. It is the same choice every time."""
    cases: dict[Hashable, list[pytest.Item]] = defaultdict(list)
    for item in items:
        cases[item.path, item.parent, getattr(item, "originalname", item.name)].append(item)
    return {each[place] for each in cases.values() for place in spread(len(each), most)}


def spread(count: int, most: int) -> set[int]:
    """At most `most` of the numbers below `count`, as far apart as they can be."""
    if most >= count:
        return set(range(count))
    return {round(step * (count - 1) / max(1, most - 1)) for step in range(most)}
