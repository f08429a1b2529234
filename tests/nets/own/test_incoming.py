"""The files of an upload arrive complete, under names that can't leave their folder."""

import hashlib
from pathlib import Path

import pytest

from app.errors import InvalidRequest, NetworkError
from app.nets.own import incoming
from app.nets.own.incoming import IncomingFiles


def write(files: IncomingFiles, name: str, *pieces: bytes) -> None:
    with files.create(name) as file:
        for piece in pieces:
            file.write(piece)


def test_a_file_has_the_hash_and_size_of_its_pieces(tmp_path: Path) -> None:
    files = IncomingFiles(tmp_path)
    write(files, "net.onnx", b"one", b"", b"two")
    file = files.files["net.onnx"]
    assert file.path.read_bytes() == b"onetwo"
    assert (file.bytes, file.sha256) == (6, hashlib.sha256(b"onetwo").hexdigest())


def test_a_file_that_breaks_off_is_not_among_them(tmp_path: Path) -> None:
    files = IncomingFiles(tmp_path)

    def break_off() -> None:
        with files.create("net.onnx") as file:
            file.write(b"one")
            raise ConnectionError

    with pytest.raises(ConnectionError):
        break_off()
    assert files.files == {}


@pytest.mark.parametrize(
    "name",
    ["", ".", "..", "...", " ", "a/b", "/etc/passwd", "..\\b", "a\0b", "a\nb", "x" * 201, "é" * 150, "\ud800"],
)
def test_a_name_that_is_no_plain_one_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(InvalidRequest, match="plain name"):
        IncomingFiles(tmp_path).create(name)
    assert [*tmp_path.iterdir()] == []


@pytest.mark.parametrize("name", ["a.onnx", ".hidden", "weights (1).bin", "Gewichte-ä.data", "model.onnx.data"])
def test_a_plain_name_is_used_as_it_is(tmp_path: Path, name: str) -> None:
    write(IncomingFiles(tmp_path), name, b"x")
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_a_name_comes_once(tmp_path: Path) -> None:
    files = IncomingFiles(tmp_path)
    write(files, "net.onnx", b"x")
    with pytest.raises(InvalidRequest, match="same name"):
        files.create("net.onnx")


def test_the_number_of_files_is_limited(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(incoming, "MAX_FILES", 2)
    files = IncomingFiles(tmp_path)
    write(files, "a", b"")
    write(files, "b", b"")
    with pytest.raises(InvalidRequest, match="at most 2"):
        files.create("c")


@pytest.mark.parametrize(("names", "words"), [([], "no file"), (["a.onnx", "B.ONNX"], "2 files"), (["a.txt"], "no")])
def test_an_upload_has_one_onnx_file(tmp_path: Path, names: list[str], words: str) -> None:
    files = IncomingFiles(tmp_path)
    for name in names:
        write(files, name, b"x")
    with pytest.raises(NetworkError, match=words):
        _ = files.model


def test_external_data_is_no_onnx_file(tmp_path: Path) -> None:
    files = IncomingFiles(tmp_path)
    for name in ("net.onnx", "net.onnx.data", "net.onnx_data"):
        write(files, name, b"x")
    assert files.model.path.name == "net.onnx"
