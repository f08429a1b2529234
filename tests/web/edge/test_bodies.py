"""Bodies that are too long, compressed or malformed, sent as bytes over a socket."""

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack

import httpx
import pytest
from fastapi import FastAPI, Request, UploadFile

from app.settings import Settings, read_settings
from app.web.edge.stack import install_edge
from tests.conftest import Serving

LIMIT = 100_000
LARGER = {
    "/api/v1/models": 300_000,
    "/networks/open": 300_000,
    "/api/v1/collections": 250_000,
    "/experiments/folder": 250_000,
}
SLOTS = 3
HEAD = b"POST /bytes HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\n"


@pytest.fixture(scope="module")
def pieces() -> list[int]:
    return []


@pytest.fixture
def received(pieces: list[int]) -> list[int]:
    """The bytes that the route received, piece by piece."""
    pieces.clear()
    return pieces


def counting(pieces: list[int]) -> tuple[FastAPI, Settings]:
    """An app that counts the bytes of a body, inside the middlewares."""
    app = FastAPI(form_limits={"max_files": 1, "max_fields": 16, "max_part_size": 65_536})

    @app.post("/bytes")
    async def count(request: Request) -> int:
        total = 0
        async for piece in request.stream():
            total += len(piece)
            pieces.append(len(piece))
        return total

    @app.post("/file")
    async def file(file: UploadFile) -> int:
        return len(await file.read())

    @app.post("/careless")
    async def careless() -> str:
        return "answered without reading"

    for path in LARGER:
        app.post(path)(count)
    larger = {"own_network_max_bytes": 300_000, "max_collection_bytes": 250_000}
    settings = read_settings(port=0, max_upload_bytes=LIMIT, uploads=SLOTS, **larger)
    install_edge(app, settings)
    return app, settings


@pytest.fixture(scope="module")
def port(serve: Serving, pieces: list[int]) -> int:
    return serve(*counting(pieces))


@pytest.fixture(scope="module")
def client(port: int) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=f"http://localhost:{port}") as client:
        yield client


