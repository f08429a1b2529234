"""The cells that read a cell: the reverse of the cells that each reads."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.nets.reading.operator_fields import PAD_MODES, InputWindow
from app.nets.reading.receptive_fields import cells_read, cells_reading


@given(
    st.fractions(0, 4, max_denominator=4),
    st.fractions(-6, 6, max_denominator=4),
    st.fractions(0, 6, max_denominator=4),
    st.booleans(),
)
def test_the_cells_that_read_a_cell_are_those_whose_window_has_it(
    step: Fraction, first: Fraction, extent: Fraction, clamps: bool
) -> None:
    size, length = 9, 7
    window = InputWindow(step, first, first + extent, "nearest" if clamps and step > 0 else "padding")
    read = {cell: cells_read(window, (cell, cell), size) for cell in range(length)}
    for cell in range(size):
        readers = [output for output, (begin, end) in read.items() if begin <= cell <= end]
        begin, end = cells_reading(window, cell, size, length)
        assert list(range(begin, end + 1)) == readers


@pytest.mark.parametrize("mode", ["edge", "reflect"])
@pytest.mark.parametrize(("begin", "end"), [(0, 0), (3, 0), (0, 2), (1, 4), (5, 5)])
def test_what_a_border_repeats_is_read_as_numpy_pads_it(mode: str, begin: int, end: int) -> None:
    size = 6
    window = InputWindow(Fraction(1), Fraction(-begin), Fraction(-begin), PAD_MODES[mode])
    padded = np.pad(np.arange(size), (begin, end), mode=mode)  # type: ignore[call-overload]  # a mode by its name
    for first in range(len(padded)):
        for last in range(first, len(padded)):
            read = padded[first : last + 1]
            assert cells_read(window, (first, last), size) == (read.min(), read.max())
    for cell in range(size):
        readers = np.flatnonzero(padded == cell)
        assert cells_reading(window, cell, size, len(padded)) == (readers.min(), readers.max())


def test_without_a_window_every_cell_reads_every_cell() -> None:
    assert cells_read(None, (2, 3), 9) == (0, 8)
    assert cells_reading(None, 4, 9, 7) == (0, 6)
