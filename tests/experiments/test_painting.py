"""Painting on maps, compared with NumPy on the layers that read them."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import ConvScopeError, InvalidRequest
from app.experiments.ablation import Ablation, read_ablation
from app.experiments.painting import MAX_STROKES, MAX_VALUE, Stroke, read_strokes, write_strokes
from app.nets.network import Network
from tests.experiments.skip_network import WEIGHTS, ablated, intact, skip_network


@pytest.fixture
def network(tmp_path: Path) -> Network:
    return skip_network(tmp_path)


def test_the_last_stroke_is_on_top_and_the_rest_of_the_network_reads_what_is_painted(network: Network) -> None:
    strokes = (Stroke(1, 0, 0, 8, 8, 2.5), Stroke(1, 2, 3, 4, 5, -7.0))
    after = ablated(network, Ablation("relu", strokes=strokes))
    painted = intact(network).layers["relu"].copy()
    painted[1] = 2.5
    painted[1, 2:4, 3:5] = -7
    np.testing.assert_array_equal(after.layers["relu"], painted)
    by_hand = np.einsum("oi,ihw->ohw", WEIGHTS["v"][:, :, 0, 0], painted)
    np.testing.assert_allclose(after.layers["branch"], by_hand, atol=1e-4)


def test_a_channel_that_is_off_can_be_painted_on(network: Network) -> None:
    after = ablated(network, Ablation("relu", (0,), strokes=(Stroke(0, 7, 7, 8, 8, 1.0),)))
    assert after.layers["relu"][0].sum() == after.layers["relu"][0, 7, 7] == 1


def test_strokes_are_read_as_they_are_written() -> None:
    strokes = (Stroke(3, 0, 1, 2, 4, -0.5), Stroke(12, 5, 5, 6, 6, 1e6))
    assert write_strokes(strokes) == "3:0,1,2,4=-0.5;12:5,5,6,6=1000000"
    assert read_strokes(write_strokes(strokes)) == strokes
    assert read_strokes("") == ()


@given(st.floats(-MAX_VALUE, MAX_VALUE))
def test_every_value_that_can_be_painted_is_read_as_it_is_written(value: float) -> None:
    strokes = (Stroke(1, 0, 0, 1, 1, value),)
    assert read_strokes(write_strokes(strokes)) == strokes


@pytest.mark.parametrize("text", ["0.0001234", "0.0000012345678901234567", "1.5e-7", "-0.1", "123456.7890625"])
def test_a_value_is_read_as_scripts_write_it(text: str) -> None:
    (stroke,) = read_strokes(f"1:0,0,1,1={text}")
    assert stroke.value == float(text)


@pytest.mark.parametrize("text", ["3", "3:0,0,1,1", "3:0,0,1,1=nan", "x:0,0,1,1=1", "3:0,0,1=1", "3:-1,0,1,1=1"])
def test_a_text_that_is_no_stroke_is_quoted(text: str) -> None:
    with pytest.raises(InvalidRequest, match="is no stroke"):
        read_strokes(text)


@pytest.mark.parametrize(
    "strokes",
    [
        (Stroke(4, 0, 0, 1, 1, 0),),
        (Stroke(0, 0, 0, 9, 1, 0),),
        (Stroke(0, 2, 0, 2, 1, 0),),
        (Stroke(0, 0, 0, 1, 1, 1e7),),
        (Stroke(0, 0, 0, 1, 1, 0),) * (MAX_STROKES + 1),
    ],
)
def test_what_is_outside_of_the_map_or_too_much_is_refused(network: Network, strokes: tuple[Stroke, ...]) -> None:
    with pytest.raises(ConvScopeError):
        read_ablation(network, Ablation("relu", strokes=strokes))
