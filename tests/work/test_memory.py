"""The bytes that results hold, against the sizes that NumPy and Python state."""

from dataclasses import dataclass, field
from pathlib import Path
from sys import getsizeof
from types import MappingProxyType
from typing import Any

import numpy as np
import pytest

from app.work.memory import MANY, held_bytes


@dataclass(frozen=True)
class Record:
    """A result with parts."""

    values: Any
    others: tuple["Record", ...] = field(default=())


class Owner:
    """What does not belong to a result, such as a network."""

    def __init__(self) -> None:
        self.weights = np.zeros(1000)


@pytest.mark.parametrize("value", [7, 2.5, 1j, "word", b"bytes", True, np.float32(0.5)], ids=repr)
def test_plain_values_hold_themselves(value: Any) -> None:
    assert held_bytes(value) == getsizeof(value)


@pytest.mark.parametrize(
    ("container", "parts"),
    [(["a", "b"], "ab"), (("a", 5.5), ("a", 5.5)), ({"a"}, "a"), (frozenset("ab"), "ab"), ({"a": "b"}, "ab")],
    ids=["list", "tuple", "set", "frozen set", "mapping"],
)
def test_containers_hold_their_parts_too(container: Any, parts: Any) -> None:
    assert held_bytes(container) == getsizeof(container) + sum(map(getsizeof, parts))


def test_a_view_of_a_mapping_holds_what_is_in_it() -> None:
    mapping = {"conv1": np.zeros(100), "conv2": np.zeros(200)}
    assert 8 * 300 < held_bytes(MappingProxyType(mapping)) < 8 * 300 + 1000


def test_a_record_holds_all_its_fields() -> None:
    inner = Record(np.zeros(10, np.float32))
    whole = Record(np.zeros(20), (inner,))
    assert held_bytes(whole) == getsizeof(whole) + getsizeof(whole.others) + held_bytes(inner) + getsizeof(whole.values)


def test_what_two_parts_share_counts_once() -> None:
    array = np.zeros(1000)
    assert held_bytes([array, array, Record(array)]) < 2 * array.nbytes


@pytest.mark.parametrize("kind", ["list", "mapping"])
def test_of_very_many_parts_a_sample_stands_for_all(kind: str) -> None:
    lengths = np.random.default_rng(0).integers(1, 500, 20 * MANY).tolist()
    records = [Record("x" * length) for length in lengths]
    result = records if kind == "list" else dict(enumerate(records))
    exact = getsizeof(result) + sum(getsizeof(each) + getsizeof(each.values) for each in records)
    exact += 0 if kind == "list" else sum(map(getsizeof, range(len(records))))
    assert held_bytes(result) == pytest.approx(exact, rel=0.03)


def test_many_parts_are_counted_one_by_one() -> None:
    result = ["x" * number for number in range(MANY)]
    assert held_bytes(result) == getsizeof(result) + sum(map(getsizeof, result))


def test_a_result_that_holds_itself_has_an_end() -> None:
    loop: list[Any] = []
    loop.append(loop)
    assert held_bytes(loop) == getsizeof(loop)


def test_a_part_of_an_array_keeps_all_of_it() -> None:
    array = np.zeros((100, 100))
    assert held_bytes(array[3, 5:7].reshape(2, 1)) == held_bytes(array)


def test_numbers_in_memory_of_others_count_as_far_as_they_are_seen() -> None:
    assert held_bytes(np.frombuffer(bytes(800), np.float64)[:50]) == 800


def test_a_mapped_file_is_no_memory(tmp_path: Path) -> None:
    (tmp_path / "weights").write_bytes(bytes(800))
    assert held_bytes(np.memmap(tmp_path / "weights", np.float64, "r")[:50]) == 0


@pytest.mark.parametrize(
    "value", [None, Owner(), Owner, Record, len], ids=["none", "an object", "a class", "a dataclass", "a function"]
)
def test_what_is_not_the_result_s_counts_as_nothing(value: Any) -> None:
    assert held_bytes(value) == 0
