"""Over HTTP: classify alone and with sixteen clients, against the same work in process; runs made; cached answers."""

import io
import statistics
import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import numpy as np
import numpy.typing as npt
from PIL import Image

from app.nets.card import Card, read_card
from app.nets.preprocessing.tensor import tensor_of
from app.nets.preprocessing.view import view_of
from app.resources import MODELS
from benchmarks.activations import plain_session
from benchmarks.figures import Figure
from benchmarks.photos import photos
from benchmarks.timing import medians

MODEL = "efficientnet_lite0"
TURNS, TRIES = 4, 10
CLIENTS = 16
REQUESTS = 160
ASKERS = 20
SIZES = {"0.3 MP": (640, 480), "12 MP": (4000, 3000)}


class InProcess:
    """Decode, preprocess and run, as one would write it in a script."""

    def __init__(self) -> None:
        self._card: Card = read_card(MODELS / f"{MODEL}.json")
        self._session = plain_session(MODELS / f"{MODEL}.onnx")

    def __call__(self, photo: bytes) -> int:
        pixels: npt.NDArray[np.uint8] = np.asarray(Image.open(io.BytesIO(photo)).convert("RGB"))
        tensor = tensor_of(view_of(pixels, self._card.input), self._card.input)
        (scores,) = self._session.run(None, {self._session.get_inputs()[0].name: tensor})
        return int(np.argmax(scores))


def measure(address: str) -> list[Figure]:
    """All figures of a running server."""
    with httpx.Client(base_url=address, timeout=60) as client:
        figures = [one_client(client, size, name) for name, size in SIZES.items()]
        figures.append(many_clients(address))
        figures += cached(client)
        figures.append(one_run(address, client))
    return figures


def classify(client: httpx.Client, photo: bytes) -> None:
    client.post(f"/api/v1/models/{MODEL}/classify", files={"file": photo}).raise_for_status()


def classify_all(client: httpx.Client, share: list[bytes]) -> None:
    for photo in share:
        classify(client, photo)


def one_client(client: httpx.Client, size: tuple[int, int], name: str) -> Figure:
    fresh = photos(size, (TURNS + 1) * TRIES)
    local, inside, outside = InProcess(), iter(fresh), iter(fresh)
    contestants = {"http": lambda: classify(client, next(outside)), "in process": lambda: local(next(inside))}
    seconds = medians(contestants, TURNS, TRIES)
    detail = f"p50 {seconds['http'] * 1e3:.1f} ms against {seconds['in process'] * 1e3:.1f} ms"
    return Figure(f"classify a {name} JPEG / in process", seconds["http"] / seconds["in process"], 1.15, detail=detail)


def many_clients(address: str) -> Figure:
    fresh = photos(SIZES["0.3 MP"], REQUESTS, first=(TURNS + 1) * TRIES)  # those before were sent by one client
    local = InProcess()
    local(fresh[0])
    begin = time.perf_counter()
    for photo in fresh:
        local(photo)
    alone = time.perf_counter() - begin
    clients = [httpx.Client(base_url=address, timeout=60) for _ in range(CLIENTS)]
    shares = [fresh[number::CLIENTS] for number in range(CLIENTS)]
    begin = time.perf_counter()
    with ThreadPoolExecutor(CLIENTS) as pool:
        list(pool.map(classify_all, clients, shares))
    together = time.perf_counter() - begin
    for client in clients:
        client.close()
    detail = f"{REQUESTS / together:.1f} against {REQUESTS / alone:.1f} pictures a second"
    return Figure("throughput, 16 clients / back to back", alone / together, 0.9, at_least=True, detail=detail)


def one_run(address: str, client: httpx.Client) -> Figure:
    """Twenty people ask for the same layer of a picture that nobody has asked for before."""
    (photo,) = photos((641, 481), 1)
    image = client.post("/api/v1/images", files={"file": photo}).json()["id"]
    layer = client.get(f"/api/v1/models/{MODEL}").json()["layers"][0]["id"]
    before = runs(client)
    with ThreadPoolExecutor(ASKERS) as pool:
        url = f"{address}/api/v1/models/{MODEL}/images/{image}/layers/{layer}.png"
        answers = list(pool.map(lambda _: httpx.get(url, timeout=60), range(ASKERS)))
    assert all(answer.raise_for_status().content == answers[0].content for answer in answers)
    return Figure("runs for 20 askers", runs(client) - before, 1, unit="")


def runs(client: httpx.Client) -> float:
    """How many runs the server has started."""
    for line in client.get("/metrics").text.splitlines():
        if line.startswith("convscope_runs_total"):
            return float(line.split()[-1])
    raise LookupError("convscope_runs_total")


def cached(client: httpx.Client) -> list[Figure]:
    """A sheet asked for again: by the same process, and by a browser that holds it."""
    (photo,) = photos((642, 482), 1)
    image = client.post("/api/v1/images", files={"file": photo}).json()["id"]
    layer = client.get(f"/api/v1/models/{MODEL}").json()["layers"][0]["id"]
    url = f"/api/v1/models/{MODEL}/images/{image}/layers/{layer}.png"
    etag = client.get(url).headers["etag"]
    seconds = []
    for _ in range(TURNS * TRIES):
        begin = time.perf_counter()
        client.get(url).raise_for_status()
        seconds.append(time.perf_counter() - begin)
    status = client.get(url, headers={"If-None-Match": etag}).status_code
    return [
        Figure("a sheet for the second time", statistics.median(seconds) * 1e3, 5, unit="ms"),
        Figure("answers to the ETag that are no 304", status != httpx.codes.NOT_MODIFIED, 0, unit=""),
    ]
