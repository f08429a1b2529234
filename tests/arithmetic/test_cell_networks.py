"""The workings of cells in networks of many operators: they add up, and each source is the number that it names."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from app.arithmetic.cell import CellTerm, work_cell
from app.arithmetic.operands import Operands
from app.nets.layer import CellPlace
from tests.arithmetic.runs import open_network, operands_of, run_text
from tests.nets.onnx_text import parse_network

CELLS = 12  # of each layer
POOLED = "g = GlobalAveragePool (last) y = Flatten (g)"
NETWORKS = {
    "activations": "a = HardSwish (x) b = Mul (a, x) c = Sub (b, x) d = Sigmoid (c) last = Div (c, d)",
    "blocks": """a = SpaceToDepth <blocksize = 2> (x) b = DepthToSpace <blocksize = 2> (a)
        c = DepthToSpace <blocksize = 2, mode = "CRD"> (a) last = Add (b, c)""",
    "branches": "a, b, c = Split <axis = 1> (x) d = Concat <axis = 1> (c, a, b) r = Relu (b) last = Add (r, d)",
    "choices": """k = Constant <value_float = 0.2> () m = Greater (x, k) n = Neg (x) w = Where (m, x, n)
        a = Max (w, x) b = Min (a, k) c = Pow (b, k) d = Clip (x, k) last = Mean (d, x, w)""",
    "edges": """p = Constant <value_ints = [0, 0, 1, 2, 0, 0, 3, 1]> () a = Pad <mode = "reflect"> (x, p)
        b = Pad <mode = "edge"> (a, p) k = Constant <value_float = 2.5> () last = Pad (b, p, k)""",
    "gate": """h = GlobalAveragePool (x) s = Sigmoid (h) k = Constant <value_ints = [1, 3, 8, 8]> () e = Expand (s, k)
        m = Mul (x, e) t = Constant <value_ints = [1, 1, 2, 1]> () last = Tile (m, t)""",
    "norms": """l = LRN <size = 3> (x) i = Constant <value_floats = [1.0, 2.0, 0.5]> ()
        n = InstanceNormalization (l, i, i) last = LpNormalization <axis = 1> (n)""",
    "places": "m = ArgMax <axis = 1> (x) c = Cast <to = 1> (m) last = Add (c, x)",
    "quantised": """s = Constant <value_float = 0.02> () z = Constant <value = uint8 {120}> ()
        q = QuantizeLinear (x, s, z) w = Constant <value = uint8[3, 3, 1, 1] {1, 200, 3, 4, 120, 6, 7, 8, 190}> ()
        c = QLinearConv (q, s, z, w, s, z, s, z) m = MaxPool <kernel_shape = [2, 2]> (c)
        last = DequantizeLinear (m, s, z)""",
    "rows": """p = Constant <value_ints = [0, 3, 64]> () r = Reshape (x, p) t = Transpose <perm = [0, 2, 1]> (r)
        s = Constant <value_floats = [1.0, 2.0, 0.5]> () n = LayerNormalization (t, s, s) m = MatMul (r, n)
        a = Softmax (m) v = MatMul (a, r) q = Constant <value_ints = [0, 3, 8, 8]> () last = Reshape (v, q)""",
    "selection": """i = Constant <value_ints = [2, 0]> () a = Gather <axis = 1> (x, i) j = Constant <value_int = 1> ()
        b = Gather <axis = 1> (x, j) u = Constant <value_ints = [1]> () c = Unsqueeze (b, u)
        last = Concat <axis = 1> (a, c)""",
    "sequence": """p = Constant <value_ints = [0, 3, 64]> () r = Reshape (x, p)
        m = MaxPool <kernel_shape = [3], strides = [2]> (r)
        last = AveragePool <kernel_shape = [3], pads = [1, 1]> (m)""",
    "shuffle": """c = Concat <axis = 1> (x, x) s = Constant <value_ints = [0, 2, 3, 8, 8]> () r = Reshape (c, s)
        t = Transpose <perm = [0, 2, 1, 3, 4]> (r) q = Constant <value_ints = [0, 6, 8, 8]> () last = Reshape (t, q)""",
    "sizes": """s = Constant <value_floats = [1.0, 1.0, 2.0, 1.5]> () r = Resize <mode = "linear"> (x, , s)
        u = Resize <mode = "nearest"> (r, , s) last = Resize <mode = "cubic"> (u, , s)""",
}
CHANNELS_LAST = """t = Transpose <perm = [0, 3, 1, 2]> (x) p = MaxPool <kernel_shape = [2, 2], strides = [2, 2]> (t)
    u = Transpose <perm = [0, 2, 3, 1]> (p) r = Relu (u) y = ReduceMean <axes = [1, 2], keepdims = 0> (r)"""


def sources(terms: tuple[CellTerm, ...]) -> Iterator[CellTerm]:
    for placed in terms:
        if placed.source:
            yield placed
        yield from sources(placed.terms)


def check_all_layers(operands: Operands) -> None:
    random = np.random.default_rng(0)
    for layer in operands.graph.layers:
        for _ in range(CELLS):
            place = CellPlace(layer.id, *(int(random.integers(length)) for length in layer.map_shape))
            for placed in sources(work_cell(operands, place, 16).terms):
                assert placed.source
                number, term = operands.number(placed.source), placed.term
                if layer.op == "DequantizeLinear":  # its term is the whole number that stands for that of the cell
                    assert (term.value - 120) * np.float32(0.02) == np.float32(number)
                elif layer.op.startswith("QLinear"):  # its terms are real numbers in float64
                    assert term.kind not in ("value", "candidate") or term.value == pytest.approx(number)
                else:
                    assert number in (term.value, term.numbers.get("input")), layer.op


@pytest.mark.parametrize("name", NETWORKS)
def test_every_layer(name: str, tmp_path: Path) -> None:
    check_all_layers(run_text(f"{NETWORKS[name]} {POOLED}", tmp_path))


def test_every_layer_with_channels_last(tmp_path: Path) -> None:
    check_all_layers(operands_of(open_network(parse_network(CHANNELS_LAST, x="float[N, 8, 8, 3]"), tmp_path)))


def test_a_shuffled_channel_is_followed_to_the_one_it_was(tmp_path: Path) -> None:
    operands = run_text(f"{NETWORKS['shuffle']} {POOLED}", tmp_path)
    origins = []
    for channel in range(6):
        place = CellPlace(operands.graph.layer_of["last"], channel, 2, 5)
        while place.layer != operands.graph.layer_of["c"]:
            (placed,) = work_cell(operands, place, 16).terms
            assert placed.source
            place = placed.source
        assert (place.y, place.x) == (2, 5)
        origins.append(place.channel)
    assert origins == [0, 3, 1, 4, 2, 5]
