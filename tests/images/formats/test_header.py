"""The parts of a picture without metadata read as one file."""

import pytest

from app.images.formats.header import JoinedParts, SampleLayout, SampleType, join_parts


def test_joined_parts_read_as_one_file() -> None:
    whole = bytes(range(100))
    pieces: list[memoryview | bytes] = [whole[:7], b"", memoryview(whole)[7:50], whole[50:]]
    assert join_parts(pieces).read() == whole
    file = JoinedParts(pieces)
    assert file.readall() == whole
    assert (file.seek(48), file.read(2), file.read(5), file.tell()) == (48, whole[48:50], whole[50:55], 55)
    assert (file.seek(-3, 2), file.read(), file.read()) == (97, whole[97:], b"")
    assert (file.seek(10), file.seek(5, 1)) == (10, 15)


def test_numbers_are_packed_unless_they_are_whole_bytes_that_computers_have() -> None:
    assert [bits for bits in range(1, 65) if not SampleType("unsigned", bits, "<").is_packed] == [8, 16, 32, 64]


@pytest.mark.parametrize(
    ("columns", "interleaved", "bits", "expected"),
    [(5, 3, 12, 23), (4, 3, 12, 18), (1, 1, 1, 1), (9, 1, 1, 2), (7, 2, 16, 28)],
)
def test_a_row_of_a_tile_begins_on_a_whole_byte(columns: int, interleaved: int, bits: int, expected: int) -> None:
    number = SampleType("unsigned", bits, "<")
    layout = SampleLayout(number, 1, None, False, interleaved, tiles=3, tile_columns=columns, predictor=1)
    assert (layout.tile_bytes, layout.row_bytes) == (expected, 3 * expected)
