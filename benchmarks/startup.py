"""From `make serve` on a warm environment to the first answered prediction."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import psutil

from benchmarks.photos import SAMPLE

ROOT = Path(__file__).parent.parent
GIVE_UP_S = 60


@contextmanager
def serving(data_dir: Path, **settings: str) -> Iterator[tuple[str, float]]:
    """Run `make serve`; gives the server's address and the seconds until it had classified a photo.

    `settings` are given by their names. What the server writes goes nowhere.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    named = {"port": str(port), "data_dir": str(data_dir)} | settings
    variables = {f"CONVSCOPE_{name.upper()}": value for name, value in named.items()}
    begin = time.perf_counter()
    process = subprocess.Popen(
        ["make", "-s", "serve"],
        cwd=ROOT,
        env=os.environ | variables,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        address = f"http://127.0.0.1:{port}"
        yield address, first_prediction(address, begin)
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(GIVE_UP_S)


def first_prediction(address: str, begin: float) -> float:
    url = f"{address}/api/v1/models/squeezenet1_1/classify"
    while time.perf_counter() - begin < GIVE_UP_S:
        try:
            httpx.post(url, files={"file": SAMPLE.read_bytes()}, timeout=GIVE_UP_S).raise_for_status()
        except httpx.TransportError:
            time.sleep(0.02)
        else:
            return time.perf_counter() - begin
    raise TimeoutError("make serve")


def server_process(address: str) -> psutil.Process:
    """The process that listens at an address of this machine."""
    port = int(address.rpartition(":")[2])
    for connection in psutil.net_connections("tcp"):
        if connection.laddr and connection.laddr.port == port and connection.status == psutil.CONN_LISTEN:
            return psutil.Process(connection.pid)
    raise LookupError(address)