def exchange(port: int, head: bytes, body: Iterator[bytes]) -> tuple[bytes, int]:
    """The whole answer, and how many bytes of body could be sent before the connection broke."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(head)
        sent = 0
        try:
            for piece in body:
                connection.sendall(piece)
                sent += len(piece)
        except (BrokenPipeError, ConnectionResetError):
            pass
        answer = b""
        try:
            while piece := connection.recv(65_536):
                answer += piece
        except ConnectionResetError:
            pass
        return answer, sent


def test_a_long_body_is_refused_before_a_byte_is_sent(port: int, received: list[int]) -> None:
    answer, _ = exchange(port, HEAD + b"Content-Length: 100001\r\n\r\n", iter(()))
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b'"code":"too_large"' in answer
    assert b"connection: close" in answer.lower()
    assert received == []


def test_a_refused_client_may_go_on_sending_for_a_moment_and_is_not_reset(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(HEAD + b"Content-Length: 100001\r\n\r\n")
        assert connection.recv(65_536).startswith(b"HTTP/1.1 413 ")
        for _ in range(5):
            connection.sendall(bytes(1_000))
            time.sleep(0.05)
        while connection.recv(65_536):
            pass


def test_a_body_of_exactly_the_limit_is_read(port: int) -> None:
    head = HEAD + b"Connection: close\r\nContent-Length: 100000\r\n\r\n"
    answer, _ = exchange(port, head, iter([bytes(LIMIT)]))
    assert answer.endswith(b"\r\n\r\n100000")


def test_a_stream_is_cut_off_at_the_limit(port: int, received: list[int]) -> None:
    chunks = (b"1000\r\n" + bytes(4_096) + b"\r\n" for _ in range(20_000))
    answer, sent = exchange(port, HEAD + b"Transfer-Encoding: chunked\r\n\r\n", chunks)
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert sum(received) <= LIMIT
    assert sent < 80_000_000  # what the two kernels hold, and no more


def test_a_form_that_streams_in_is_cut_off_at_the_limit(client: httpx.Client) -> None:
    begin = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'
    pieces = iter([begin, bytes(LIMIT), b"\r\n--x--\r\n"])  # without a length, so that httpx sends chunks
    answer = client.post("/file", content=pieces, headers={"Content-Type": "multipart/form-data; boundary=x"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (413, "too_large")


def test_refused_uploads_leave_their_slots_at_once(port: int, client: httpx.Client) -> None:
    with ExitStack() as stack:
        for _ in range(SLOTS):  # the server waits a moment for what they may still send
            connection = stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=10))
            connection.sendall(HEAD + b"Transfer-Encoding: chunked\r\n\r\n20000\r\n" + bytes(0x20000))
            assert connection.recv(65_536).startswith(b"HTTP/1.1 413 ")
        answer = client.post("/bytes", content=b"x", headers={"Content-Type": "text/plain"})
    assert answer.json() == 1


def test_tiny_chunks_are_counted(port: int, received: list[int]) -> None:
    chunks = (b"1\r\nx\r\n" * 5_000 for _ in range(40))
    answer, _ = exchange(port, HEAD + b"Transfer-Encoding: chunked\r\n\r\n", chunks)
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert sum(received) <= LIMIT


@pytest.mark.parametrize("path", LARGER)
def test_networks_and_collections_may_be_longer_than_other_bodies(
    client: httpx.Client, received: list[int], path: str
) -> None:
    headers, limit = {"Content-Type": "text/plain"}, LARGER[path]
    assert client.post(path, content=bytes(limit), headers=headers).json() == limit
    received.clear()
    refused = client.post(path, content=bytes(limit + 1), headers=headers)
    assert (refused.status_code, refused.json()["error"]["details"]) == (413, {"max_bytes": limit})
    assert received == []
    streamed = client.post(path, content=iter([bytes(LIMIT)] * 4), headers=headers)
    assert streamed.status_code == 413
    assert sum(received) <= limit


@pytest.mark.parametrize(
    "head",
    [
        b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"a" * 1_000_000,
        b"GET /" + b"a" * 1_000_000,
        b"GET / HTTP/1.1\r\nHost: localhost\r\n" + b"X: y\r\n" * 200_000,
    ],
    ids=["long header", "long address", "many headers"],
)
def test_a_head_without_end_is_cut_off(port: int, head: bytes) -> None:
    pieces = (head[begin : begin + 10_000] for begin in range(0, len(head), 10_000))
    answer, _ = exchange(port, b"", pieces)  # ends only if the server hangs up; what it said may get lost in that
    assert answer == b"" or (answer.startswith(b"HTTP/1.1 400 ") and b'"code": "invalid_request"' in answer)


def test_a_response_before_the_end_of_the_body_closes_the_connection(client: httpx.Client) -> None:
    answer = client.post("/careless", content=bytes(LIMIT), headers={"Content-Type": "text/plain"})
    assert (answer.status_code, answer.headers["connection"]) == (200, "close")
    assert client.post("/bytes", content=b"x", headers={"Content-Type": "text/plain"}).headers.get("connection") is None


def test_compressed_bodies_are_refused(client: httpx.Client) -> None:
    answer = client.post("/bytes", content=b"x", headers={"Content-Type": "a/b", "Content-Encoding": "gzip"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (415, "unsupported_format")


def test_one_file_is_welcome(client: httpx.Client) -> None:
    assert client.post("/file", files={"file": ("a.png", b"12345")}).json() == 5


@pytest.mark.parametrize(
    "body",
    [
        {"files": [("file", ("a", b"1")), ("file", ("b", b"2"))]},
        {"files": {"file": ("a", b"1")}, "data": {f"f{n}": "v" for n in range(17)}},
        {"files": {"file": ("a", b"1")}, "data": {"f": "v" * 65_537}},
        {"files": {"file": ("a" * 50_000, b"1")}},
        {"content": b"--x\r\n" * 10_000, "headers": {"Content-Type": "multipart/form-data; boundary=x"}},
        {"content": b"--x", "headers": {"Content-Type": "multipart/form-data"}},
        {"content": b"x", "headers": {"Content-Type": "multipart/form-data; boundary=" + "b" * 300}},
        {"files": {"other": ("a", b"1")}},
        {"data": {"file": "not a file"}},
    ],
    ids=[
        "two files",
        "17 fields",
        "long field",
        "long name",
        "no part",
        "no boundary",
        "long boundary",
        "other",
        "text",
    ],
)
def test_forms_out_of_bounds_are_refused_with_our_message(client: httpx.Client, body: dict[str, object]) -> None:
    answer = client.post("/file", **body)  # type: ignore[arg-type]  # each case sets other arguments
    assert answer.status_code in {400, 422}
    assert set(answer.json()["error"]) == {"code", "message", "details"}
    assert "class" not in answer.text


def test_no_more_uploads_than_slots_are_received(serve: Serving) -> None:
    port = serve(*counting([]))  # of its own: elsewhere an upload that was cut off may still hold its slot
    with ExitStack() as stack:
        client = stack.enter_context(httpx.Client(base_url=f"http://localhost:{port}"))
        uploads = [stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=10)) for _ in range(SLOTS)]
        for upload in uploads:
            upload.sendall(HEAD + b"Content-Length: 1\r\nExpect: 100-continue\r\n\r\n")
            assert upload.recv(65_536).startswith(b"HTTP/1.1 100")  # it has its slot, and its body is awaited
        refused = client.post("/bytes", content=b"x", headers={"Content-Type": "text/plain"})
        assert (refused.status_code, refused.json()["error"]["code"]) == (503, "overloaded")
        assert refused.headers["retry-after"] == "1"
        for upload in uploads:
            upload.sendall(b"y")
            assert upload.recv(65_536).startswith(b"HTTP/1.1 200")
        assert client.post("/bytes", content=b"x", headers={"Content-Type": "text/plain"}).status_code == 200
