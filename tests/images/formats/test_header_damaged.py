"""Damaged files are read as they were: the same fields, or the same refusal."""

import pytest

from tests.digest import digest
from tests.images.formats.damaged import READERS, read_table, readings


@pytest.mark.parametrize("kind", READERS)
def test_damaged_files_are_read_as_before(kind: str) -> None:
    originals, expected = read_table()[kind]
    assert digest(readings(kind, originals)) == expected, "python -m tests.images.formats.damaged"
