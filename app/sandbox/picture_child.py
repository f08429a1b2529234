"""The confined process of one photo: it decodes it from shared memory, writes the pixels there, and ends."""

import json
import os
import socket
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict

import numpy as np

from app.errors import ConvScopeError
from app.images.decode import Limits
from app.images.heic import decode_heic
from app.sandbox.channel import Channel, ChannelClosed, Message
from app.sandbox.confinement import ProcessLimits, confine
from app.sandbox.shared_memory import ArraySpec, SharedMemory

BYTE = np.dtype(np.uint8)


def main(descriptor: str, stops: str, limits: str) -> None:
    """Confine this process, say what holds, and answer one request; nobody looks for stops."""
    channel = Channel(socket.socket(fileno=int(descriptor)))
    channel.send(asdict(confine(ProcessLimits(**json.loads(limits)))))
    with suppress(ChannelClosed):
        channel.send(_decode(*channel.receive_with_descriptors()))
    os._exit(0)


def _decode(message: Message, descriptors: Sequence[int]) -> Message:
    memory = SharedMemory(descriptors[0], message["size"])
    data = memory.array(ArraySpec(BYTE, (message["bytes"],)), 0).tobytes()
    try:
        picture = decode_heic(data, Limits(**message["limits"]))
    except ConvScopeError as error:
        return {"error": type(error).__name__, "message": error.message, "details": error.details}
    memory.array(ArraySpec(BYTE, picture.rgb.shape), 0)[...] = picture.rgb
    return {"shape": picture.rgb.shape, "width": picture.width, "height": picture.height}
