"""A class at once: 100 students, each with a photo of their own: `python -m benchmarks.classroom`.

Each asks for a page, the prepared picture, the prediction, three sheets and a Grad-CAM, one after the other. First all
at once, then with some seconds to think between two steps. One more client asks for a Grad-CAM while another has twelve
slow explanations under way. Everything runs on this machine and ends by itself.
"""

import asyncio
import sys
import tempfile
import threading
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from itertools import cycle
from pathlib import Path

import httpx
import numpy as np
import psutil

from app.analysis.statistics import channel_order
from app.engine.engine import Engine
from app.engine.inference import Inference
from app.engine.question import RequestText, parse_request
from app.rendering.channel_scales import channel_scales
from app.rendering.maps import draw_layer, draw_picture, layer_layout
from app.settings import read_settings
from benchmarks.figures import Figure, print_figures
from benchmarks.photos import photos
from benchmarks.startup import server_process, serving

STUDENTS = 100
SHEETS = {
    "efficientnet_lite0": ("stem.conv", "block2b.depthwise_bn", "block6a.project_conv"),
    "squeezenet1_1": ("conv1", "fire4.expand1x1", "fire9.concat"),
}
THINK_S = 5.0
SETTLE_S = 30.0
SLOW_EXPLANATIONS = 12
GIGA = 1e9


@dataclass
class Tally:
    """What the class saw: the seconds of each kind of request, and how many failed."""

    seconds: dict[str, list[float]] = field(default_factory=dict)
    failures: int = 0

    def p95(self, kind: str) -> float:
        return float(np.percentile(self.seconds[kind], 95))


@contextmanager
def watched(process: psutil.Process) -> Iterator[list[float]]:
    """The resident bytes of a process, read some times a second."""
    seen, done = [float(process.memory_info().rss)], threading.Event()

    def watch() -> None:
        while not done.wait(0.1):
            seen.append(float(process.memory_info().rss))

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield seen
    finally:
        done.set()
        thread.join()


async def student(client: httpx.AsyncClient, photo: bytes, model: str, think_s: float, tally: Tally) -> None:
    """One student's eight requests, one after the other."""

    random = np.random.default_rng(zlib.crc32(photo))

    async def ask(kind: str, method: str, path: str, **options: object) -> httpx.Response | None:
        begin = time.perf_counter()
        try:
            answer = await client.request(method, path, **options)  # type: ignore[arg-type]  # passed on as they come
        except httpx.HTTPError:
            tally.failures += 1
            return None
        tally.seconds.setdefault(kind, []).append(time.perf_counter() - begin)
        tally.failures += answer.status_code >= httpx.codes.BAD_REQUEST
        if think_s:
            await asyncio.sleep(think_s * (0.5 + random.random()))
        return answer

    added = await ask("upload", "POST", "/api/v1/images", files={"file": photo})
    if added is None or added.is_error:
        return
    image = added.json()["id"]
    on_picture = f"/api/v1/models/{model}/images/{image}"
    await ask("page", "GET", f"/?model={model}&image={image}", headers={"Accept": "text/html"})
    await ask("view", "GET", f"{on_picture}/view.png")
    await ask("prediction", "GET", f"{on_picture}/predictions")
    for layer in SHEETS[model]:
        await ask("sheet", "GET", f"{on_picture}/layers/{layer}.png")
    await ask("explanation", "GET", f"{on_picture}/explanations/gradcam.png?overlay=0.8")


async def whole_class(address: str, fresh: list[bytes], think_s: float) -> Tally:
    tally = Tally()
    limits = httpx.Limits(max_connections=None)
    async with httpx.AsyncClient(base_url=address, timeout=300, limits=limits) as client:
        models = cycle(SHEETS)
        await asyncio.gather(*(student(client, photo, next(models), think_s, tally) for photo in fresh))
    return tally


