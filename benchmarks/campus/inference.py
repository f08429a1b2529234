"""Inference over /v2 with binary data, against the run of a classification: `python -m benchmarks.campus.inference`.

A client sends new numbers each time to `POST /v2/models/{model}/infer`, as bytes, and asks for the scores as bytes.
This takes the whole way: the request with its tensor (618 kB for SqueezeNet), the queue, the run, the response. Between
two of them the same server classifies a new photo, and what counts of that is the run alone, as the response states it
(`timing_ms.run`): no upload, no decoding. So the ratio is what the protocol adds to a run. Both take turns on one
server; medians are compared. The client of the inference is Python's own `http.client`, the leanest at hand.

The networks are those of full size. What a request costs beside the run, the last column, does not get less for small
ones: for a network whose run takes 2 ms it may be as much as the run.
"""

import http.client
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import numpy as np

from benchmarks.figures import Figure, print_figures
from benchmarks.photos import photos
from benchmarks.startup import serving

MODELS = ("squeezenet1_1", "efficientnet_lite0")
WARM, TRIES = 10, 60
BAR = 1.3
LENGTH = "Inference-Header-Content-Length"


def main() -> int:
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder)) as (address, _):
        return print_figures(measured(address))


def measured(address: str) -> Iterator[Figure]:
    """One figure for each network."""
    lean = http.client.HTTPConnection(address.removeprefix("http://"), timeout=60)
    with httpx.Client(base_url=address, timeout=60) as client, closing(lean):
        for model in MODELS:
            yield compare(client, lean, model)


def compare(client: httpx.Client, lean: http.client.HTTPConnection, model: str) -> Figure:
    described = client.get(f"/v2/models/{model}").json()
    (taken,) = described["inputs"]
    random = np.random.default_rng(0)
    contents = [random.standard_normal(taken["shape"], np.float32).tobytes() for _ in range(WARM + TRIES)]
    inferred, runs = [], []
    for content, photo in zip(contents, photos((640, 480), WARM + TRIES), strict=True):
        inferred.append(infer(lean, model, taken, content) * 1e3)
        response = client.post(f"/api/v1/models/{model}/classify", files={"file": photo}).raise_for_status()
        runs.append(response.json()["timing_ms"]["run"])
    whole, run = statistics.median(inferred[WARM:]), statistics.median(runs[WARM:])
    detail = f"{whole:.2f} ms against {run:.2f} ms: {whole - run:.2f} ms more"
    return Figure(f"infer over /v2 / run, {model}", whole / run, BAR, detail=detail)


def infer(client: http.client.HTTPConnection, model: str, taken: dict[str, object], content: bytes) -> float:
    """The seconds that an inference takes, from the JSON of its request to the array of its response."""
    begin = time.perf_counter()
    given = {**taken, "parameters": {"binary_data_size": len(content)}}
    wanted = {"name": "scores", "parameters": {"binary_data": True}}
    text = json.dumps({"inputs": [given], "outputs": [wanted]}).encode()
    client.request("POST", f"/v2/models/{model}/infer", text + content, {LENGTH: str(len(text))})
    response = client.getresponse()
    received = response.read()
    scores = np.frombuffer(received[int(response.headers[LENGTH]) :], "<f4")
    seconds = time.perf_counter() - begin
    assert response.status == 200
    assert abs(scores.sum() - 1) < 1e-3
    return seconds


if __name__ == "__main__":
    sys.exit(main())
