"""Networks in confined processes: all layers against the same run in this process, and the memory of an idle child."""

import re
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from app.engine.engine import sandbox_policy
from app.nets.catalog import Catalog
from app.nets.network import Network
from app.nets.runtime import start_runtime
from app.resources import MODELS
from app.sandbox.isolated_runtime import IsolatedRuntime
from app.sandbox.sandbox import Sandbox
from app.settings import read_settings
from app.work.stop import Stop
from benchmarks.figures import Figure
from benchmarks.timing import medians

TURNS, TRIES = 5, 3
LIGHT = "squeezenet1_1"
IDLE_S = 12.0  # after which a child has given back the memory of its last run
MEGABYTE = 1_000_000
BARS = {LIGHT: 1.3}
VGG_BAR = 1.15


def measure(vgg: Path) -> list[Figure]:
    """Both networks take turns with themselves, in this process and confined; `vgg` is the file of one of 553 MB."""
    runtime = start_runtime("cpu", 0)
    sandbox = Sandbox(sandbox_policy(read_settings(sandbox="required")), runtime)
    figures = []
    for path in (MODELS / f"{LIGHT}.onnx", vgg):
        local = Catalog(path.parent, runtime, open_limit=2).get(path.stem)
        confined = sandbox.for_network()
        assert isinstance(confined, IsolatedRuntime)
        network = Network(local.card, path, local.class_names, confined)
        runs = {"in process": _run(local), "confined": _run(network)}
        seconds = medians(runs, TURNS, TRIES)
        detail = ", ".join(f"{name} {value * 1e3:.1f} ms" for name, value in seconds.items())
        ratio, bar = seconds["confined"] / seconds["in process"], BARS.get(path.stem, VGG_BAR)
        figures.append(Figure(f"all layers, confined / in process, {path.stem}", ratio, bar, detail=detail))
        time.sleep(IDLE_S)
        resident, shared = _memory(confined.process_id)
        above = (resident - network.graph.weight_bytes) / MEGABYTE
        detail = f"{resident / MEGABYTE:.0f} MB, of them {shared / MEGABYTE:.0f} MB of libraries and files"
        figures.append(Figure(f"idle child above its weights, {path.stem}", above, 120, unit="MB", detail=detail))
    sandbox.close()
    return figures


def _run(network: Network) -> Callable[[], object]:
    size = network.card.input
    view = np.random.default_rng(0).integers(0, 256, (size.height, size.width, 3), np.uint8)
    return lambda: network.activations(view, Stop())


def _memory(process: int | None) -> tuple[int, int]:
    """The resident memory of a process and the part of it that is mapped from files, in bytes."""
    status = Path(f"/proc/{process}/status").read_text()
    resident, mapped = (re.search(rf"{name}:\s+(\d+)", status) for name in ("VmRSS", "RssFile"))
    assert resident is not None
    assert mapped is not None
    return int(resident[1]) * 1024, int(mapped[1]) * 1024
