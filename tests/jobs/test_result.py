"""The result of a job, whose cells are set by hand."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from app.experiments.accuracy.evaluation import PictureResult
from app.jobs.result import JobResult, PhotoResult, StrongCell
from app.jobs.strongest_cells import PhotoCells, StrongestCells

NOTHING = PictureResult((), ())
ROWS = {"first": slice(0, 2), "too many channels": slice(2, 2), "last": slice(2, 3)}


def layer(name: str) -> Any:
    return SimpleNamespace(id=name, map_size=(4, 5))


def cells_of(values: list[float], places: list[int]) -> PhotoCells:
    return PhotoCells(np.arange(3), np.array(values, np.float32), np.array(places, np.int32))


@pytest.fixture
def result() -> JobResult:
    result = JobResult({}, StrongestCells.empty(3, 2), ROWS)
    result.add(
        7,
        PhotoResult(NOTHING, PhotoCells(np.arange(3), np.array([1, 2, 3], np.float32), np.array([0, 7, 19], np.int32))),
    )
    result.add(
        9,
        PhotoResult(NOTHING, PhotoCells(np.arange(3), np.array([-1, 5, 0], np.float32), np.array([1, 4, 5], np.int32))),
    )
    return result


def test_a_cell_has_its_place_in_the_map(result: JobResult) -> None:
    assert result.strongest(layer("first"), 1) == (StrongCell(5, 9, 0, 4), StrongCell(2, 7, 1, 2))
    assert result.strongest(layer("last"), 0) == (StrongCell(3, 7, 3, 4), StrongCell(0, 9, 1, 0))


@pytest.mark.parametrize("place", [("first", 2), ("too many channels", 0), ("last", 1), ("unknown", 0)])
def test_there_are_none_of_other_channels(result: JobResult, place: tuple[str, int]) -> None:
    name, channel = place
    assert result.strongest(layer(name), channel) == ()


def test_a_photo_that_can_not_be_read_has_no_cells(result: JobResult) -> None:
    result.add(8, PhotoResult(PictureResult((), (), "It is cut off.")))
    assert result.predictions[8].problem == "It is cut off."
    assert {cell.photo for channel in range(2) for cell in result.strongest(layer("first"), channel)} == {7, 9}


def test_fewer_photos_than_places_leave_places_empty() -> None:
    result = JobResult({}, StrongestCells.empty(3, 2), ROWS)
    result.add(7, PhotoResult(NOTHING, cells_of([0, 0, 0], [0, 0, 0])))
    assert result.strongest(layer("last"), 0) == (StrongCell(0, 7, 0, 0),)
