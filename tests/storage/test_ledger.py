"""The ledger of a folder: what is written is read again, and what can't be read counts as a full store."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.storage.ledger import ENTRY, NAME, Ledger

NUMBERS = st.integers(0, 10**20 - 1)


@given(used=NUMBERS, swept_s=NUMBERS, before=NUMBERS)
def test_what_is_written_last_is_read(
    tmp_path_factory: pytest.TempPathFactory, used: int, swept_s: int, before: int
) -> None:
    ledger = Ledger(tmp_path_factory.mktemp("store") / "folder", 1000)
    with ledger.locked() as locked:
        locked.write(before, before)
        locked.write(used, swept_s)
    with ledger.locked() as locked:
        assert locked.read() == (used, swept_s)


@pytest.mark.parametrize("content", [b"", b"5", b"5 six", b"5 6 7", b"\0" * 64])
def test_a_ledger_that_can_not_be_read_counts_as_full(tmp_path: Path, content: bytes) -> None:
    (tmp_path / NAME).write_bytes(content)
    with Ledger(tmp_path, 1000).locked() as locked:
        assert locked.read() == (1000, 0)


def test_an_entry_always_has_the_same_length() -> None:
    assert len({len(ENTRY.format(*numbers)) for numbers in ((0, 0), (10**20 - 1, 1), (7, 10**12))}) == 1
