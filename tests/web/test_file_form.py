"""A form that brings files: its files and fields as sent, and forms out of bounds."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import current_thread

import anyio
import httpx
import pytest
from fastapi import Request

from app.errors import InvalidRequest
from app.nets.own.incoming import IncomingFiles
from app.web import file_form
from app.web.file_form import receive_form, received_form

FIELD = b'--x\r\nContent-Disposition: form-data; name="card"\r\n\r\n{}\r\n'
FILE = b'--x\r\nContent-Disposition: form-data; name="file"; filename="net.onnx"\r\n\r\nlayers\r\n'
END = b"--x--\r\n"
KIND = "multipart/form-data; boundary=x"


def request_of(body: bytes, headers: dict[str, str], piece: int) -> Request:
    """A request whose body arrives in pieces of this many bytes."""
    pieces = [body[begin : begin + piece] for begin in range(0, len(body), piece)]

    async def next_piece() -> dict[str, object]:
        data = pieces.pop(0) if pieces else b""
        return {"type": "http.request", "body": data, "more_body": bool(pieces)}

    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    return Request({"type": "http", "headers": raw}, next_piece)


def receive(folder: Path, body: bytes, kind: str = KIND, piece: int = 1 << 16) -> tuple[IncomingFiles, dict[str, str]]:
    """What comes of a body that arrives in pieces of this many bytes."""
    request = request_of(body, {"content-type": kind}, piece)
    incoming = IncomingFiles(folder)
    return incoming, dict(anyio.run(receive_form, request, incoming))


def encode(**form: object) -> tuple[bytes, str]:
    """A form as httpx sends it, and its content type."""
    request = httpx.Request("POST", "http://localhost", **form)  # type: ignore[arg-type]  # each test gives other parts
    return request.read(), request.headers["content-type"]


@pytest.mark.parametrize("piece", [1, 7, 1 << 16])
def test_files_and_fields_arrive_as_they_were_sent(tmp_path: Path, piece: int) -> None:
    layers = bytes(range(256)) * 20 + b"\r\n--x\r\n"
    files = [("file", ("net.onnx", layers)), ("file", ("Gewichte ä.bin", b"numbers"))]
    body, kind = encode(files=files, data={"labels": "Katze\nHündin", "card": "{}"})
    incoming, fields = receive(tmp_path, body, kind, piece)
    assert {name: file.path.read_bytes() for name, file in incoming.files.items()} == {
        "net.onnx": layers,
        "Gewichte ä.bin": b"numbers",
    }
    assert fields == {"labels": "Katze\nHündin", "card": "{}"}


def test_a_large_file_is_written_in_batches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file_form, "BATCH_BYTES", 1_000)
    layers = bytes(50_000)
    incoming, _ = receive(tmp_path, *encode(files={"file": ("net.onnx", layers)}), piece=700)
    assert incoming.model.path.read_bytes() == layers


def test_a_file_that_is_not_chosen_is_none(tmp_path: Path) -> None:
    unchosen = b'--x\r\nContent-Disposition: form-data; name="file"; filename=""\r\n\r\n\r\n'
    assert [*receive(tmp_path, FILE + unchosen + END)[0].files] == ["net.onnx"]


@pytest.mark.parametrize(
    ("body", "kind", "words"),
    [
        (b"layers", "application/octet-stream", "sent as a form"),
        (FILE + END, "multipart/form-data", "sent as a form"),
        (FILE + END, "multipart/form-data; boundary=" + "b" * 300, "can't be read"),
        (b"layers", KIND, "can't be read"),
        (FILE[:-5], KIND, "cut off"),
        (FILE, KIND, "cut off"),
        (b"", KIND, "cut off"),
        (FILE + FILE + END, KIND, "same name"),
        (FILE.replace(b"net.onnx", b"../net.onnx") + END, KIND, "plain name"),
        (FIELD.replace(b"{}", bytes(2_000_001)) + END, KIND, "at most 2,000,000 bytes"),
        (b"".join(FIELD.replace(b"card", b"f%d" % n) for n in range(33)) + END, KIND, "at most 32 fields"),
    ],
)
def test_forms_out_of_bounds_are_refused(tmp_path: Path, body: bytes, kind: str, words: str) -> None:
    with pytest.raises(InvalidRequest, match=words):
        receive(tmp_path, body, kind)


def test_a_file_that_breaks_off_is_closed(tmp_path: Path) -> None:
    with pytest.raises(InvalidRequest):
        receive(tmp_path, FILE[:-5])
    with (tmp_path / "net.onnx").open("ab") as file:
        assert file.tell() <= len(b"layers")


@pytest.mark.parametrize(("headers", "length"), [({"content-length": "70"}, 70), ({}, None)])
def test_other_requests_go_on_while_the_files_are_deleted(
    tmp_path: Path, headers: dict[str, str], length: int | None
) -> None:
    noted: list[object] = []

    @contextmanager
    def places(stated: int | None) -> Iterator[IncomingFiles]:
        noted.append(stated)
        yield IncomingFiles(tmp_path)
        noted.append(current_thread())

    async def names() -> list[str]:
        request = request_of(FIELD + FILE + END, headers | {"content-type": KIND}, 9)
        async with received_form(request, places) as (incoming, fields):
            return [*incoming.files, *fields]

    assert anyio.run(names) == ["net.onnx", "card"]
    assert (noted[0], len(noted)) == (length, 2)
    assert noted[1] != current_thread()
