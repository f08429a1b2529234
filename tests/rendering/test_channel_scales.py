"""The scales of a layer's channels, from its statistics."""

import numpy as np
import pytest
from numpy.typing import NDArray

from app.analysis.clipping import Clip
from app.analysis.statistics import Statistics, channel_statistics, layer_statistics
from app.errors import NonFinite
from app.rendering.channel_scales import SheetDomain, channel_scale, channel_scales, fixed_scale, shared_scale
from app.rendering.scale import Scale


def described(values: NDArray[np.float32]) -> Statistics:
    channels = channel_statistics(values)
    return Statistics(channels, layer_statistics(channels))


def test_the_sign_is_that_of_the_layer_and_the_range_that_of_the_channel() -> None:
    statistics = described(np.array([[[0, 4]], [[-1, 0]]], np.float32))
    assert channel_scales(statistics, "channel") == (
        Scale(-4.0, 4.0, "channel", signed=True),
        Scale(-1.0, 1.0, "channel", signed=True),
    )
    assert channel_scales(statistics, "layer") == (Scale(-4.0, 4.0, "layer", signed=True),) * 2


@pytest.mark.parametrize("signed", [False, True])
@pytest.mark.parametrize("domain", ["layer", "channel"])
@pytest.mark.parametrize("shape", [(5,), (5, 1, 1), (5, 2, 3), (1, 2, 3)])
def test_the_scales_of_all_channels_are_those_of_each(
    shape: tuple[int, ...], domain: SheetDomain, signed: bool
) -> None:
    statistics = described(np.random.default_rng(1).uniform(0, 9, shape).astype(np.float32))
    scales = channel_scales(statistics, domain, signed=signed)
    assert scales == tuple(channel_scale(statistics, channel, domain, signed=signed) for channel in range(shape[0]))
    assert {scale.signed for scale in scales} == {signed}


@pytest.mark.parametrize("shape", [(3,), (3, 1, 1)])
def test_single_values_share_the_scale_of_the_layer(shape: tuple[int, ...]) -> None:
    statistics = described(np.array([1, 5, 2], np.float32).reshape(shape))
    assert channel_scales(statistics, "channel") == (Scale(0.0, 5.0, "layer", signed=False),) * 3


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_nan_and_infinity_are_refused(bad: float) -> None:
    with pytest.raises(NonFinite):
        channel_scales(described(np.array([[[0, 1], [bad, 2]]], np.float32)), "channel")


def test_the_scale_of_a_layer_ends_where_it_is_clipped() -> None:
    signed = described(np.array([[[-811, 4]], [[-1, 0]]], np.float32))
    assert channel_scale(signed, 1, "layer", Clip(4.0, 1, 4)) == Scale(-4.0, 4.0, "layer", signed=True)
    unsigned = described(np.array([[[811, 4]], [[1, 0]]], np.float32))
    assert channel_scale(unsigned, 1, "layer", Clip(4.0, 1, 4)) == Scale(0.0, 4.0, "layer", signed=False)


def test_a_clip_beyond_the_largest_value_changes_nothing() -> None:
    one_sided = described(np.array([[[-3, 0]], [[1, 0]]], np.float32))
    assert channel_scale(one_sided, 0, "layer", Clip(5.0, 0, 4)) == Scale(-3.0, 3.0, "layer", signed=True)


def test_layers_that_share_a_scale_have_the_signs_and_the_end_of_both() -> None:
    one = described(np.array([[[0, 2]], [[811, 3]]], np.float32))
    other = described(np.array([[[-1, 4]], [[5, 0]]], np.float32))
    clips = (Clip(3.0, 1, 4), Clip(5.0, 0, 4))
    assert shared_scale((one, other), clips) == Scale(-5.0, 5.0, "fixed", signed=True)
    assert shared_scale((one, one), clips[:1]) == Scale(0.0, 3.0, "fixed", signed=False)


def test_a_given_end_holds_whatever_the_values() -> None:
    unsigned = described(np.array([[[0, 4]]], np.float32))
    assert fixed_scale(unsigned, 7.0) == Scale(0.0, 7.0, "fixed", signed=False)
    assert fixed_scale(unsigned, 7.0, signed=True) == Scale(-7.0, 7.0, "fixed", signed=True)
    assert fixed_scale(described(np.array([[[-1, 4]]], np.float32)), 7.0) == Scale(-7.0, 7.0, "fixed", signed=True)