def back_to_back(engine: Engine, fresh: list[bytes]) -> float:
    """Seconds for the same work in this process, one student after the other, without pages and HTTP."""
    begin = time.perf_counter()
    for photo, model in zip(fresh, cycle(SHEETS), strict=False):
        image = engine.pictures.add(partial(bytes, photo)).result().stored.id
        inference = Inference(engine.network(model), image)
        summary = engine.layers.summary(inference).result()
        activations = engine.layers.activations(inference).result()
        draw_picture(engine.pictures.view(inference), None)
        for layer in SHEETS[model]:
            statistics = summary.statistics[layer]
            order = channel_order(statistics.channels, "index")
            scales = channel_scales(statistics, "channel")
            values = activations.layers[layer]
            draw_layer(values, scales, order, layer_layout(values.shape, None), None)
        best = int(summary.scores.logits.argmax())
        request = parse_request(inference.network, RequestText("gradcam"), best)
        engine.explanations.explain(inference, request).result()
    return time.perf_counter() - begin


def measured() -> Iterator[Figure]:
    """Every figure, in the order of the report."""
    fresh = photos((640, 480), 3 * STUDENTS + SLOW_EXPLANATIONS + 1)
    with tempfile.TemporaryDirectory() as folder:
        engine = Engine(read_settings(data_dir=Path(folder)))
        alone = back_to_back(engine, fresh[:STUDENTS])
        engine.close(1)
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder)) as (address, _):
        server = server_process(address)
        with watched(server) as resident:
            begin = time.perf_counter()
            tally = asyncio.run(whole_class(address, fresh[STUDENTS : 2 * STUDENTS], 0))
            together = time.perf_counter() - begin
        requests = sum(map(len, tally.seconds.values()))
        detail = ", ".join(
            f"{kind} {np.median(each):.1f} / {tally.p95(kind):.1f} s" for kind, each in tally.seconds.items()
        )
        yield Figure("100 students at once: requests that failed", tally.failures, 0, unit="", detail=detail)
        yield Figure("most resident memory", max(resident) / GIGA, 2.0, unit="GB")
        time.sleep(SETTLE_S)
        yield Figure("resident memory 30 s later", server.memory_info().rss / GIGA, 1.6, unit="GB")
        detail = f"{requests} requests, {together:.1f} s against {alone:.1f} s"
        yield Figure("wall time / back to back in process", together / alone, 0.9, detail=detail)
        yield from asyncio.run(second_client(address, fresh[-SLOW_EXPLANATIONS - 1 :]))
        tally = asyncio.run(whole_class(address, fresh[2 * STUDENTS : 3 * STUDENTS], THINK_S))
        yield Figure("with time to think, p95 of a sheet", tally.p95("sheet"), 1, unit="s")
        yield Figure("with time to think, p95 of a view", tally.p95("view"), 2, unit="s")


async def second_client(address: str, fresh: list[bytes]) -> list[Figure]:
    """A Grad-CAM of one client, with and without its faithfulness, while twelve RISE of another are under way."""
    model = "efficientnet_lite0"
    elsewhere = httpx.AsyncHTTPTransport(local_address="127.0.0.2")
    async with (
        httpx.AsyncClient(base_url=address, timeout=600) as first,
        httpx.AsyncClient(base_url=address, timeout=600, transport=elsewhere) as other,
    ):
        images = [(await first.post("/api/v1/images", files={"file": photo})).json()["id"] for photo in fresh]
        paths = [f"/api/v1/models/{model}/images/{image}/explanations" for image in images]
        slow = [asyncio.create_task(first.get(f"{path}/rise.png?target=1")) for path in paths[:-1]]
        await asyncio.sleep(1)
        seconds = []
        for suffix in ("png", "json"):
            begin = time.perf_counter()
            (await other.get(f"{paths[-1]}/gradcam.{suffix}?target=1")).raise_for_status()
            seconds.append(time.perf_counter() - begin)
        if all(task.done() for task in slow):
            raise RuntimeError("The slow explanations had ended, or were refused, before the quick ones were answered.")
        for task in slow:
            task.cancel()
    return [
        Figure("another client's Grad-CAM beside 12 RISE", seconds[0], 2, unit="s"),
        Figure("the same with its faithfulness", seconds[1], 2, unit="s"),
    ]


if __name__ == "__main__":
    sys.exit(print_figures(measured()))
