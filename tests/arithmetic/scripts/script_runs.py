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
from app.arithmetic.scripts.snippet import Extent, Library
from app.nets.card import read_card
from app.nets.layer import CellPlace
from app.nets.network import Network
from app.nets.outputs import Activations
from app.nets.runtime import Runtime
from app.work.stop import Stop
from tests.arithmetic.scripts.operator_network import SIDE, every_operator, old_forms, scales_of_groups
from tests.nets.models_folder import place
from tests.nets.onnx_text import parse_network

SLIDING = {"Conv", "ConvTranspose", "MaxPool", "AveragePool"}  # whose cells at an edge read padding
THROUGH_OUTPUT = {  # of which a cell, too, is taken out of an output
    "ConvTranspose", "GroupNormalization", "InstanceNormalization", "LayerNormalization", "LogSoftmax", "Softmax",
}  # fmt: skip
TOLERANCE = 1e-4  # of the number, or of 1 where it is smaller


def of_levels() -> ModelProto:
    """A network whose input are the levels of a picture, in whole numbers, which its first operator makes real."""
    body = "f = Cast <to = 1> (x)  r = Relu (f)  g = GlobalAveragePool (r)  y = Flatten (g)"
    return parse_network(body, x=f"uint8[1, 3, {SIDE}, {SIDE}]")


def turned() -> ModelProto:
    """A network with several maps along the first axis, where others have the batch: the rows of the picture."""
    body = """rows = Transpose <perm = [2, 1, 0, 3]> (x)
        double = Concat <axis = 1> (rows, rows)  stripes = Concat <axis = 2> (double, double)
        w3 = Constant <value = float[3, 2, 2, 1] {1, -2, 3, 1, 2, -1, 1, 1, 4, 1, 2, 3}> ()
        w6 = Constant <value = float[6, 1, 1, 2] {1, -2, 3, 1, 2, -1, 1, 1, 4, 1, 2, 3}> ()
        ones = Constant <value = float[6] {1, 2, 3, 4, 5, 6}> ()
        grouped = Conv <group = 3, pads = [1, 0, 0, 0]> (stripes, w3)
        transposed = ConvTranspose <group = 2, pads = [0, 1, 0, 0]> (stripes, w6)
        most = MaxPool <kernel_shape = [2, 2], pads = [1, 1, 0, 0]> (stripes)
        mean = AveragePool <kernel_shape = [1, 3], pads = [0, 1, 0, 1]> (stripes)
        groups = GroupNormalization <num_groups = 3> (stripes, ones, ones)
        response = LRN <size = 3, alpha = 0.5> (stripes)
        instance = InstanceNormalization (stripes, ones, ones)
        normalised = BatchNormalization (stripes, ones, ones, ones, ones)
        total = Concat <axis = 1> (grouped, transposed, most, mean, groups, response, instance, normalised)
        back = Transpose <perm = [2, 1, 0, 3]> (total)  pooled = GlobalAveragePool (back)  y = Flatten (pooled)"""
    return parse_network(body, 21, x=f"float[1, 3, {SIDE}, {SIDE}]")


NETWORKS = {
    "operators": every_operator,
    "old-forms": old_forms,
    "scales-of-groups": scales_of_groups,
    "levels": of_levels,
    "turned": turned,
}


def check_scripts(library: Library, folder: Path) -> set[str]:
    """Run scripts for a random cell of each layer, and a corner where windows slide; gives the operators.

    Each must print the number of the run.
    """
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
            drawn = tuple(int(random.integers(length)) for length in maps.shape)
            corner = (maps.shape[0] - 1, 0, maps.shape[2] - 1)  # of the last channel, whose place is not its number
            extents: tuple[tuple[Extent, tuple[int, ...]], ...] = (("cell", drawn), ("cell", corner), ("layer", drawn))
            for extent, cell in extents if layer.op in SLIDING else (extents[0], extents[2]):
                source = ArraySource(network, "photo", library)
                script = write_script(source, CellPlace(layer.id, *cell), extent, "unreachable://")
                has_output = "output = " in script.text
                assert has_output == (extent == "layer" or layer.op in THROUGH_OUTPUT), script.text
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
