"""The strongest cells: what NumPy finds in all photos at once, in whatever order the photos come and are merged."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.jobs.strongest_cells import NO_PHOTO, PhotoCells, StrongestCells, strongest_cells_of

CHANNELS, COUNT = 5, 3
LEVELS = st.sampled_from([-1.0, 0.0, 0.5, 2.0])  # few, so that many are equal


def cells_of(photos: list[int], values: np.ndarray, places: np.ndarray) -> StrongestCells:
    cells = StrongestCells.empty(CHANNELS, COUNT)
    for photo in photos:
        cells.add(photo, PhotoCells(np.arange(CHANNELS), values[photo], places[photo]))
    return cells


@given(st.data())
@settings(max_examples=60)
def test_any_order_and_any_division_give_what_sorting_all_photos_gives(data: st.DataObject) -> None:
    count = data.draw(st.integers(1, 12))
    values = np.array(data.draw(st.lists(LEVELS, min_size=count * CHANNELS, max_size=count * CHANNELS)), np.float32)
    values = values.reshape(count, CHANNELS)
    places = np.arange(count * CHANNELS, dtype=np.int32).reshape(count, CHANNELS)
    order, cut = data.draw(st.permutations(range(count))), data.draw(st.integers(0, count))
    cells = cells_of(order[:cut], values, places)
    cells.merge(cells_of(order[cut:], values, places))
    for channel in range(CHANNELS):
        best = np.argsort(-values[:, channel], kind="stable")[:COUNT]
        assert cells.photos[channel, : len(best)].tolist() == best.tolist()
        assert cells.values[channel, : len(best)].tolist() == values[best, channel].tolist()
        assert cells.places[channel, : len(best)].tolist() == places[best, channel].tolist()
        assert set(cells.photos[channel, len(best) :].tolist()) <= {NO_PHOTO}


def test_the_first_of_equal_cells_is_the_strongest_of_a_photo() -> None:
    values, places = strongest_cells_of(np.array([[[0, 3], [3, 1]], [[-2, -1], [-3, -1]]], np.float32))
    assert (values.tolist(), places.tolist()) == ([3, -1], [1, 1])


@pytest.mark.parametrize(("cells", "strongest"), [([np.nan, 2, 5], (5, 2)), ([np.nan] * 3, (-np.inf, 0))])
def test_nan_is_less_than_any_number(cells: list[float], strongest: tuple[float, int]) -> None:
    values, places = strongest_cells_of(np.array([[cells]], np.float32))
    assert (values[0], places[0]) == strongest
