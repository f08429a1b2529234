"""Messages between two ends of a socket pair, and what ends a channel."""

import os
import socket
import struct
import threading
import time
from pathlib import Path

import pytest

from app.sandbox.channel import Channel, ChannelClosed

DESCRIPTORS = Path("/proc/self/fd")


def test_a_message_arrives_as_it_was_sent() -> None:
    one, other = map(Channel, socket.socketpair())
    message = {"do": "run", "feeds": [["x", "<f4", [1, 3], 0]], "text": "ü" * 100_000}
    one.send({"do": "first"})
    sending = threading.Thread(target=one.send, args=(message,))  # it is longer than what the system holds
    sending.start()
    assert [other.receive(1), other.receive(1)] == [{"do": "first"}, message]
    sending.join()
    one.close()
    other.close()


def test_an_open_file_comes_with_its_message() -> None:
    one, other = map(Channel, socket.socketpair())
    reading, writing = os.pipe()
    one.send({"do": "open"}, [writing])
    message, (copy,) = other.receive_with_descriptors()
    os.write(copy, b"through the copy")
    assert (message, os.read(reading, 100)) == ({"do": "open"}, b"through the copy")
    for descriptor in (reading, writing, copy):
        os.close(descriptor)
    one.close()
    other.close()


def test_files_that_are_not_asked_for_are_not_taken() -> None:
    one, other = map(Channel, socket.socketpair())
    before = len([*DESCRIPTORS.iterdir()])
    one.send({"a": 1}, [0, 1, 2])
    assert other.receive(1) == {"a": 1}
    assert len([*DESCRIPTORS.iterdir()]) == before
    one.close()
    other.close()


def test_the_time_is_that_of_the_whole_message_in_however_many_pieces_it_comes() -> None:
    one, other = socket.socketpair()
    channel, message = Channel(other), b'{"a": 1}'
    one.sendall(struct.pack("=I", len(message)))

    def send_slowly() -> None:
        for piece in message:
            time.sleep(0.05)
            one.sendall(bytes([piece]))

    sending, begin = threading.Thread(target=send_slowly), time.monotonic()
    sending.start()
    assert channel.receive(0.15) is None
    assert time.monotonic() - begin < 0.4  # of the 0.4 s that it takes
    assert channel.receive(10) == {"a": 1}
    sending.join()
    one.close()
    channel.close()


def test_nothing_within_the_time_is_none() -> None:
    one, other = map(Channel, socket.socketpair())
    assert other.receive(0.01) is None
    one.close()
    other.close()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        struct.pack("=I", 3) + b"no!",
        struct.pack("=I", 2) + b"[]",
        struct.pack("=I", 4_000_000_000),
        b"[" * 200_000,
    ],
    ids=["end", "no JSON", "no object", "too long", "deep"],
)
def test_what_is_no_message_ends_the_channel(data: bytes) -> None:
    one, other = socket.socketpair()
    channel = Channel(other)
    if data.startswith(b"["):
        data = struct.pack("=I", len(data)) + data
    one.sendall(data)
    one.close()
    with pytest.raises(ChannelClosed):
        channel.receive(1)
    channel.close()


def test_a_channel_that_is_closed_here_has_ended() -> None:
    one, other = map(Channel, socket.socketpair())
    one.close()
    with pytest.raises(ChannelClosed):
        one.send({"a": 1})
    with pytest.raises(ChannelClosed):
        one.receive(0)
    other.close()


def test_sending_to_one_who_does_not_read_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.sandbox.channel.SEND_S", 0.2)
    one, other = map(Channel, socket.socketpair())
    with pytest.raises(ChannelClosed):
        one.send({"text": "x" * 5_000_000})
    one.close()
    other.close()
