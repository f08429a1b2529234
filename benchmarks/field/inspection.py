"""One file in ConvScope: opened as the API opens it, then every layer's every value and the main resources."""

import io
import json
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
from httpx import Response

from app.engine.engine import Engine
from app.engine.inference import Inference
from app.main import create_app
from app.nets.layer import Layer
from app.settings import read_settings
from benchmarks.field.api_client import ApiClient, open_client
from benchmarks.field.gradient_check import check_gradient
from benchmarks.field.plain_run import PlainNetwork, Values
from benchmarks.field.report import Report
from benchmarks.photos import SAMPLE

OK, CREATED, WRONG = 200, 201, 500
SHEETS = 30  # of maps, or up to twice as many
METHODS = ("saliency", "gradcam")
EXACT = {"float16": 4e-3}  # between a value and the sum of its working
USUAL_EXACT = 1e-4


def inspect_file(path: Path) -> Report:
    """Open a file as a user does, and compare it; what goes wrong is a fault in the report.

    Beside it, `NAME.json` is what the user says of its input: fields of a card's `input`.
    """
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(read_settings(data_dir=Path(folder)))
        engine: Engine = app.state.engine
        with open_client(app) as client:
            report = _Inspection(path, client, engine).report()
        engine.close(1)
        return report


class _Inspection:
    def __init__(self, path: Path, client: ApiClient, engine: Engine) -> None:
        self._path = path
        self._client = client
        self._report = Report(path.stem)
        self._engine = engine

    def report(self) -> Report:
        opened, report = self._open(), self._report
        if opened is None:
            return report
        report.producer = _producer(self._path)
        model, report.remarks = f"/models/{opened['id']}", tuple(opened["remarks"])
        image = self._client.post("/images", files={"file": SAMPLE.read_bytes()}).json()["id"]
        network = self._network = self._engine.network(opened["id"])
        graph = network.graph
        report.opset, report.layers = graph.operators.opset, len(graph.layers)
        tensor = self._engine.pictures.input_tensor(Inference(network, image))[np.newaxis].astype(np.float32)
        plain = PlainNetwork(self._path, [layer.output for layer in graph.layers])
        feeds, place = network.feeds(tensor), f"{model}/images/{image}"
        plain.fill(feeds, network.constant)
        values = plain.run(feeds)
        self._get(f"{place}/layers")
        for layer in graph.layers:
            self._layer(f"{place}/layers/{layer.id}", layer, values)
        for layer in graph.layers[:: max(1, len(graph.layers) // SHEETS)]:
            finite = np.isfinite(values[layer.output].astype(np.float32)).all()
            self._get(f"{place}/layers/{layer.id}.png", "maps" if finite else "maps that are not finite")
        for method in METHODS:
            self._get(f"{place}/explanations/{method}.json?faithfulness=false", method)
        self._get(f"{place}/predictions", "predictions")
        report.gradient, holds = check_gradient(network, plain, self._path, tensor)
        if not holds:
            report.faults["gradient"] += 1
        return report

    def _open(self) -> dict[str, Any] | None:
        said = self._path.with_suffix(".json")
        data = {"card": json.dumps({"input": json.loads(said.read_text())})} if said.exists() else {}
        response = self._client.post("/models", files={"file": (self._path.name, self._path.read_bytes())}, data=data)
        opened: dict[str, Any] | None = response.json() if response.status_code == CREATED else None
        if opened is None:
            self._report.refusals[_message(response)] += 1
        return opened

    def _layer(self, address: str, layer: Layer, values: Values) -> None:
        """Every value, and the working of one cell."""
        expected = layer.without_batch(values[layer.output]).astype(np.float32)
        if layer.quantisation:
            expected = (expected - layer.quantisation.zero_point) * np.float32(layer.quantisation.scale)
        response = self._get(f"{address}.npy", "values")
        if response.status_code == OK:
            self._compare(np.load(io.BytesIO(response.content)), expected, layer)
        self._cell(address, layer)

    def _compare(self, values: npt.NDArray[Any], expected: npt.NDArray[Any], layer: Layer) -> None:
        if values.shape != expected.shape:
            self._report.faults[f"shape of {layer.op}"] += 1
        elif np.array_equal(values, expected, equal_nan=True):
            self._report.equal += 1
        else:
            self._report.difference = max(self._report.difference, largest_difference(values, expected))

    def _cell(self, address: str, layer: Layer) -> None:
        channels, height, width = layer.map_shape
        if not channels * height * width:
            return
        place = f"{channels // 2}/{height // 2}/{width // 2}" if layer.has_maps else str(channels // 2)
        response = self._get(f"{address}/cells/{place}", f"cell of {layer.op}")
        if response.status_code != OK:
            return
        cell = response.json()
        dtype = self._network.graph.operators.values[layer.output].dtype
        if _are_close(cell["value"], cell["total"], EXACT.get(dtype.name, USUAL_EXACT)):
            self._report.cells += 1
        else:
            self._report.faults[f"cell of {layer.op}: {cell['value']}, not {cell['total']}"] += 1

    def _get(self, address: str, what: str = "network") -> Response:
        response = self._client.get(address)
        self._report.resources += response.status_code == OK
        if response.status_code >= WRONG:
            self._report.faults[f"{what}: {response.text[:200]}"] += 1
        elif response.status_code != OK:
            message = _message(response)
            self._report.refusals[message if what in METHODS else f"{what}: {message}"] += 1
        return response


def largest_difference(values: npt.NDArray[Any], expected: npt.NDArray[Any]) -> float:
    """The largest difference as a share of the largest magnitude; infinite where only one of both is finite."""
    finite = np.isfinite(expected)
    if not np.array_equal(values[~finite], expected[~finite], equal_nan=True) or not np.isfinite(values[finite]).all():
        return float("inf")
    largest = np.abs(expected[finite]).max(initial=0) or 1
    return float(np.abs(values[finite] - expected[finite]).max(initial=0) / largest)


def _producer(path: Path) -> str:
    model = onnx.load(path, load_external_data=False)
    return f"{model.producer_name} {model.producer_version}".strip()


def _message(response: Response) -> str:
    return str(response.json()["error"]["message"])


def _are_close(value: float | None, total: float | None, tolerance: float) -> bool:
    """Whether a working gives the value; numbers that are not finite are null in both."""
    if value is None or total is None:
        return value is total
    return abs(value - total) <= tolerance * max(1, abs(value))
