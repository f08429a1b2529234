"""Dead channels among layers whose largest numbers are given."""

from random import Random

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from app.lessons.exercises.checking import check_answer
from app.lessons.exercises.exercise import ChoiceForm
from app.lessons.exercises.networks.dead_channel import LayerPeaks, draw_dead_channel

LAYERS = [
    LayerPeaks("one", np.array([0.0, 3.0, 0.5, 0.0, 7.0, 2.0])),
    LayerPeaks("two", np.array([1.0, 0.0, 4.0, 0.25])),
]


@given(st.integers(0, 10_000))
def test_one_of_the_four_channels_is_dead(seed: int) -> None:
    problem = draw_dead_channel(Random(seed), LAYERS)
    assert isinstance(problem.form, ChoiceForm)
    peaks = {layer.layer: layer.peaks for layer in LAYERS}
    shown = [peaks[each.layer][each.channel] for each in problem.form.channels]
    assert len(set(problem.form.channels)) == 4
    assert [index for index, peak in enumerate(shown) if peak == 0] == [int(problem.answer)]
    verdicts = [check_answer(problem, index) for index in range(4)]
    assert [verdict.is_right for verdict in verdicts] == [peak == 0 for peak in shown]
    for verdict, peak in zip(verdicts, shown, strict=True):
        assert float(str(verdict.sentence.values["value"])) == peak


def test_a_layer_needs_a_dead_channel_and_three_others() -> None:
    assert all(layer.is_suitable for layer in LAYERS)
    assert not LayerPeaks("alive", np.array([1.0, 2, 3, 4])).is_suitable
    assert not LayerPeaks("dead", np.array([0.0, 0, 0, 4, 1])).is_suitable


def test_the_others_are_the_weakest_quarter_of_those_alive() -> None:
    layer = LayerPeaks("many", np.array([0.0, *range(40, 0, -1)]))
    shown = set()
    for seed in range(60):
        problem = draw_dead_channel(Random(seed), [layer])
        assert isinstance(problem.form, ChoiceForm)
        shown |= {each.channel for each in problem.form.channels}
    assert shown == {0, *range(31, 41)}
