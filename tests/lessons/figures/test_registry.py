"""What holds for the figures of every kind: formulas are true, links lead to cells, parameters are documented."""

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np
import pytest
from annotated_types import Ge, Le

from app.lessons.figures.kind import read_state
from app.lessons.figures.matrix import LEVELS, FigureMatrix
from app.lessons.figures.registry import KINDS
from tests.lessons.documented_fields import documented_cells, limit, listed_fields
from tests.lessons.formula_value import assert_true, value_of

ROUNDING = (1e-3, 1e-4)  # relative and absolute: formulas have four decimals or six digits
# States beside the defaults in which something else is drawn.
STATES: dict[str, list[dict[str, Any]]] = {
    "activation": [{"function": "leaky"}, {"function": "sigmoid"}, {"function": "tanh"}, {"matrix": "0 -800"}],
    "batch-norm": [{"row": 2, "column": 1, "gamma": "2 -1 3", "beta": "1 -2 0.5"}, {"row": 20, "column": 20}],
    "bottleneck": [{"kernel": 3, "channels": 3, "filters": 7, "reduced": 2, "side": 5}],
    "connections": [{"side": 8, "channels": 1, "kernel": 3, "filters": 2, "output": 7}],
    "convolution": [
        {"stride": 2, "padding": 1, "bias": -1.5, "row": 1, "column": 2},
        {"kernel": "1 -2; 0 1 | 3 0; 1 1", "matrix": "1 2 -3; 0 1 2; 4 1 0 | 2 2 1; 1 0 -1; 0 3 1", "bias": 2},
        {"kernel": "1 2", "dilation": 3, "row": 20, "column": 20},
    ],
    "dropout": [{"rate": 0.9, "seed": 1}, {"rate": 0, "values": "-1 2 3"}],
    "flatten": [{"row": 2, "bias": "1.5 -2 0"}, {"row": 20, "maps": "1 -2 | 3 4", "weights": "0 0 0 0", "bias": "2"}],
    "folding": [{"bias": -3, "mean": -2, "variance": 4, "gamma": -1, "beta": -5}],
    "gradient-step": [{"step": 3, "bias": 1, "target": -20, "rate": 0.001}],
    "network-builder": [
        {"side": 17, "layers": "conv 4 3 stride 2 pad 1; depthwise 3; pool 3 stride 2; conv 2 1; global; dense 3"},
        {"side": 9, "channels": 1, "layers": "average 2; conv 3 2; dense 2; conv 1 1"},
    ],
    "pooling": [
        {"size": 2, "stride": 2, "row": 1, "column": 0, "matrix": "1 -2 3 4 0; 5 6 7 8 0; 1 1 1 -1 0; 0 2 2 9 0"}
    ],
    "products": [{"patch": "1.5 -2", "kernel": "-3 4"}],
    "receptive-field": [{"layers": "5/2 3 p2", "level": 2}, {"layers": "3", "level": 6}],
    "separable": [{"kernel": 5, "channels": 3, "filters": 7, "side": 9}],
    "softmax": [{"temperature": 2, "row": 2}, {"logits": "-1 80", "temperature": 0.5, "row": 20}],
    "task-outputs": [{"side": 64, "classes": 3, "words": 5, "seconds": 2}],
}
DRAWN = [(name, values) for name in KINDS for values in ({}, *STATES.get(name, []))]
every_state = pytest.mark.parametrize(("name", "values"), DRAWN)
ROOM: dict[str, dict[str, Any]] = {
    "connections": {"kernel": 3},
    "convolution": {"padding": 1},
    "pooling": {"matrix": ";".join(["1 2 3 4 5 6"] * 6)},
}
AT_LIMITS = [
    (name, ROOM.get(name, {}) | {field: value})
    for name, each in KINDS.items()
    for field, kind in each.state.model_fields.items()
    for value in (limit(kind, Ge), limit(kind, Le))
    if value is not None
]


def draw(name: str, values: Mapping[str, Any]) -> Any:
    kind = KINDS[name]
    return kind.draw(read_state(kind.state, values))


def parts(figure: object) -> Iterator[object]:
    """A figure and all that it consists of."""
    yield figure
    if is_dataclass(figure):
        for field in fields(figure):
            yield from parts(getattr(figure, field.name))
    elif isinstance(figure, tuple | list):
        for each in figure:
            yield from parts(each)


@every_state
def test_every_formula_is_true(name: str, values: Mapping[str, Any]) -> None:
    for text in parts(draw(name, values)):
        if isinstance(text, str) and " = " in text:
            assert_true(text, *ROUNDING)


@every_state
def test_a_working_comes_to_its_cell(name: str, values: Mapping[str, Any]) -> None:
    for matrix in (each for each in parts(draw(name, values)) if isinstance(each, FigureMatrix)):
        for cell in matrix:
            if " = " in cell.working and not cell.key.startswith("vector"):  # whose working is that of the place
                assert value_of(cell.working.rpartition(" = ")[2]) == pytest.approx(cell.value, *ROUNDING)


@every_state
def test_every_cell_has_its_key_and_links_lead_to_cells(name: str, values: Mapping[str, Any]) -> None:
    matrices = [each for each in parts(draw(name, values)) if isinstance(each, FigureMatrix)]
    cells = [cell for matrix in matrices for cell in matrix]
    keys = {cell.key for cell in cells}
    assert len(keys) == len(cells)
    for cell in cells:
        assert keys.issuperset(cell.links)


@every_state
def test_the_colour_of_a_cell_is_its_share_of_the_largest(name: str, values: Mapping[str, Any]) -> None:
    for matrix in (each for each in parts(draw(name, values)) if isinstance(each, FigureMatrix)):
        largest = max(abs(cell.value) for cell in matrix)
        for cell in matrix:
            assert np.sign(cell.level) == np.sign(cell.value)
            assert abs(cell.level) - 1 < abs(cell.value) / (largest or 1) * LEVELS + 1e-9
            assert abs(cell.value) / (largest or 1) * LEVELS <= abs(cell.level) + 1e-9


@pytest.mark.parametrize("name", KINDS)
def test_the_parameters_are_those_that_are_documented(name: str) -> None:
    assert documented_cells("Figures", name)[-1] == listed_fields(KINDS[name].state)


@pytest.mark.parametrize(("name", "values"), AT_LIMITS)
def test_a_figure_is_drawn_at_the_limits_of_its_parameters(name: str, values: Mapping[str, Any]) -> None:
    assert draw(name, values)
