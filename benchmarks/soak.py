"""Does a server's memory grow? Thousands of mixed requests, one after the other: `python -m benchmarks.soak`."""

import io
import random
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import httpx
import numpy as np
from PIL import Image

from benchmarks.figures import Figure, print_figures
from benchmarks.photos import SAMPLE
from benchmarks.startup import serving

MODELS = ("squeezenet1_1", "lenet5", "resnet18-imagenette")
WARM_UP, EVERY = 2000, 100  # requests until the caches are full, and between two looks at the memory
SMALL = {"cache_bytes": "40000000", "picture_cache_bytes": "10000000", "store_bytes": "30000000"}
MEGA = 1e6


class Visitor:
    """Asks for whatever a page or a program may, by a seed: pictures of any size, junk, and addresses of nothing."""

    def __init__(self, client: httpx.Client, seed: int = 0) -> None:
        self._client = client
        self._random = random.Random(seed)  # noqa: S311  # nobody is to be kept from guessing
        self._photo = Image.open(SAMPLE).convert("RGB")
        self._layers = {
            model: [layer["id"] for layer in client.get(f"/api/v1/models/{model}").json()["layers"]] for model in MODELS
        }
        self._classify().raise_for_status()

    def ask(self) -> int:
        """One request of some kind; its status."""
        kinds: dict[Callable[[], httpx.Response], int] = {
            self._classify: 6, self._statistics: 2, self._sheet: 3, self._channel: 2, self._array: 1, self._page: 2,
            self._explain: 1, self._nothing: 1, self._junk: 1,
        }  # fmt: skip
        (kind,) = self._random.choices(list(kinds), list(kinds.values()))
        return kind().status_code

    def _classify(self) -> httpx.Response:
        size = self._random.randint(30, 900), self._random.randint(30, 700)
        photo = self._photo.resize(size)
        photo.putpixel((0, 0), tuple(self._random.randbytes(3)))
        file = io.BytesIO()
        photo.save(file, self._random.choice(("JPEG", "PNG")))
        answer = self._client.post(f"/api/v1/models/{self._model()}/classify", files={"file": file.getvalue()})
        if answer.is_success:
            self._image = answer.json()["image"]
        return answer

    def _statistics(self) -> httpx.Response:
        return self._client.get(f"/api/v1/models/{self._model()}/images/{self._image}/layers")

    def _sheet(self) -> httpx.Response:
        return self._client.get(f"{self._layer()}.png?colormap=viridis")

    def _channel(self) -> httpx.Response:
        return self._client.get(f"{self._layer()}/channels/0.png?size=64")

    def _array(self) -> httpx.Response:
        return self._client.get(f"{self._layer()}.npy")

    def _page(self) -> httpx.Response:
        return self._client.get(f"/?model={self._model()}&image={self._image}", headers={"Accept": "text/html"})

    def _explain(self) -> httpx.Response:
        path = f"/api/v1/models/{self._model()}/images/{self._image}/explanations/gradcam.png?target=1"
        return self._client.get(path)

    def _nothing(self) -> httpx.Response:
        return self._client.get(f"/{self._random.random()}")

    def _junk(self) -> httpx.Response:
        return self._client.post("/api/v1/images", files={"file": self._random.randbytes(1000)})

    def _model(self) -> str:
        return self._random.choice(MODELS)

    def _layer(self) -> str:
        model = self._model()
        return f"/api/v1/models/{model}/images/{self._image}/layers/{self._random.choice(self._layers[model])}"


def process_figures(client: httpx.Client) -> tuple[float, float]:
    """The server's resident memory in bytes, and how many files it has open."""
    lines = dict(line.rsplit(" ", 1) for line in client.get("/metrics").text.splitlines() if line[:1] != "#")
    return float(lines["process_resident_memory_bytes"]), float(lines["process_open_fds"])


def main(requests: int) -> int:
    with (
        tempfile.TemporaryDirectory() as folder,
        serving(Path(folder), **SMALL) as (address, _),
        httpx.Client(base_url=address, timeout=60) as client,
    ):
        visitor, failed, seen = Visitor(client), 0, []
        for number in range(WARM_UP + requests + 1):
            failed += visitor.ask() >= httpx.codes.INTERNAL_SERVER_ERROR
            if number >= WARM_UP and number % EVERY == 0:
                seen.append((number, *process_figures(client)))
    asked, memory, files = np.array(seen).T
    slope = float(np.polyfit(asked, memory, 1)[0]) * 1000 / MEGA
    detail = f"{memory.min() / MEGA:.0f} to {memory.max() / MEGA:.0f} MB in {requests} requests"
    return print_figures(
        [
            Figure("growth of memory for 1,000 requests", slope, 1, unit="MB", detail=detail),
            Figure("open files, most less fewest", float(np.ptp(files)), 2, unit=""),
            Figure("answers of 500 and above", failed, 0, unit=""),
        ]
    )


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000))
