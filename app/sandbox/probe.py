"""A process that confines itself and then tries what must not be possible."""

import json
import os
import socket
from collections.abc import Callable, Mapping
from pathlib import Path

from app.sandbox.channel import Channel
from app.sandbox.confinement import ProcessLimits, confine

ATTEMPTS: Mapping[str, Callable[[], object]] = {"socket": socket.socket, "fork": os.fork}


def main(descriptor: str, stops: str, settings: str) -> None:
    """Confine this process, say what holds and whether a file can be opened, and try what must end it."""
    channel = Channel(socket.socket(fileno=int(descriptor)))
    limits = json.loads(settings)
    attempt = ATTEMPTS[limits.pop("attempt")]
    confinement = confine(ProcessLimits(**limits))
    try:
        Path("/etc/hostname").read_bytes()
        opens_files = True
    except PermissionError:
        opens_files = False
    channel.send({"landlock": confinement.landlock, "filters_calls": confinement.filters_calls, "opens": opens_files})
    attempt()
    os._exit(0)
