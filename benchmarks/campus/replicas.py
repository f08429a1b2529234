"""Servers behind HAProxy against plain ones: `python -m benchmarks.campus.replicas`. It needs `haproxy`.

Cached responses and 304 are asked of a server and, in turn, of the balancer in front of it. For the throughput, one
server and then two classify photos that nobody has asked for. Each server has one thread and one core of its own.
"""

import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from benchmarks.figures import Figure, print_figures
from benchmarks.photos import photos
from benchmarks.serving import MODEL
from benchmarks.startup import GIVE_UP_S, ROOT
from benchmarks.timing import medians

CONFIGURATION = ROOT / "deploy" / "haproxy.cfg"
TURNS, TRIES = 60, 5
PHOTOS, CLIENTS = 60, 12
ROUNDS = 5
BOUNDARY = "boundary"


def main() -> int:
    """Print every figure; 1 if one misses its bar."""
    with tempfile.TemporaryDirectory() as name:
        return print_figures(measured(Path(name)))


def measured(folder: Path) -> Iterator[Figure]:
    """Every figure, in the order of the report."""
    cores = sorted(os.sched_getaffinity(0))
    if len(cores) < 2:
        raise SystemExit("Two servers need a core each, and there is one core.")
    with serving(folder, cores[0]) as one, serving(folder, cores[-1]) as two:
        with balancing(folder, [one]) as balanced:
            yield from cached(one, balanced, "HAProxy", (1.15, 1.15, 1.3))
        with balancing(folder, [one, two]) as balanced:
            yield throughput(one, balanced)


def cached(plain: str, balanced: str, what_between: str, bars: tuple[float, float, float]) -> Iterator[Figure]:
    """What a server has in memory, and what the client has."""
    with httpx.Client(base_url=plain, timeout=GIVE_UP_S) as direct, httpx.Client(base_url=balanced) as through:
        (photo,) = photos((640, 480), 1)
        image = direct.post("/api/v1/images", files={"file": photo}).json()["id"]
        layer = direct.get(f"/api/v1/models/{MODEL}").json()["layers"][0]["id"]
        base = f"/api/v1/models/{MODEL}/images/{image}/layers/{layer}"
        etag = direct.get(f"{base}.png").headers["etag"]
        for what, address, headers, bar in (
            ("cached sheet", f"{base}.png", {}, bars[0]),
            ("304", f"{base}.png", {"If-None-Match": etag}, bars[1]),
            ("layer.npy", f"{base}.npy", {}, bars[2]),
        ):
            status = httpx.codes.NOT_MODIFIED if headers else httpx.codes.OK
            contestants = {
                "balanced": partial(get, through, address, headers, status),
                "plain": partial(get, direct, address, headers, status),
            }
            seconds = medians(contestants, TURNS, TRIES)
            detail = f"p50 {seconds['balanced'] * 1e3:.2f} ms against {seconds['plain'] * 1e3:.2f} ms"
            yield Figure(
                f"{what} through {what_between} / plain", seconds["balanced"] / seconds["plain"], bar, detail=detail
            )


def get(client: httpx.Client, address: str, headers: dict[str, str], status: int) -> None:
    """One request; an error, which would come quickly, must not count as an answer."""
    found = client.get(address, headers=headers).status_code
    if found != status:
        raise ValueError(f"{address}: {found}")


def throughput(one: str, two: str) -> Figure:
    """Photos a second of two servers behind the balancer, over those of one."""
    requests = [request_of(photo) for photo in photos((640, 480), (2 * ROUNDS + 1) * PHOTOS)]
    shares = [requests[begin : begin + PHOTOS] for begin in range(0, len(requests), PHOTOS)]
    classify_all(two, shares.pop())  # opens the network on both
    seconds = [(classify_all(one, shares.pop()), classify_all(two, shares.pop())) for _ in range(ROUNDS)]
    alone, together = (sum(each) for each in zip(*seconds, strict=True))
    detail = f"{ROUNDS * PHOTOS / together:.1f} against {ROUNDS * PHOTOS / alone:.1f} photos a second"
    return Figure("classify, 2 servers / 1 server", alone / together, 1.8, at_least=True, detail=detail)


