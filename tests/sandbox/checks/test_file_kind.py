"""Files that are taken for an ONNX file, as those write them whose they are."""

import gzip
import io
import json
import pickle
import zipfile
from pathlib import Path

import pytest

from app.errors import NetworkError
from app.sandbox.checks.file_kind import IDENTIFIERS, OTHERS, check_is_onnx

ONNX = (Path(__file__).parents[3] / "models" / "lenet5.onnx").read_bytes()
POINTER = b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n"


def zipped() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("data.pkl", b"weights")
    return file.getvalue()


FILES = {
    "a zip archive": zipped(),
    "a gzip archive": gzip.compress(ONNX[:100]),
    "an HDF5 file": b"\x89HDF\r\n\x1a\n\0\0",
    "a pickle, as PyTorch": pickle.dumps({}, 2),
    "a pickle, as Python": pickle.dumps({}, 4),
    "a GGUF file": b"GGUF\3\0\0\0",
    "a web page": b"<!DOCTYPE html><html>",
    "a web page. Download the file": b"<html><body>",
    "a JSON file": json.dumps({"model": {}}).encode(),
    "a Git LFS pointer": POINTER,
    "a TensorFlow Lite file": b"\x1c\0\0\0TFL3\x14\0",
    "a network in onnxruntime's own format": b"\x20\0\0\0ORTM\0\0",
}


@pytest.mark.parametrize("what", FILES)
def test_a_file_of_another_kind_is_named(what: str) -> None:
    with pytest.raises(NetworkError, match=rf"^The file is {what}.*\.$"):
        check_is_onnx(FILES[what])


def test_every_kind_is_tried() -> None:
    assert len(FILES) == len(OTHERS) + len(IDENTIFIERS)


@pytest.mark.parametrize("content", [ONNX, b"", b"TFL3", ONNX[:3] + b"TFL3", ONNX[:5] + b"TFL3", b" {", b"\x80\x03"])
def test_what_may_be_onnx_is_left_to_its_reader(content: bytes) -> None:
    check_is_onnx(content)
