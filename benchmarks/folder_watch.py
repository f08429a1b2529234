"""Whether anyone opens, reads or changes a file in a folder, as the kernel says (inotify(7))."""

import ctypes
import os
import struct
from pathlib import Path

OPEN, ACCESS, MODIFY, CREATE, DELETE, ATTRIBUTES = 0x20, 0x1, 0x2, 0x100, 0x200, 0x4
EVENTS = OPEN | ACCESS | MODIFY | CREATE | DELETE | ATTRIBUTES
EVENT = struct.Struct("iIII")
PART = 1 << 16


class FolderWatch:
    """Counts what happens to the files of a folder from now on."""

    def __init__(self, folder: Path) -> None:
        library = ctypes.CDLL(None, use_errno=True)
        self._descriptor = library.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)
        if self._descriptor < 0 or library.inotify_add_watch(self._descriptor, os.fsencode(folder), EVENTS) < 0:
            raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))

    def names(self) -> list[str]:
        """The names of the files that something was done to since the last time, one for each event."""
        content, names, at = b"", list[str](), 0
        try:
            while part := os.read(self._descriptor, PART):
                content += part
        except BlockingIOError:  # no more events
            pass
        while at < len(content):
            *_, length = EVENT.unpack_from(content, at)
            at += EVENT.size + length
            names.append(content[at - length : at].rstrip(b"\0").decode("utf-8", "replace"))
        return names

    def close(self) -> None:
        os.close(self._descriptor)
