"""What a student costs in a lab hour, in processor seconds of a server: `python -m benchmarks.campus.lab_hour`.

Each kind of request is sent for photos that nobody has asked for, to a server with one thread. Its processor time is
that of all its threads by a clock of the system (Linux): its metrics count in hundredths of a second, and some of these
requests take less. The number of requests of an hour is an assumption, in `HOUR`.
"""

import os
import re
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import httpx

from benchmarks.campus.replicas import serving
from benchmarks.photos import photos
from benchmarks.startup import GIVE_UP_S, server_process

MODEL = "squeezenet1_1"
LAYER = "fire4.expand1x1"
TRIES = 16
STUDENTS = 1_000
# Requests of a student in an hour. A third of what is asked for is new; the rest has just been computed for somebody.
HOUR = {"page": 40, "photo": 5, "prediction": 10, "sheet": 60, "cached sheet": 120, "Grad-CAM": 10, "RISE": 1}
PROCESS_CLOCK = 0b010  # the low bits of a clock's number, below that of the process; clock_getcpuclockid(3)

Sender = Callable[[str], object]  # of a request about the image with this id


def main() -> int:
    """Print a row for each kind of request, and the sums."""
    with tempfile.TemporaryDirectory() as name, serving(Path(name), min(os.sched_getaffinity(0))) as address:
        seconds = measured(address)
        stored = sum(file.stat().st_size for file in Path(name).rglob("*") if file.is_file())
        memory = metric(address, "process_resident_memory_bytes")
    print(f"{'request':14}{'CPU ms':>9}{'an hour':>9}{'CPU s':>8}")
    for kind, number in HOUR.items():
        print(f"{kind:14}{seconds[kind] * 1e3:9.1f}{number:9}{seconds[kind] * number:8.2f}")
    student = sum(seconds[kind] * number for kind, number in HOUR.items())
    print(f"a student: {student:.2f} CPU s an hour; {STUDENTS:,} students: {student * STUDENTS / 3600:.2f} cores")
    print(f"stored for a photo: {stored / (TRIES + 1) / 1e3:.0f} kB; memory of the server: {memory / 1e6:.0f} MB")
    return 0


def measured(address: str) -> dict[str, float]:
    """The processor seconds of each kind of request."""
    with httpx.Client(base_url=address, timeout=GIVE_UP_S) as client:
        clock = (~server_process(address).pid << 3) | PROCESS_CLOCK
        bodies = photos((640, 480), TRIES + 1)
        images: list[str] = []

        def upload(body: bytes) -> None:
            images.append(client.post("/api/v1/images", files={"file": body}).raise_for_status().json()["id"])

        upload(bodies.pop())
        senders = senders_of(client)
        for send in senders.values():  # opens the network, and reads the templates
            send(images[0])
        images.clear()
        seconds = {"photo": processor_s(clock, upload, bodies)}
        return seconds | {kind: processor_s(clock, send, images) for kind, send in senders.items()}


def senders_of(client: httpx.Client) -> dict[str, Sender]:
    """How each kind is sent, in an order in which each finds what a student would have asked for before."""

    def get(path: str) -> Sender:
        base = f"/api/v1/models/{MODEL}/images"
        return lambda image: client.get(f"{base}/{image}/{path}").raise_for_status()

    page = {"Accept": "text/html"}
    return {
        "prediction": get("predictions"),
        "page": lambda image: client.get(f"/?model={MODEL}&image={image}", headers=page).raise_for_status(),
        "sheet": get(f"layers/{LAYER}.png"),
        "cached sheet": get(f"layers/{LAYER}.png"),
        "Grad-CAM": get("explanations/gradcam.png"),
        "RISE": get("explanations/rise.png"),
    }


def processor_s(clock: int, send: Callable[..., object], values: list[str] | list[bytes]) -> float:
    """The server's processor seconds of one request, over all values."""
    before = time.clock_gettime(clock)
    for value in values:
        send(value)
    return (time.clock_gettime(clock) - before) / len(values)


def metric(address: str, name: str) -> float:
    line = re.search(rf"(?m)^{name} (\S+)$", httpx.get(f"{address}/metrics").text)
    assert line is not None, name
    return float(line[1])


if __name__ == "__main__":
    sys.exit(main())