def request_of(photo: bytes) -> bytes:
    """A request that has a photo classified, as it is sent."""
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="photo.jpg"\r\n\r\n'
    body = head.encode() + photo + f"\r\n--{BOUNDARY}--\r\n".encode()
    lines = (
        f"POST /api/v1/models/{MODEL}/classify HTTP/1.1",
        "Host: localhost",
        f"Content-Type: multipart/form-data; boundary={BOUNDARY}",
        f"Content-Length: {len(body)}",
    )
    return "\r\n".join((*lines, "", "")).encode() + body


def classify_all(address: str, requests: list[bytes]) -> float:
    """The seconds in which some clients, each with a connection of its own, have had all photos classified."""
    begin = time.perf_counter()
    with ThreadPoolExecutor(CLIENTS) as pool:
        list(pool.map(lambda n: classify_some(address, requests[n::CLIENTS]), range(CLIENTS)))
    return time.perf_counter() - begin


def classify_some(address: str, requests: list[bytes]) -> None:
    """Sends what is ready to be sent and reads the answers as they are: the servers need the cores."""
    place = urlsplit(address)
    with socket.create_connection((str(place.hostname), place.port or 80), GIVE_UP_S) as connection:
        for request in requests:
            connection.sendall(request)
            answer = b""
            while not answer.endswith(b"}"):
                part = connection.recv(65_536)
                if not part:
                    raise ConnectionError(f"{address} closed the connection after {answer[:200]!r}")
                answer += part
            assert answer.startswith(b"HTTP/1.1 200 ")


@contextmanager
def serving(folder: Path, core: int) -> Iterator[str]:
    """The address of a server with one thread, on this core."""
    port = free_port()
    settings = {"PORT": str(port), "DATA_DIR": str(folder / "data"), "THREADS": "1", "PROXIES": "127.0.0.1"}
    process = subprocess.Popen(
        [sys.executable, "-m", "app.cli.main", "serve"],
        cwd=ROOT,
        env=os.environ | {f"CONVSCOPE_{name}": value for name, value in settings.items()},
        stderr=subprocess.DEVNULL,
    )
    os.sched_setaffinity(process.pid, {core})
    yield from until_ended(process, f"http://127.0.0.1:{port}")


@contextmanager
def balancing(folder: Path, servers: list[str]) -> Iterator[str]:
    """The address of the balancer in front of these servers, with the configuration that ships."""
    command = shutil.which("haproxy", path=f"{os.environ['PATH']}:/usr/sbin")
    if command is None:
        raise SystemExit("haproxy is not installed (Debian: apt install haproxy).")
    port, lines = free_port(), "".join(f"    server {n} {urlsplit(each).netloc}\n" for n, each in enumerate(servers))
    text = re.sub(r"(?m)(^    server \w+ 127\.0\.0\.1:\d+\n)+", lines, CONFIGURATION.read_text())
    text = text.replace("bind :8000", f"bind 127.0.0.1:{port}").replace(":8404", f":{free_port()}")
    file = folder / "haproxy.cfg"
    file.write_text(text)
    yield from until_ended(subprocess.Popen([command, "-q", "-db", "-f", file]), f"http://127.0.0.1:{port}")


def until_ended(process: subprocess.Popen[bytes], address: str) -> Iterator[str]:
    """The address of the process, once it is ready; at the end the process ends."""
    try:
        deadline = time.monotonic() + GIVE_UP_S
        while not is_ready(address):
            if time.monotonic() > deadline or process.poll() is not None:
                raise TimeoutError(address)
            time.sleep(0.1)
        yield address
    finally:
        process.terminate()
        process.wait(GIVE_UP_S)


def is_ready(address: str) -> bool:
    try:
        return httpx.get(f"{address}/readyz").is_success
    except httpx.TransportError:
        return False


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


if __name__ == "__main__":
    sys.exit(main())
