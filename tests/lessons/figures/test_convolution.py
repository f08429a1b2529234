"""The convolution of typed numbers, against SciPy's correlation."""

import numpy as np
import pytest
import scipy
from hypothesis import given
from hypothesis import strategies as st

from app.errors import InvalidRequest
from app.lessons.figures.convolution import ConvolutionState, draw_convolution
from app.lessons.figures.kind import read_state
from app.lessons.figures.matrix import FigureMatrix


def numbers(matrix: FigureMatrix) -> list[list[float]]:
    return [[cell.value for cell in row] for row in matrix.rows]


def test_the_lecture_s_example_gives_its_output() -> None:
    assert numbers(draw_convolution(ConvolutionState()).output) == [[4, 3, 4], [2, 4, 3], [2, 3, 4]]


@given(st.integers(1, 3), st.integers(0, 2), st.integers(0, 10_000))
def test_the_output_is_the_correlation(stride: int, padding: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    image, kernel = random.integers(-5, 6, (6, 7)), random.integers(-5, 6, (3, 2))
    rows = {"matrix": image, "kernel": kernel}
    texts = {name: "; ".join(" ".join(map(str, row)) for row in values) for name, values in rows.items()}
    figure = draw_convolution(read_state(ConvolutionState, {**texts, "bias": 2, "stride": stride, "padding": padding}))
    expected = scipy.signal.correlate(np.pad(image, padding), kernel, "valid")[::stride, ::stride] + 2
    assert numbers(figure.output) == expected.tolist()


def test_the_sum_of_a_cell_is_written_out() -> None:
    figure = draw_convolution(ConvolutionState(matrix="1 2; 3 -4", kernel="1 -1; 0 2", bias=-1))
    assert figure.working == "1 × 1 + 2 × (−1) + 3 × 0 + (−4) × 2 − 1 = −10"


def test_the_sum_over_channels_is_written_by_channel() -> None:
    state = ConvolutionState(matrix="308 | 498 | 164", kernel="1 | -1 | 1", bias=1)
    assert draw_convolution(state).working == "308 − 498 + 164 + 1 = −25"


def test_a_cell_of_the_output_links_to_the_cells_of_its_window() -> None:
    figure = draw_convolution(ConvolutionState(matrix="1 2 3; 4 5 6; 7 8 9", kernel="1 1; 1 1", dilation=2))
    assert figure.output.rows[0][0].links == ("input0.0.0", "input0.0.2", "input0.2.0", "input0.2.2")


def test_cells_that_no_window_reads_are_counted() -> None:
    figure = draw_convolution(ConvolutionState(matrix="1 2 3 4; 5 6 7 8; 9 9 9 9", kernel="1 1; 1 1", stride=2))
    assert figure.unused == (1, 0)


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"matrix": "1 2; 3"}, "ragged"),
        ({"matrix": "1 2; x 4"}, "numbers only"),
        ({"matrix": "1 1; 1 1"}, "The kernel has 3 rows"),
        ({"matrix": " | ".join(["1"] * 4), "kernel": "1"}, "at most 3 channels"),
    ],
)
def test_what_is_no_convolution_is_refused(values: dict[str, str], reason: str) -> None:
    with pytest.raises(InvalidRequest, match=reason):
        draw_convolution(read_state(ConvolutionState, values))
