"""The process of a job as the server sees it: started, listened to, and ended. It ends with the server."""

import json
import os
import select
import subprocess  # nosec B404  # it starts this interpreter, with arguments of our own
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from app.sandbox.process import ENVIRONMENT
from app.sandbox.program import signal_name
from app.work.deadline import Deadline

ROOT = Path(__file__).parents[3]
COMMAND = "import sys; sys.path.insert(0, sys.argv[1]); from app.engine.jobs.child import main; main()"
PART = 1 << 16
END_S = 5.0
RESUME = "What is done is stored: start the job again to go on."


class JobProcess:
    """A child that runs one job. It holds `descriptor` open, reads its order from its input, and writes JSON lines.

    Its input stays open as long as this process is alive, however that ends: when it closes, the child ends.
    """

    def __init__(self, order: Mapping[str, Any], descriptor: int) -> None:
        self._process = subprocess.Popen(  # noqa: S603  # nosec B603  # this interpreter, with arguments of our own
            [sys.executable, "-I", "-X", "utf8", "-c", COMMAND, str(ROOT)],
            pass_fds=[descriptor],
            env=ENVIRONMENT,
            cwd="/",
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            process_group=0,  # of the same session: in another one the kernel would not compare its priority with ours
        )
        self._received = b""
        if self._process.stdin is not None:
            self._process.stdin.write(json.dumps(order).encode() + b"\n")
            self._process.stdin.flush()

    @property
    def pid(self) -> int:
        return self._process.pid

    def receive(self, timeout_s: float) -> Mapping[str, Any] | None:
        """The next message; None if there is none within the time. Raises EOFError when the process has ended."""
        output = self._process.stdout
        if output is None:
            raise EOFError
        waiting, deadline = select.poll(), Deadline(timeout_s)  # select(2) knows no descriptor above 1023
        waiting.register(output, select.POLLIN)
        while b"\n" not in self._received:
            if not waiting.poll(1e3 * deadline.left_s):
                return None
            part = os.read(output.fileno(), PART)
            if not part:
                raise EOFError
            self._received += part
        line, self._received = self._received.split(b"\n", 1)
        message: Mapping[str, Any] = json.loads(line)
        return message

    def problem(self) -> str | None:
        """Why the process has ended, in words; None if it has done what it was to do."""
        try:
            code = self._process.wait(END_S)
        except subprocess.TimeoutExpired:
            self.close()
            return f"The process of this job did not end. {RESUME}"
        if code < 0:
            name = signal_name(-code)
            return f"The process of this job was ended by signal {-code} ({name}). {RESUME}"
        return None if code == 0 else f"The process of this job ended because of an error. {RESUME}"

    def close(self) -> None:
        """End the process, whatever it does."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
