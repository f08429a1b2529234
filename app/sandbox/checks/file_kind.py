"""Files that are often taken for an ONNX file, by their first bytes."""

import mmap
from collections.abc import Mapping

from app.errors import NetworkError
from app.nets.reading.model_file import LFS_POINTER

OTHERS: Mapping[bytes, str] = {
    b"PK\x03\x04": "a zip archive, as PyTorch and Keras write it. Export the network as ONNX, or unpack the archive",
    b"\x1f\x8b": "a gzip archive. Unpack it first",
    b"\x89HDF\r\n\x1a\n": "an HDF5 file, as Keras writes it. Export the network as ONNX",
    b"\x80\x02": "a pickle, as PyTorch writes it. Export the network as ONNX",
    b"\x80\x04": "a pickle, as Python writes it. Export the network as ONNX",
    b"GGUF": "a GGUF file. Export the network as ONNX",
    b"<!DOCTYPE": "a web page. Download the file itself",
    b"<html": "a web page. Download the file itself",
    b"{": "a JSON file. Choose the .onnx file, and this one beside it",
    LFS_POINTER: "a Git LFS pointer, not the network. `git lfs pull` downloads it",
}
IDENTIFIERS: Mapping[bytes, str] = {  # of FlatBuffers, from the fourth byte
    b"TFL3": "a TensorFlow Lite file. Convert the network to ONNX, as with tf2onnx",
    b"ORTM": "a network in onnxruntime's own format. Choose the ONNX file that it was made of",
}


def check_is_onnx(data: bytes | mmap.mmap) -> None:
    """Name what the file is, if it is plainly something else than ONNX.

    Raises:
        NetworkError: it is.
    """
    kinds = [what for start, what in OTHERS.items() if data[: len(start)] == start]
    kinds += [what for identifier, what in IDENTIFIERS.items() if data[4:8] == identifier]
    if kinds:
        raise NetworkError(f"The file is {kinds[0]}.")
