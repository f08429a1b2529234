"""A confined process as the server sees it: started, checked, asked one thing at a time, and ended."""

import json
import os
import socket
import subprocess  # nosec B404  # it starts this interpreter, with arguments of our own
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import asdict, dataclass
from itertools import count
from pathlib import Path
from typing import Any

from app.errors import Cancelled, ConvScopeError, SandboxUnavailable, TimedOut
from app.sandbox.channel import STOP, Channel, ChannelClosed, Message
from app.sandbox.confinement import Confinement, ProcessLimits
from app.sandbox.program import Program
from app.work.stop import Stop

ROOT = Path(__file__).parents[2]
START_S, GRACE_S, TICK_S = 30.0, 1.0, 0.1
LOW_PRIORITY_START_S = 300.0  # of a process that waits until the others have done their work
# A quarter of the start would be a search for garbage among the modules that it imports, all of which stay.
COMMAND = """import gc, sys
gc.disable()
sys.path.insert(0, sys.argv[1])
from app.sandbox.{module} import main
gc.freeze()
gc.enable()
main(*sys.argv[2:])"""
# One thread each: they are not what computes here. onnxruntime would report to its makers.
ENVIRONMENT = {"ORT_DISABLE_TELEMETRY": "1", "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
MAX_TEXT, MAX_DETAILS = 500, 10

# The system ends a process with the thread that started it, as it asks for: this one ends with the server.
_STARTER = ThreadPoolExecutor(1, thread_name_prefix="sandbox-starter")


class UnknownFailure(Exception):
    """A library in the process raised an error that is none of ours; the message is the name of its type."""


@dataclass(frozen=True, slots=True)
class Requirement:
    """What a process may use, and whether its confinement must be complete."""

    limits: ProcessLimits
    is_strict: bool


class ConfinedProcess:
    """A child that has confined itself before it got a byte of a stranger's file. One thread asks at a time."""

    def __init__(self, program: Program, requirement: Requirement) -> None:
        """Start it, and wait until it is confined.

        Raises:
            SandboxUnavailable: it does not start, or is not confined as required.
        """
        self._program = program
        try:
            self._process, self._channel, self._stops = start_process(program.module, asdict(requirement.limits))
        except OSError as error:
            raise SandboxUnavailable(f"The process for {program.uses} does not start.") from error
        self._numbers = count(1)
        try:
            hello = self._channel.receive(start_limit_s())
        except ChannelClosed:
            hello = None
        if hello is None:
            self.close()
            raise SandboxUnavailable(f"The process for {program.uses} does not start.")
        self.confinement = Confinement(hello["landlock"], hello["filters_calls"])
        if requirement.is_strict and not (self.confinement.is_complete and is_filtered(self._process.pid)):
            self.close()
            raise SandboxUnavailable(f"The process for {program.uses} can't be confined by this system.")

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        return self._process.poll() is None

    def ask(self, request: Message, stop: Stop, seconds: float, descriptors: Sequence[int] = ()) -> Message:
        """The answer to a request. The process is asked to stop with `stop` or after `seconds`, and soon killed.

        Raises:
            ConvScopeError: the reason of `stop`; a failure that the program answers with, or its end.
            TimedOut: the time is up.
            UnknownFailure: a library raised an error.
        """
        number = next(self._numbers)
        try:
            self._channel.send({**request, "number": number}, descriptors)
            answer = self._wait(number, stop, seconds)
        except (ChannelClosed, OSError) as error:
            stop.check()
            raise self._crash(str(request["do"])) from error
        if answer is None:
            self.close()
        elif "error" not in answer:
            return answer
        stop.check()
        if answer is None or answer["error"] == Cancelled.__name__:
            raise TimedOut(f"{self._program.subject} took longer than {seconds:g} s and was stopped.", limit_s=seconds)
        raise self._failure(answer)

    def kill(self) -> None:
        """End the process at once; whoever waits for an answer gets an error."""
        self._process.kill()
        self._process.wait()

    def close(self) -> None:
        """End the process, while nobody waits for an answer."""
        self.kill()
        self._channel.close()
        self._stops.close()

    def _wait(self, number: int, stop: Stop, seconds: float) -> Message | None:
        """The answer; None if there is none by the end of the time, and of the grace after it."""
        end, is_stopping = time.monotonic() + seconds, False
        while True:
            answer = self._channel.receive(TICK_S)
            is_late = time.monotonic() >= end
            if answer is not None or (is_late and is_stopping):
                return answer
            if not is_stopping and (is_late or stop.reason is not None):
                self._stops.sendmsg([STOP.pack(number)], (), socket.MSG_NOSIGNAL)
                end, is_stopping = time.monotonic() + GRACE_S, True

    def _crash(self, request: str) -> ConvScopeError:
        """The error of a process that has ended, or talks nonsense."""
        try:
            code = self._process.wait(GRACE_S)
        except subprocess.TimeoutExpired:
            code = 0
        self.close()
        return self._program.crash(request, max(0, -code))

    def _failure(self, answer: Message) -> Exception:
        kind, text = str(answer["error"])[:MAX_TEXT], str(answer.get("message", ""))[:MAX_TEXT]
        if kind not in self._program.failures:
            return UnknownFailure(kind)
        error = self._program.failures[kind](text)
        error.details = read_numbers(answer.get("details"))
        return error


def start_process(module: str, settings: dict[str, Any]) -> tuple["subprocess.Popen[bytes]", Channel, socket.socket]:
    """Start `main` of a module of `app.sandbox` with two sockets and settings, and nothing else of this process.

    Raises OSError where there are too many processes or open files, or no memory.
    """
    (ours, theirs), (stops, their_stops) = socket.socketpair(), socket.socketpair()
    arguments = [sys.executable, "-I", "-X", "utf8", "-c", COMMAND.format(module=module), str(ROOT)]
    with theirs, their_stops, ExitStack() as on_failure:
        on_failure.enter_context(ours)
        on_failure.enter_context(stops)
        descriptors = [theirs.fileno(), their_stops.fileno()]
        process = _STARTER.submit(
            subprocess.Popen[bytes],
            [*arguments, *map(str, descriptors), json.dumps(settings)],
            pass_fds=descriptors,
            env=ENVIRONMENT,
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        ).result()
        on_failure.pop_all()
    _pass_on_priority(process.pid)
    return process, Channel(ours), stops


def priority() -> int:
    """That of this process, its niceness: the greater, the less."""
    return os.getpriority(os.PRIO_PROCESS, 0)


def start_limit_s() -> float:
    """How long a process may take to start."""
    return START_S if priority() <= 0 else LOW_PRIORITY_START_S


def _pass_on_priority(process: int) -> None:
    """Give the session of a process our priority: the kernel compares sessions, not their processes (sched(7))."""
    nice = priority()
    if nice > 0:
        with suppress(OSError):  # a kernel without groups of sessions compares processes
            Path(f"/proc/{process}/autogroup").write_text(str(nice))


def read_numbers(details: object) -> dict[str, int]:
    """The details of an error that a process answers with, as far as they are whole numbers."""
    if not isinstance(details, dict):
        return {}
    return {name: value for name, value in [*details.items()][:MAX_DETAILS] if isinstance(value, int)}


def is_filtered(pid: int) -> bool:
    """Whether the kernel says that the process filters its system calls and can't gain privileges."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    status = dict(line.split(":", 1) for line in lines if ":" in line)
    return status.get("Seccomp", "").strip() == "2" and status.get("NoNewPrivs", "").strip() == "1"
