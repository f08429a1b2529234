"""The sandbox: whether strangers' networks can be confined here, and the runtimes that confine them."""

import math
import signal
import subprocess  # nosec B404  # for its errors
import threading
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Literal

from app.errors import SandboxUnavailable
from app.nets.session import NetworkRuntime
from app.sandbox.channel import ChannelClosed, Message
from app.sandbox.children import Children, ChildrenLimits
from app.sandbox.confinement import ProcessLimits
from app.sandbox.isolated_runtime import IsolatedRuntime
from app.sandbox.probe import ATTEMPTS
from app.sandbox.process import Requirement, start_limit_s, start_process

SandboxMode = Literal["required", "best", "off"]
ANSWER_S = 10.0
NO_START = "not start"
RETRY_S = 10.0


@dataclass(frozen=True, slots=True)
class SandboxPolicy:
    """How strangers' networks run: `required` refuses them where a process can't be confined completely, `best`
    confines it as far as possible, and with `off` they run in the server itself.
    """

    mode: SandboxMode
    process: ProcessLimits
    children: ChildrenLimits


class Sandbox:
    """Gives each network a runtime of its own."""

    def __init__(self, policy: SandboxPolicy, local: NetworkRuntime) -> None:
        self.policy = policy
        self.mode = policy.mode
        self._local = local
        self._children = Children(Requirement(policy.process, policy.mode == "required"), policy.children)
        self._trying = threading.Lock()
        self._gap: str | None = None
        self._try_at = 0.0

    @property
    def gap(self) -> str | None:
        """What a confined process could still do here, in words; None if its confinement is complete.

        The first time starts processes that try it. One that does not start says nothing of the system, which may just
        be short of memory: after a while it is tried again.
        """
        with self._trying:
            if time.monotonic() >= self._try_at:
                self._gap = next(self._gaps(), None)
                self._try_at = time.monotonic() + RETRY_S if self._gap == NO_START else math.inf
            return self._gap

    @property
    def summary(self) -> str:
        """What holds for users' networks here, in words."""
        if self.mode == "off":
            return "off: networks of users run in the server itself"
        gap = self.gap
        if gap is None:
            return f"{self.mode}: networks of users run in confined processes"
        return f"{self.mode}: a process with a network of a user could {gap}"

    @property
    def problem(self) -> str | None:
        """Why strangers' networks are refused, in words; None if they are not."""
        if self.mode != "required" or (gap := self.gap) is None:
            return None
        return f"Networks of your own are refused here, because the process that runs them could {gap}."

    @property
    def processes(self) -> int:
        """How many confined processes there are."""
        return self._children.alive

    def for_network(self) -> NetworkRuntime:
        """A runtime for one stranger's network.

        Raises:
            SandboxUnavailable: the policy requires what this system can't do.
        """
        if (problem := self.problem) is not None:
            raise SandboxUnavailable(problem)
        return self._local if self.mode == "off" else IsolatedRuntime(self._children, self._local.threads)

    def close(self) -> None:
        """End all processes."""
        self._children.close()

    def _gaps(self) -> Iterator[str]:
        for attempt in ATTEMPTS:
            try:
                process, channel, stops = start_process("probe", {**asdict(self.policy.process), "attempt": attempt})
            except OSError:
                yield NO_START
                return
            with stops:
                try:
                    hello = channel.receive(start_limit_s())
                    code = process.wait(ANSWER_S)
                except (ChannelClosed, subprocess.TimeoutExpired):
                    hello, code = None, 0
                finally:
                    process.kill()
                    process.wait()
                    channel.close()
            yield from _gaps_of(hello, code, attempt)


def _gaps_of(hello: Message | None, code: int, attempt: str) -> Iterator[str]:
    """What a process could do that said `hello`, tried what the filter must end it for, and ended with `code`."""
    if hello is None:
        yield NO_START
        return
    if hello["opens"] or hello["landlock"] == 0:
        yield "open files: the kernel has no landlock"
    if not hello["filters_calls"] or code != -signal.SIGSYS:
        yield {"socket": "open connections", "fork": "start processes"}[
            attempt
        ] + ": the kernel filters no system calls"
