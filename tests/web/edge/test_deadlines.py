"""Clients that are slow to send or to read are cut off; others are not."""

import asyncio
import socket
import time

import pytest
from fastapi import FastAPI, Request, Response

from app.settings import read_settings
from app.web.edge.stack import install_edge
from tests.conftest import Serving

pytestmark = pytest.mark.slow

GENEROUS_S = 10.0  # far above the deadlines below, far below "for ever"


@pytest.fixture(scope="module")
def port(serve: Serving) -> int:
    settings = read_settings(port=0, header_timeout_s=0.4, body_timeout_s=0.6, read_timeout_s=0.4)
    app = FastAPI()

    @app.post("/length")
    async def length(request: Request) -> int:
        return len(await request.body())

    @app.post("/headers")
    async def headers(request: Request) -> list[str]:
        await request.body()
        return list(request.headers)

    @app.get("/slow")
    async def slow() -> str:
        await asyncio.sleep(1.2)
        return "done"

    @app.get("/large")
    async def large() -> Response:
        return Response(bytes(64_000_000))

    install_edge(app, settings)
    return serve(app, settings)


@pytest.fixture
def client(port: int) -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", port))
    connection.settimeout(GENEROUS_S)
    return connection


def everything(client: socket.socket) -> bytes:
    """What the server still sends until it closes; a connection left open is a timeout, which fails the test."""
    received = b""
    try:
        while piece := client.recv(65_536):
            received += piece
    except ConnectionResetError:
        pass
    client.close()
    return received


def trickle(client: socket.socket, piece: bytes) -> None:
    for _ in range(99):
        client.sendall(piece)
        time.sleep(0.1)


def test_a_silent_connection_is_closed(client: socket.socket) -> None:
    assert everything(client) == b""


def test_a_head_sent_byte_by_byte_is_cut_off(client: socket.socket) -> None:
    with pytest.raises((BrokenPipeError, ConnectionResetError)):
        trickle(client, b"GET")
    client.close()


def test_a_second_head_has_its_deadline_too(client: socket.socket) -> None:
    client.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
    assert b"200 OK" in client.recv(65_536)
    client.sendall(b"GET /healthz HTTP/1.1\r\n")
    everything(client)


def test_an_idle_connection_is_closed(client: socket.socket) -> None:
    client.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
    assert everything(client).startswith(b"HTTP/1.1 200 OK")


def test_a_body_that_is_sent_slowly_is_cut_off(client: socket.socket) -> None:
    client.sendall(
        b"POST /length HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\nContent-Length: 100\r\n\r\n"
    )
    with pytest.raises((BrokenPipeError, ConnectionResetError)):
        trickle(client, b"x")
    client.close()


def test_a_large_body_has_more_time(client: socket.socket) -> None:
    client.sendall(
        b"POST /length HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\nConnection: close\r\n"
        b"Content-Length: 1500000\r\n\r\n"
    )
    for _ in range(15):
        client.sendall(bytes(100_000))
        time.sleep(0.1)
    assert everything(client).endswith(b"1500000")


def test_a_client_that_never_reads_is_dropped(port: int) -> None:
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
    client.connect(("127.0.0.1", port))
    client.settimeout(GENEROUS_S)
    client.sendall(b"GET /large HTTP/1.1\r\nHost: localhost\r\n\r\n")
    time.sleep(1.2)
    assert len(everything(client)) < 64_000_000


def test_a_client_that_reads_steadily_gets_everything(client: socket.socket) -> None:
    client.sendall(b"GET /large HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    received = 0
    while piece := client.recv(4_000_000):
        received += len(piece)
        time.sleep(0.05)
    assert received > 64_000_000
    client.close()


def test_what_is_not_http_gets_the_error_body(client: socket.socket) -> None:
    client.sendall(b"\x16\x03\x01 hello\r\n\r\n")
    answer = everything(client)
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert b'{"error": {"code": "invalid_request"' in answer


def test_a_request_of_an_unknown_method_is_refused(client: socket.socket) -> None:
    client.sendall(b"BREW /length HTTP/1.1\r\nHost: localhost\r\n\r\n")
    assert everything(client).startswith(b"HTTP/1.1 400 ")


CHUNKED = b"Host: localhost\r\nContent-Type: text/plain\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"


@pytest.mark.parametrize(
    "begin",
    [b"GET /length HTTP/1.1\r\n", b"POST /length HTTP/1.1\r\n" + CHUNKED + b"0\r\n"],
    ids=["head", "trailers"],
)
def test_a_head_without_end_is_refused(client: socket.socket, begin: bytes) -> None:
    client.sendall(begin)
    time.sleep(0.05)
    client.sendall(b"A: " + b"a" * 65_600)
    answer = everything(client)
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert b"at most 65,536 bytes" in answer


def test_trailers_are_no_headers(client: socket.socket) -> None:
    client.sendall(b"POST /headers HTTP/1.1\r\n" + CHUNKED + b"1\r\nx\r\n0\r\nLate: yes\r\n\r\n")
    assert everything(client).endswith(b'["host","content-type","connection","transfer-encoding"]')


@pytest.mark.parametrize("following", [b"GET /healthz", b"\r\n"], ids=["half a request", "an empty line"])
def test_what_comes_too_early_does_not_cut_off_a_response(client: socket.socket, following: bytes) -> None:
    client.sendall(b"GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n" + following)
    assert everything(client).endswith(b'"done"')


def test_requests_sent_together_are_answered_in_turn(client: socket.socket) -> None:
    client.sendall(
        b"GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n" * 2 + b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
    )
    answer = everything(client)
    assert [answer.count(b'"done"'), answer.count(b"200 OK")] == [2, 3]
    assert answer.rindex(b'"done"') < answer.rindex(b"200 OK")
