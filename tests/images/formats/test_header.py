"""The parts of a picture without metadata read as one file."""

from app.images.formats.header import JoinedParts


def test_joined_parts_read_as_one_file() -> None:
    whole = bytes(range(100))
    file = JoinedParts([whole[:7], b"", memoryview(whole)[7:50], whole[50:]])
    assert file.readall() == whole
    assert (file.seek(48), file.read(2), file.read(5), file.tell()) == (48, whole[48:50], whole[50:55], 55)
    assert (file.seek(-3, 2), file.read(), file.read()) == (97, whole[97:], b"")
    assert (file.seek(10), file.seek(5, 1)) == (10, 15)
