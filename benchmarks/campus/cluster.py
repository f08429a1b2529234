"""Replicas on Ray Serve against a plain server: `.venv-cluster/bin/python -m benchmarks.campus.cluster`.

Cached responses and 304 are asked of a server and, in turn, of the cluster. Then one of two replicas is killed while
clients ask for what is quick and for what is slow: every request must be answered.
"""

import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path

import httpx

from benchmarks.campus.replicas import cached, free_port, serving
from benchmarks.figures import Figure, print_figures
from benchmarks.photos import photos
from benchmarks.serving import MODEL
from benchmarks.startup import GIVE_UP_S, ROOT

QUICK, SLOW = 8, 4  # clients
LOAD_S, KILL_AFTER_S = 20.0, 3.0
BARS = (1.6, 1.8, 1.8)  # of a cached sheet, a 304, and an array of some megabytes


def main() -> int:
    """Print every figure; 1 if one misses its bar."""
    with tempfile.TemporaryDirectory() as name:
        return print_figures(measured(Path(name)))


def measured(folder: Path) -> Iterator[Figure]:
    """Every figure, in the order of the report."""
    with clustered(folder / "data", 2) as address:
        with serving(folder, max(os.sched_getaffinity(0))) as plain:
            yield from cached(plain, address, "Ray Serve", BARS)
        yield from lost(address)


def lost(address: str) -> Iterator[Figure]:
    """How many requests fail while one of two replicas is killed: quick ones, and explanations of some seconds."""
    (photo,) = photos((640, 480), 1)
    image = httpx.post(f"{address}/api/v1/images", files={"file": photo}).json()["id"]
    base = f"/api/v1/models/{MODEL}/images/{image}"
    numbers = count()
    quick, slow = Counter[str](), Counter[str]()
    end = time.monotonic() + LOAD_S
    asking = [
        threading.Thread(target=ask, args=(address, lambda: f"{base}/view.png", quick, end)) for _ in range(QUICK)
    ] + [
        threading.Thread(
            target=ask,
            args=(address, lambda: f"{base}/explanations/occlusion.json?target={next(numbers)}", slow, end),
        )
        for _ in range(SLOW)
    ]
    for thread in asking:
        thread.start()
    time.sleep(KILL_AFTER_S)
    os.kill(replicas()[0], signal.SIGKILL)
    for thread in asking:
        thread.join()
    for what, answers in (("quick", quick), ("slow", slow)):
        failed = sum(number for answer, number in answers.items() if answer != "200")
        yield Figure(f"{what} requests lost when a replica is killed", failed, 0, unit="", detail=str(dict(answers)))


def ask(address: str, path: Callable[[], str], answers: Counter[str], end: float) -> None:
    """Ask again and again, and count what comes."""
    with httpx.Client(base_url=address, timeout=GIVE_UP_S) as client:
        while time.monotonic() < end:
            try:
                answers[str(client.get(path()).status_code)] += 1
            except httpx.TransportError as error:
                answers[type(error).__name__] += 1


def replicas() -> list[int]:
    """The processes of replicas, by the title that Ray gives them."""
    found = []
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):  # the process has ended meanwhile
            if file.read_bytes().startswith(b"ray::ServeReplica:convscope"):
                found.append(int(file.parent.name))
    return found


@contextmanager
def clustered(data: Path, number: int) -> Iterator[str]:
    """The address of a cluster with so many replicas of one thread each."""
    port = free_port()
    settings = {"PORT": str(port), "DATA_DIR": str(data), "THREADS": "1"}
    environment = os.environ | {f"CONVSCOPE_{name}": value for name, value in settings.items()}
    command = [sys.executable, "-m", "app.cli.main", "cluster"]
    environment["PYTHONPATH"] = str(ROOT)
    try:
        subprocess.run([*command, "up", "--replicas", str(number)], cwd=ROOT, env=environment, check=True)
        yield f"http://127.0.0.1:{port}"
    finally:
        subprocess.run([*command, "down"], cwd=ROOT, env=environment, check=True)


if __name__ == "__main__":
    sys.exit(main())
