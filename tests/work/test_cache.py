"""The cache: what was put last is there, and never more bytes than allowed."""

import pytest

from app.work.cache import Cache


def test_what_was_put_is_found() -> None:
    cache = Cache(max_bytes=10)
    cache.put("key", "value", size=4)
    assert cache.get("key") == "value"
    assert cache.get("other") is None
    assert (cache.use.hits, cache.use.misses, cache.use.entries, cache.use.bytes) == (1, 1, 1, 4)


def test_the_least_recently_used_goes_first() -> None:
    cache = Cache(max_bytes=10)
    cache.put("old", 1, size=4)
    cache.put("older but asked for", 2, size=4)
    assert cache.get("old") == 1
    cache.put("new", 3, size=4)
    assert cache.get("old") == 1
    assert cache.get("older but asked for") is None


@pytest.mark.parametrize("size", [11, 10_000])
def test_what_is_larger_than_the_cache_is_not_kept_and_drives_nothing_out(size: int) -> None:
    cache = Cache(max_bytes=10)
    cache.put("small", 1, size=10)
    cache.put("large", 2, size=size)
    assert cache.get("large") is None
    assert cache.get("small") == 1


def test_a_look_is_no_use() -> None:
    cache = Cache(max_bytes=8)
    cache.put("first", 1, size=4)
    cache.put("second", 2, size=4)
    assert (cache.peek("first"), "first" in cache, cache.peek("third"), "third" in cache) == (1, True, None, False)
    assert (cache.use.hits, cache.use.misses) == (0, 0)


def test_what_is_discarded_makes_room() -> None:
    cache = Cache(max_bytes=12)
    for number in range(3):
        cache.put(number, -number, size=4)
    cache.discard(lambda key: key != 1)
    assert [cache.peek(number) for number in range(3)] == [None, -1, None]
    assert (cache.use.entries, cache.use.bytes) == (1, 4)
