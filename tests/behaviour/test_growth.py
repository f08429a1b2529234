"""Memory, open files and temporary files of a server do not grow with the number of requests."""

import io
import os
import socket
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import numpy as np
import psutil
import pytest
from PIL import Image

from tests.conftest import start, wait_until

CACHES = 10_000_000
ROUNDS = 15
MOST_GROWTH = 40_000_000  # bytes; the caches are full by then
FEW = 3  # of two rounds' connections some may still be closing


def photo(number: int) -> bytes:
    """A picture of a size and with pixels of its own."""
    random = np.random.default_rng(number)
    side = int(random.integers(20, 400))
    file = io.BytesIO()
    Image.fromarray(random.integers(0, 256, (side, side + number % 7, 3), np.uint8)).save(file, "PNG")
    return file.getvalue()


def hang_up(address: str) -> None:
    """Begin an upload and leave in its middle."""
    place = urlsplit(address)
    with socket.create_connection((str(place.hostname), int(place.port or 80))) as connection:
        head = "POST /api/v1/images HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9000\r\n"
        connection.sendall(f"{head}Content-Type: multipart/form-data; boundary=b\r\n\r\n--b\r\n".encode())


def ask(site: httpx.Client, number: int) -> None:
    """What people do, well and badly."""
    image = site.post("/api/v1/images", files={"file": photo(number)}).json()["id"]
    place = f"/api/v1/models/lenet5/images/{image}"
    wanted = ("layers", "layers/conv_c1.png", "layers/conv_c1.npy", "predictions", "explanations/saliency.npy")
    assert {site.get(f"{place}/{each}").status_code for each in wanted} == {200}
    assert site.get(f"{place}/layers/nothing.png").status_code == 404
    assert site.post("/api/v1/images", files={"file": photo(number)[:-40]}).status_code == 422
    assert site.get("/", params={"model": "lenet5", "image": image, "layer": "conv_c1"}).status_code == 200
    hang_up(str(site.base_url))


def test_memory_and_files_do_not_grow_over_many_requests(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", os.fspath(temporary))
    sizes = {"cache_bytes": str(CACHES), "picture_cache_bytes": str(CACHES), "store_bytes": str(CACHES)}
    process, address = start(tmp_path / "data", **sizes)
    server = psutil.Process(process.pid)
    with httpx.Client(base_url=address, timeout=60) as site:
        for number in range(ROUNDS):
            ask(site, number)
        memory, files = server.memory_info().rss, server.num_fds()
        for number in range(ROUNDS, 3 * ROUNDS):
            ask(site, number)
        grown = server.memory_info().rss - memory
        assert grown < MOST_GROWTH, f"{grown / 1e6:.0f} MB"
        wait_until(lambda: server.num_fds() <= files + FEW, "files and connections are closed")
        assert list(temporary.iterdir()) == []
    process.terminate()
    assert process.wait(30) == 0
