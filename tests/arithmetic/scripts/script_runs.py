"""The scripts for every layer of a network, run as they are, and the numbers that they should print."""

import io
import sys
from collections.abc import Iterator
from contextlib import redirect_stdout
from pathlib import Path
from unittest.mock import patch

import numpy as np
from onnx import ModelProto

from app.arithmetic.scripts.arrays import ArraySource, file_name
from app.arithmetic.scripts.script import write_script
from app.arithmetic.scripts.snippet import Library
from app.nets.card import read_card
from app.nets.layer import CellPlace
from app.nets.network import Network
from app.nets.outputs import Activations
from app.nets.runtime import Runtime
from app.work.stop import Stop
from tests.arithmetic.scripts.operator_network import SIDE, every_operator, old_forms, scales_of_groups
from tests.nets.models_folder import place
from tests.nets.onnx_text import parse_network

TOLERANCE = 1e-4  # of the number, or of 1 where it is smaller


def of_levels() -> ModelProto:
    """A network whose input are the levels of a picture, in whole numbers, which its first operator makes real."""
    body = "f = Cast <to = 1> (x)  r = Relu (f)  g = GlobalAveragePool (r)  y = Flatten (g)"
    return parse_network(body, x=f"uint8[1, 3, {SIDE}, {SIDE}]")


NETWORKS = {
    "operators": every_operator,
    "old-forms": old_forms,
    "scales-of-groups": scales_of_groups,
    "levels": of_levels,
}


def check_scripts(library: Library, folder: Path) -> set[str]:
    """Run two scripts for a random cell of each layer, which must print the number of the run; gives the operators."""
    operators, random = set(), np.random.default_rng(1)
    view = random.integers(0, 256, (SIDE, SIDE, 3)).astype(np.uint8)
    for name, model in NETWORKS.items():
        path = place(folder / name, name, model(), ["a", "b", "c"], width=SIDE, height=SIDE)
        network = Network(read_card(path.with_suffix(".json")), path, (), Runtime("cpu", "cpu", threads=1))
        activations = network.activations(view, Stop())
        for file, array in _arrays(network, view, activations):
            np.save(folder / name / file_name(f"{file}.npy"), array)
        for layer in network.graph.layers:
            maps = layer.maps_of(activations.layers[layer.id]).reshape(layer.map_shape)
            cell = tuple(int(random.integers(length)) for length in maps.shape)
            for extent in ("cell", "layer"):
                source = ArraySource(network, "photo", library)
                script = write_script(source, CellPlace(layer.id, *cell), extent, "unreachable://")
                np.testing.assert_allclose(
                    _printed(script.text, folder / name), float(maps[cell]), TOLERANCE, TOLERANCE, err_msg=script.text
                )
            operators.add(layer.op)
    return operators


def _arrays(network: Network, view: np.ndarray, activations: Activations) -> Iterator[tuple[str, np.ndarray]]:
    """What the API has at the addresses that scripts load from, by the names of the files."""
    yield "input", network.input_tensor(view)[0]
    yield from activations.layers.items()
    for layer in network.graph.layers:
        for role, value in network.graph.weight_values(layer).items():
            yield f"{layer.id}-{role}", network.constant(value)


def _printed(text: str, folder: Path) -> float:
    with patch.object(sys, "argv", ["script.py", str(folder)]), redirect_stdout(io.StringIO()) as output:
        exec(text, {"__name__": "__main__"})  # noqa: S102  # the script of a network that the test has built
    return float(output.getvalue())
