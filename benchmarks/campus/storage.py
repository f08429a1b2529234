"""Getting a stored photo, locally and from a bucket: `python -m benchmarks.campus.storage`.

The local store is compared with what no store can do without: NumPy maps the file and the system notes the time of its
use. The bucket is that of a moto server on this machine, which speaks the protocol of S3 (the environment of
`make storage` has it; without it a folder stands in). So what is measured is the cost of the code and of the protocol;
what a network between machines adds was not measured. A first get copies the photo from the bucket, and comes after a
look whether it is there; a second one, within ten seconds, asks nothing of it.
"""

import importlib.util
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import TypeVar

import httpx
import numpy as np

from app.images.decode import Picture
from app.images.store import PictureStore, PixelsKind
from app.storage.bucket import Bucket
from app.storage.content import FolderLimits
from app.storage.shared import open_store
from benchmarks.campus.replicas import free_port
from benchmarks.figures import Figure, print_figures
from benchmarks.timing import medians

SIZE = (1536, 2048, 3)  # the largest that is stored of a photo of 4:3: 9.4 MB
T = TypeVar("T")
PHOTOS = 20
TURNS, TRIES = 5, 200
LOCAL_BAR, SECOND_BAR = 1.5, 1.3
LIMITS = FolderLimits(2_000_000_000, 86_400)


def main() -> int:
    with tempfile.TemporaryDirectory() as name, bucket_url(Path(name) / "bucket") as url:
        folder = Path(name)
        return print_figures(chain(local_figures(folder / "pictures"), remote_figures(folder, url)))


def local_figures(folder: Path) -> Iterator[Figure]:
    store = PictureStore(open_store(PixelsKind(), folder, LIMITS))
    image = store.add(photo(0)).id
    path = folder / f"{image}.npy"

    def plain() -> None:
        np.lib.format.open_memmap(path, mode="r")
        os.utime(path)

    seconds = medians({"plain": plain, "store": lambda: store.get(image)}, TURNS, TRIES)
    detail = f"{seconds['store'] * 1e6:.0f} us / {seconds['plain'] * 1e6:.0f} us"
    yield Figure("get, local / NumPy's map", seconds["store"] / seconds["plain"], LOCAL_BAR, detail=detail)


def remote_figures(folder: Path, url: str) -> Iterator[Figure]:
    """One machine adds photos, another one gets each twice; prints what has no bar."""
    sender, reader, local = (
        PictureStore(open_store(PixelsKind(), folder / name / "pictures", LIMITS, bucket))
        for name, bucket in (("sender", Bucket(url)), ("reader", Bucket(url)), ("local", None))
    )
    sender.add(photo(PHOTOS))  # connects
    reader.get(photo(PHOTOS).id)
    added, first = [], []
    for number in range(PHOTOS):
        picture = photo(number)
        image = picture.id
        added.append(duration(sender.add, picture))
        first.append(duration(reader.get, image))
    ms = [statistics.median(values) * 1e3 for values in (added, first)]
    print(f"      through {url.partition(':')[0]}: add {ms[0]:.0f} ms, first get {ms[1]:.0f} ms of 9.4 MB")
    local.add(picture)
    seconds = medians({"again": lambda: reader.get(image), "local": lambda: local.get(image)}, TURNS, TRIES)
    detail = f"{seconds['again'] * 1e6:.0f} us / {seconds['local'] * 1e6:.0f} us"
    yield Figure("second get through a bucket / local", seconds["again"] / seconds["local"], SECOND_BAR, detail=detail)


def duration(work: Callable[[T], object], given: T) -> float:
    begin = time.perf_counter()
    work(given)
    return time.perf_counter() - begin


def photo(number: int) -> Picture:
    rgb = np.random.default_rng(number).integers(0, 256, SIZE, np.uint8)
    return Picture(rgb, "PNG", SIZE[1], SIZE[0])


@contextmanager
def bucket_url(folder: Path) -> Iterator[str]:
    """A bucket of S3 on this machine, or a folder where the libraries for that are not installed."""
    if not all(importlib.util.find_spec(name) for name in ("moto", "s3fs")):
        yield f"file://{folder}"
        return
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    os.environ |= {"AWS_ENDPOINT_URL": address, "AWS_DEFAULT_REGION": "us-east-1"}
    os.environ |= {"AWS_ACCESS_KEY_ID": "any", "AWS_SECRET_ACCESS_KEY": "any"}
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        try:
            transport = httpx.HTTPTransport(retries=8)  # with growing pauses, until the server listens
            with httpx.Client(transport=transport) as client:
                client.put(f"{address}/bench").raise_for_status()
            yield "s3://bench/convscope"
        finally:
            process.kill()


if __name__ == "__main__":
    sys.exit(main())
