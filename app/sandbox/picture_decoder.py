"""Photos whose decoders the server does not trust with a stranger's bytes: each is decoded in a process of its own."""

from dataclasses import asdict
from importlib.util import find_spec

import numpy as np

from app.errors import UnsupportedFormat
from app.images.decode import MAX_SIDE, Limits, Picture, check_bytes, decode, working_bytes
from app.images.formats.header import broken_picture
from app.images.formats.signatures import HEIC_DECODER, is_heic, unsupported_format
from app.sandbox.channel import Message
from app.sandbox.confinement import ProcessLimits
from app.sandbox.process import ConfinedProcess, Requirement, UnknownFailure
from app.sandbox.program import HEIC
from app.sandbox.sandbox import Sandbox
from app.sandbox.shared_memory import ArraySpec, SharedMemory
from app.work.stop import Stop

DECODE_S = 20.0
PROGRAM_BYTES = 600_000_000  # address space of a process before it decodes, and of what its threads reserve
FORMAT = "HEIC"
BYTE = np.dtype(np.uint8)


class PictureDecoder:
    """Decodes HEIC. A photo that takes its process over meets no other photo there."""

    def __init__(self, sandbox: Sandbox, limits: Limits) -> None:
        self._sandbox = sandbox
        self._limits = limits
        self._memory_bytes = 3 * min(limits.max_side**2, limits.max_decoded_pixels)  # of the pixels of a picture

    @property
    def refusal(self) -> UnsupportedFormat | None:
        """Why no HEIC is decoded here; None if it is."""
        if find_spec(HEIC_DECODER) is None:
            return unsupported_format(FORMAT, "the extra `heic` of ConvScope is not installed")
        if self._sandbox.mode == "required" and (gap := self._sandbox.gap) is not None:
            return unsupported_format(FORMAT, f"the process that decodes it could {gap}")
        return None

    def decode(self, data: bytes, stop: Stop) -> Picture:
        """The picture in `data`, as `decode_heic` gives it.

        Raises:
            ConvScopeError: the reason of `stop`.
            UnsupportedFormat: no HEIC is decoded here.
            TooLarge, BrokenPicture: as `decode_heic` does, and BrokenPicture if its decoder ended.
            TimedOut: it took too long.
            SandboxUnavailable: the process does not start.
        """
        if (refusal := self.refusal) is not None:
            raise refusal
        check_bytes(data, self._limits)
        memory = SharedMemory.create(max(len(data), self._memory_bytes))
        try:
            memory.array(ArraySpec(BYTE, (len(data),)), 0)[...] = np.frombuffer(data, BYTE)
            return self._read(self._ask(len(data), memory, stop), memory)
        finally:
            memory.close()

    def _ask(self, count: int, memory: SharedMemory, stop: Stop) -> Message:
        limits = ProcessLimits(PROGRAM_BYTES + memory.size + 2 * working_bytes(self._limits), int(DECODE_S) + 1)
        process = ConfinedProcess(HEIC, Requirement(limits, self._sandbox.mode == "required"))
        request = {"do": "decode", "bytes": count, "size": memory.size, "limits": asdict(self._limits)}
        try:
            return process.ask(request, stop, DECODE_S, [memory.descriptor])
        except UnknownFailure as error:
            raise broken_picture(FORMAT, "its decoder failed") from error
        finally:
            process.close()

    def _read(self, answer: Message, memory: SharedMemory) -> Picture:
        """The picture that the process says it has written; BrokenPicture if it can't be one."""
        try:
            height, width, colours = map(int, answer["shape"])
            whole = int(answer["width"]), int(answer["height"])
            if colours != 3 or not 0 < min(height, width, *whole) <= max(*whole) <= MAX_SIDE:
                raise ValueError("no picture")
            rgb = memory.array(ArraySpec(BYTE, (height, width, 3)), 0).copy()
        except (KeyError, OverflowError, TypeError, ValueError) as error:
            raise broken_picture(FORMAT, "its decoder returns nonsense") from error
        if max(height, width) > self._limits.max_side:
            raise broken_picture(FORMAT, "its decoder returns nonsense")
        rgb.flags.writeable = False
        return Picture(rgb, FORMAT, *whole)


def decode_photo(data: bytes, limits: Limits, sandbox: Sandbox, stop: Stop) -> Picture:
    """The picture in `data`, of any accepted format; raises as `decode` and `PictureDecoder.decode` do."""
    return PictureDecoder(sandbox, limits).decode(data, stop) if is_heic(data) else decode(data, limits)
