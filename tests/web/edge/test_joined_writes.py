"""Writes that are sent together, to a transport that notes what it is given."""

import asyncio
import socket
from collections.abc import Callable, Iterable

import pytest

from app.web.edge.joined_writes import JoinedWrites


class Wire(asyncio.Transport):
    """A transport that notes each piece that is sent, and whether it is closed."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[bytes] = []
        self.closed = False

    def writelines(self, list_of_data: Iterable[bytes | bytearray | memoryview]) -> None:
        self.sent.append(b"".join(list_of_data))

    def get_write_buffer_size(self) -> int:
        return 100  # of earlier responses

    def is_closing(self) -> bool:
        return self.closed

    def close(self) -> None:
        self.closed = True

    def abort(self) -> None:
        self.closed = True


async def one_turn(use: Callable[[JoinedWrites], None]) -> Wire:
    """What was sent after `use` has used the transport, and one turn of the event loop has ended."""
    wire = Wire()
    use(JoinedWrites(wire, asyncio.get_running_loop()))
    await asyncio.sleep(0)
    return wire


def write(transport: JoinedWrites) -> None:
    for data in (b"head", b"", b"body"):
        transport.write(data)


def write_and_flush(transport: JoinedWrites) -> None:
    write(transport)
    transport.flush()
    transport.write(b"next")


def write_and_close(transport: JoinedWrites) -> None:
    write(transport)
    transport.close()
    transport.write(b"late")


def write_and_abort(transport: JoinedWrites) -> None:
    write(transport)
    transport.abort()


@pytest.mark.parametrize(
    ("use", "sent"),
    [
        (write, [b"headbody"]),
        (write_and_flush, [b"headbody", b"next"]),
        (write_and_close, [b"headbody"]),
        (write_and_abort, []),
    ],
)
def test_what_is_written_in_one_turn_is_sent_in_one_piece(
    use: Callable[[JoinedWrites], None], sent: list[bytes]
) -> None:
    assert asyncio.run(one_turn(use)).sent == sent


def test_what_waits_counts_as_not_sent() -> None:
    sizes: list[int] = []

    def use(transport: JoinedWrites) -> None:
        write(transport)
        sizes.append(transport.get_write_buffer_size())
        transport.flush()
        sizes.append(transport.get_write_buffer_size())

    asyncio.run(one_turn(use))
    assert sizes == [108, 100]


def test_a_server_sends_the_head_of_a_response_with_its_body(server: str) -> None:
    with socket.create_connection(("127.0.0.1", int(server.rsplit(":", 1)[1])), timeout=60) as connection:
        for _ in range(20):
            connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert connection.recv(65_536).endswith(b'\r\n\r\n{"status":"ok"}')
