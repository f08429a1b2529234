"""The workings of cells: one run for all of them, each computed once."""

import pytest

from app.engine.engine import Engine
from app.engine.inference import Inference
from app.errors import UnknownCell, UnknownChannel, UnknownLayer
from app.nets.layer import CellPlace


def test_cells_of_all_layers_come_from_one_run(engine: Engine, inference: Inference) -> None:
    before = engine.status().runs
    engine.layers.activations(inference).result()
    for layer in inference.network.graph.layers[:8]:
        working = engine.cells.working(inference, CellPlace(layer.id, 1, 2, 3), 4).result()
        assert engine.cells.working(inference, CellPlace(layer.id, 1, 2, 3), 4).result() is working
    assert engine.status().runs <= before + 1


def test_a_number_of_the_input_and_a_loss(engine: Engine, inference: Inference) -> None:
    tensor = engine.pictures.input_tensor(inference)
    assert engine.pictures.input_tensor(inference) is tensor
    working = engine.cells.working(inference, CellPlace("input", 2, 10, 20), 16).result()
    assert working.value == tensor[2, 10, 20]
    scores = engine.predictions.scores(inference).result().scores
    losses = [engine.cells.loss(inference, target, 16).result().total for target in scores.argsort()[-2:]]
    assert losses[0] > losses[1]


@pytest.mark.parametrize(
    ("place", "error"),
    [
        (CellPlace("none", 0, 0, 0), UnknownLayer),
        (CellPlace("conv1", 64, 0, 0), UnknownChannel),
        (CellPlace("conv1", 0, 113, 0), UnknownCell),
        (CellPlace("input", 3, 0, 0), UnknownChannel),
    ],
)
def test_a_cell_that_is_not_there_is_refused(
    engine: Engine, inference: Inference, place: CellPlace, error: type[Exception]
) -> None:
    with pytest.raises(error):
        engine.cells.working(inference, place, 16)
