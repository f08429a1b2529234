"""The scripts of the API for every layer of a network, run as they are, and the numbers that they should print."""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import numpy as np

from app.nets.graph import Graph, read_graph
from tests.conftest import SAMPLES, serving
from tests.nets.models_folder import place
from tests.nets.operator_network import SIDE, every_operator, old_forms, scales_of_groups
from tests.web.responses import array

EXTENTS = ("cell", "layer")
TOLERANCE = 1e-4  # of the number, or of 1 where it is smaller
# Runs each file as `python FILE` does, without starting Python for each; prints what each prints, or its error.
RUN_ALL = """
import contextlib, io, json, runpy, sys, warnings
warnings.simplefilter("error")
printed, files = {}, sys.argv[1:]
for file in files:
    sys.argv = [file]
    with contextlib.redirect_stdout(io.StringIO()) as output:
        try:
            runpy.run_path(file, run_name="__main__")
        except Exception as error:
            print(repr(error))
    printed[file] = output.getvalue()
print(json.dumps(printed))
"""


@dataclass(frozen=True, slots=True)
class LayerScript:
    """The script for one cell of a layer, and the number of the run."""

    op: str
    text: str
    value: float


def scripts_of(client: httpx.Client, model: str, graph: Graph, library: str) -> dict[str, LayerScript]:
    """For each layer of a network two scripts for a random cell, by the layer's id and the extent."""
    photo = (SAMPLES / "cat.jpg").read_bytes()
    image = client.post("/images", files={"file": photo}).json()["id"]
    random, found = np.random.default_rng(1), {}
    for layer in graph.layers:
        path = f"/models/{model}/images/{image}/layers/{layer.id}"
        maps = layer.maps_of(array(client, f"{path}.npy")).reshape(layer.map_shape)
        cell = tuple(int(random.integers(length)) for length in maps.shape)
        for extent in EXTENTS:
            address = f"{path}/cells/{'/'.join(map(str, cell))}/code"
            answer = client.get(address, params={"as": library, "of": extent}).raise_for_status()
            found[f"{layer.id}-{extent}"] = LayerScript(layer.op, answer.text, float(maps[cell]))
    return found


def run_scripts(scripts: Mapping[str, LayerScript], folder: Path) -> dict[str, str]:
    """What each script prints."""
    for name, script in scripts.items():
        (folder / f"{name}.py").write_text(script.text, "utf-8")
    files = [str(folder / f"{name}.py") for name in scripts]
    done = subprocess.run(
        [sys.executable, "-c", RUN_ALL, *files], capture_output=True, text=True, timeout=300, check=True
    )
    printed: dict[str, Any] = json.loads(done.stdout)
    return {name: printed[file] for name, file in zip(scripts, files, strict=True)}


NETWORKS = {"operators": every_operator, "old-forms": old_forms, "scales-of-groups": scales_of_groups}


@contextmanager
def operator_server(folder: Path) -> Iterator[httpx.Client]:
    """A running ConvScope with the networks that have every operator with a script."""
    models = folder / "models"
    for name, network in NETWORKS.items():
        place(models, name, network(), ["a", "b", "c"], width=SIDE, height=SIDE)
    with (
        serving(folder / "data", models) as address,
        httpx.Client(base_url=f"{address}/api/v1", timeout=60) as client,
    ):
        yield client


def check_scripts(client: httpx.Client, library: str, folder: Path) -> set[str]:
    """Run every script of these networks, each of which must print the number of the run; gives their operators."""
    operators = set()
    for name, network in NETWORKS.items():
        scripts = scripts_of(client, name, read_graph(network()), library)
        for script, printed in run_scripts(scripts, folder).items():
            value = scripts[script].value
            difference = abs(float(printed) - value)
            assert difference <= TOLERANCE * max(1, abs(value)), f"{script}: {printed} is not {value}"
        operators |= {script.op for script in scripts.values()}
    return operators
