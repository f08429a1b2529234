"""The confined processes that are alive: how many there may be, and which one ends when another is needed."""

import threading
import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.errors import Overloaded
from app.sandbox.process import ConfinedProcess, Requirement
from app.sandbox.program import NETWORK
from app.sandbox.result_buffers import ResultBuffers

if TYPE_CHECKING:
    from app.sandbox.isolated_runtime import IsolatedRuntime

SWEEPS_PER_LIFETIME = 4
WAIT_S = 10.0  # for a process that is at work, where there may be no more of them
SPARE_BYTES = 256_000_000
MEMORY_IDLE_S = 5.0  # after which the memory of the last results is given back


@dataclass(frozen=True, slots=True)
class ChildrenLimits:
    """At most `processes` at a time, each idle for at most `idle_s` seconds; one request takes `request_s` at most."""

    processes: int
    idle_s: float
    request_s: float


class Children:
    """Starts processes for runtimes, and ends those that have been idle for long or the longest."""

    def __init__(self, requirement: Requirement, limits: ChildrenLimits) -> None:
        self._requirement = requirement
        self._limits = limits
        self._changed = threading.Condition()
        self._used: weakref.WeakKeyDictionary[IsolatedRuntime, float] = weakref.WeakKeyDictionary()
        self._busy: set[int] = set()
        self.buffers = ResultBuffers(SPARE_BYTES)
        self._closed = threading.Event()
        self._sweeper: threading.Thread | None = None

    @property
    def request_limit_s(self) -> float:
        return self._limits.request_s

    @property
    def memory_bytes(self) -> int:
        """The most of one process."""
        return self._requirement.limits.memory_bytes

    @property
    def alive(self) -> int:
        """How many processes there are."""
        with self._changed:
            return len(self._used)

    def start(self, runtime: "IsolatedRuntime") -> ConfinedProcess:
        """A new process for this runtime. If there are too many, the one that was idle longest ends first.

        Raises:
            Overloaded: all of them are at work, and go on for a while.
            SandboxUnavailable: it can't be confined.
        """
        with self._changed:
            self._used.pop(runtime, None)
            if not self._changed.wait_for(lambda: self._has_room or self._idle, WAIT_S):
                count = self._limits.processes
                raise Overloaded(f"Other networks of users are at work: {count}. Try again in 1 s.", retry_after_s=1)
            if not self._has_room:
                oldest = min(self._idle, key=lambda each: self._used[each])
                del self._used[oldest]
                oldest.close()
            self._used[runtime] = time.monotonic()
            self._start_sweeper()
        return ConfinedProcess(NETWORK, self._requirement)

    def end(self, runtime: "IsolatedRuntime") -> None:
        """End the runtime's process, unless it is at work."""
        with self._changed:
            if runtime in self._used and id(runtime) not in self._busy:
                del self._used[runtime]
                runtime.close()
                self._changed.notify_all()

    @contextmanager
    def in_use(self, runtime: "IsolatedRuntime") -> Iterator[None]:
        """While this lasts, the runtime's process does not count as idle."""
        with self._changed:
            self._busy.add(id(runtime))
        try:
            yield
        finally:
            with self._changed:
                self._busy.discard(id(runtime))
                if runtime in self._used:
                    self._used[runtime] = time.monotonic()
                self._changed.notify_all()

    def close(self) -> None:
        """End all processes."""
        self._closed.set()
        with self._changed:
            for runtime in self._used:
                (runtime.kill if id(runtime) in self._busy else runtime.close)()
            self._used.clear()

    @property
    def _has_room(self) -> bool:
        return len(self._used) < self._limits.processes

    @property
    def _idle(self) -> "list[IsolatedRuntime]":
        return [each for each in self._used if id(each) not in self._busy]

    def _start_sweeper(self) -> None:
        if self._sweeper is None:
            self._sweeper = threading.Thread(target=self._sweep, name="sandbox-sweeper", daemon=True)
            self._sweeper.start()

    def _sweep(self) -> None:
        while not self._closed.wait(min(MEMORY_IDLE_S, self._limits.idle_s / SWEEPS_PER_LIFETIME)):
            now = time.monotonic()
            with self._changed:
                idle = {each: now - self._used[each] for each in self._idle}
                for runtime in [each for each, seconds in idle.items() if seconds > self._limits.idle_s]:
                    del self._used[runtime]
                    runtime.close()
            for runtime, seconds in idle.items():
                if seconds > MEMORY_IDLE_S:
                    runtime.release_memory()
