"""Messages between the server and a confined process: JSON with its length before it, and descriptors of open files."""

import array
import json
import select
import socket
import struct
import time
from collections.abc import Mapping, Sequence
from typing import Any

from app.work.deadline import Deadline

LENGTH = struct.Struct("=I")
STOP = struct.Struct("=Q")  # the number of a request, on the socket for stops
MAX_MESSAGE = 16_000_000  # bytes
MAX_DESCRIPTORS = 16
PART = 1 << 16
SEND_S = 10.0  # how long the other side may take to read
Message = Mapping[str, Any]


class ChannelClosed(Exception):
    """One of the sides has ended, or what the other one sends is no message."""


class Channel:
    """One end of a socket pair. Not safe to be read by several threads."""

    def __init__(self, end: socket.socket) -> None:
        self._socket = end
        self._received = bytearray()
        self._descriptors: list[int] = []

    def send(self, message: Message, descriptors: Sequence[int] = ()) -> None:
        """Send a message, and copies of open descriptors with it.

        Raises:
            ChannelClosed: the other side has ended, or does not read.
        """
        text = json.dumps(message).encode()
        ancillary = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", descriptors))] if descriptors else []
        data = memoryview(LENGTH.pack(len(text)) + text)
        end = time.monotonic() + SEND_S
        try:
            while data:
                if not self._is_ready(select.POLLOUT, end - time.monotonic()):
                    raise ChannelClosed("the other side does not read")
                data = data[self._socket.sendmsg([data[:PART]], ancillary, socket.MSG_NOSIGNAL) :]
                ancillary = []
        except OSError as error:
            raise ChannelClosed("the other side has ended") from error

    def receive(self, timeout_s: float | None = None) -> Message | None:
        """The next message; None if it is not complete within the time. Descriptors that come with it are dropped.

        Raises:
            ChannelClosed: the other side has ended, or what it sends is no message.
        """
        deadline = None if timeout_s is None else Deadline(timeout_s)
        while True:
            message = self._complete_message()
            if message is not None:
                return message
            if deadline is not None and not self._is_ready(select.POLLIN, deadline.left_s):
                return None
            self._read(0)

    def receive_with_descriptors(self) -> tuple[Message, list[int]]:
        """The next message and the descriptors that came with it, which are the receiver's to close; raises as
        `receive` does.
        """
        while True:
            message = self._complete_message()
            if message is not None:
                descriptors, self._descriptors = self._descriptors, []
                return message, descriptors
            self._read(MAX_DESCRIPTORS)

    def close(self) -> None:
        self._socket.close()

    def _is_ready(self, event: int, timeout_s: float) -> bool:
        waiting = select.poll()  # poll(2) is among the calls of a confined process, select(2) is not
        try:
            waiting.register(self._socket, event)
        except ValueError as error:  # another thread has closed it: an idle process makes room for another one
            raise ChannelClosed("this side has ended") from error
        return bool(waiting.poll(1e3 * max(0.0, timeout_s)))

    def _read(self, descriptors: int) -> None:
        size = array.array("i").itemsize
        try:
            data, ancillary, _, _ = self._socket.recvmsg(
                PART, socket.CMSG_LEN(descriptors * size) if descriptors else 0
            )
        except OSError as error:
            raise ChannelClosed("the other side has ended") from error
        for level, kind, content in ancillary:
            if (level, kind) == (socket.SOL_SOCKET, socket.SCM_RIGHTS):
                numbers = array.array("i")
                numbers.frombytes(content[: len(content) - len(content) % size])
                self._descriptors += numbers
        if not data:
            raise ChannelClosed("the other side has ended")
        self._received += data

    def _complete_message(self) -> Message | None:
        if len(self._received) < LENGTH.size:
            return None
        (length,) = LENGTH.unpack(self._received[: LENGTH.size])
        if length > MAX_MESSAGE:
            raise ChannelClosed("the message is too long")
        if len(self._received) < LENGTH.size + length:
            return None
        text = bytes(self._received[LENGTH.size : LENGTH.size + length])
        del self._received[: LENGTH.size + length]
        try:
            message = json.loads(text)
        except (RecursionError, ValueError) as error:
            raise ChannelClosed("no message") from error
        if not isinstance(message, dict):
            raise ChannelClosed("no message")
        return message
