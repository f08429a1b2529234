"""A runtime whose graphs are loaded and run in a confined process; arrays come back through shared memory."""

import threading
import weakref
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from onnx import ModelProto

from app.errors import ConvScopeError, NetworkError, NotAvailable
from app.nets.session import DEFAULT_OPTIONS, SessionOptions, Tensor
from app.sandbox.channel import Message
from app.sandbox.children import Children
from app.sandbox.isolated_session import IsolatedSession
from app.sandbox.process import ConfinedProcess, UnknownFailure
from app.sandbox.shared_memory import ArrayPlaces, ArraySpec, SharedMemory, lay_out, read_specs
from app.work.stop import Stop

TICK_S = 0.05


class IsolatedRuntime:
    """The runtime of one network: its process is started when needed, and started again after it has ended.

    One thing runs at a time. The process writes results into memory that it shares with the server, which copies them:
    what the process does afterwards changes nothing that the server holds.
    """

    def __init__(self, children: Children, threads: int) -> None:
        self.threads = threads
        self._children = children
        self._turn = threading.Lock()
        self._process: ConfinedProcess | None = None
        self._memory: SharedMemory | None = None
        self._buffers = children.buffers
        self._numbers = count(1)
        self._released: deque[int] = deque()  # sessions that nobody uses any more

    @property
    def max_concurrent_runs(self) -> int:
        """One: a run has all threads."""
        return 1

    def threads_per_run(self, concurrent_runs: int) -> int:
        return self.threads

    def open(
        self, model: ModelProto, folder: Path, options: SessionOptions = DEFAULT_OPTIONS, stop: Stop | None = None
    ) -> "IsolatedSession":
        """Load a model in the process.

        Raises:
            ConvScopeError: the reason of `stop`.
            UnsupportedNetwork, NetworkError: as `NetworkRuntime.open` does.
            NotAvailable: a profile is asked for, which would need a file.
            NetworkCrashed: the process ended.
            TimedOut: loading took too long.
        """
        if options.profile is not None:
            raise NotAvailable("The times of layers are measured only for networks that run in the server itself.")
        session = IsolatedSession(self, next(self._numbers), model, folder, options)
        weakref.finalize(session, self._released.append, session.number)
        stop = stop or Stop()
        with self.turn(stop) as process:
            session.load(process, stop)
        return session

    def unload(self) -> None:
        """End the process, if nothing runs in it: with its sessions gone it holds nothing."""
        self._children.end(self)

    def infer_shapes(self, model: ModelProto) -> ModelProto:
        """The model with the shapes that onnx infers in the process; raises as `open` does, and ValueError."""
        stop, serialised = Stop(), model.SerializeToString()
        with self.turn(stop) as process:
            self.write(process, [np.frombuffer(serialised, np.uint8)], stop)
            try:
                answer = self.ask(process, {"do": "infer", "model": len(serialised)}, stop)
            except UnknownFailure as error:
                raise ValueError(str(error)) from error
            (result,) = self.fetch(process, read_specs(answer), stop)
        inferred: ModelProto = ModelProto.FromString(result.tobytes())
        return inferred

    def ask(self, process: ConfinedProcess, request: Message, stop: Stop, descriptors: Sequence[int] = ()) -> Message:
        """The answer to a request, which also says which sessions are released."""
        released = [self._released.popleft() for _ in range(len(self._released))]
        limit = self._children.request_limit_s
        return process.ask({**request, "close": released}, stop, limit, descriptors)

    @contextmanager
    def turn(self, stop: Stop) -> Iterator[ConfinedProcess]:
        """The process, which is this thread's alone; raises the reason of `stop` if it is set before that."""
        while not self._turn.acquire(timeout=TICK_S):
            stop.check()
        try:
            stop.check()
            with self._children.in_use(self):
                if self._process is None or not self._process.is_alive:
                    self._forget_memory()
                    self._process = self._children.start(self)
                yield self._process
        finally:
            self._turn.release()

    @property
    def process_id(self) -> int | None:
        """That of the process; None before the first use."""
        return self._process.pid if self._process is not None else None

    def room_for(self, process: ConfinedProcess, size: int, stop: Stop) -> SharedMemory:
        """Shared memory of at least `size` bytes, which the process has mapped."""
        if self._memory is None or self._memory.size < size:
            if size > self._children.memory_bytes:
                raise NetworkError("The network needs more memory than it may have.", limit=self._children.memory_bytes)
            self._forget_memory()
            memory = SharedMemory.create(size)
            try:
                self.ask(process, {"do": "memory", "size": memory.size}, stop, [memory.descriptor])
            except BaseException:
                memory.close()
                raise
            self._memory = memory
        return self._memory

    def write(self, process: ConfinedProcess, arrays: Sequence[npt.NDArray[Any]], stop: Stop) -> ArrayPlaces:
        """Write arrays into the shared memory, from its beginning on."""
        specs = [ArraySpec(array.dtype, array.shape) for array in arrays]
        layout = lay_out(specs)
        memory = self.room_for(process, layout.end, stop)
        for array, spec, offset in zip(arrays, specs, layout.offsets, strict=True):
            memory.array(spec, offset)[...] = array
        return layout

    def fetch(self, process: ConfinedProcess, specs: Sequence[ArraySpec], stop: Stop) -> list[Tensor]:
        """Copies of the results that the process holds."""
        layout = lay_out(specs)
        memory = self.room_for(process, layout.end, stop)
        self.ask(process, {"do": "fetch", "offsets": layout.offsets}, stop)
        return self.copies(memory, specs, layout)

    def copies(self, memory: SharedMemory, specs: Sequence[ArraySpec], layout: ArrayPlaces) -> list[Tensor]:
        """Copies of the arrays in the shared memory."""
        buffer = self._buffers.take(layout.end)
        return [memory.copy(spec, offset, buffer) for spec, offset in zip(specs, layout.offsets, strict=True)]

    def release_memory(self) -> None:
        """Give back the memory of former runs, the shared memory as well, if nothing runs."""
        with self._turn_if_free() as is_free:
            if is_free and self._memory is not None:
                self._memory.release_pages()
            if is_free and self._process is not None and self._process.is_alive:
                with suppress(ConvScopeError):  # of a process that ends: the next use starts another one
                    self.ask(self._process, {"do": "trim"}, Stop())

    def close(self) -> None:
        """End the process, when nothing runs in it, and give back its memory. The next use starts another one."""
        if self._process is not None:
            self._process.close()
        with self._turn_if_free() as is_free:
            if is_free:  # else somebody has just come, who finds that the process has ended
                self._forget_memory()

    def kill(self) -> None:
        """End the process at once, whatever it does."""
        if self._process is not None:
            self._process.kill()

    @contextmanager
    def _turn_if_free(self) -> Iterator[bool]:
        """Nobody else's turn as long as this lasts; False if it is somebody's."""
        is_free = self._turn.acquire(blocking=False)
        try:
            yield is_free
        finally:
            if is_free:
                self._turn.release()

    def _forget_memory(self) -> None:
        if self._memory is not None:
            self._memory.close()
        self._memory = None
