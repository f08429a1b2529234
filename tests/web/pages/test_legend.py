"""The legend of a map: what is off its scale, and the query that asks for a map on the scale."""

from typing import get_args

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from app.analysis.clipping import CLIPPED, clip_of
from app.analysis.statistics import statistics_of
from app.rendering.channel_scales import SheetDomain, channel_scale
from app.web.pages.legend import map_legend, scale_fields

VALUES = arrays(np.float32, (2, 3, 4), elements=st.floats(-100, 100, width=32))


@given(VALUES, st.sampled_from([0.0, 0.05, 0.3]))
def test_what_is_off_the_scale_of_a_layer_is_what_has_a_greater_magnitude(
    values: npt.NDArray[np.float32], share: float
) -> None:
    statistics, clip = statistics_of(values), clip_of(values, share)
    legend = map_legend(channel_scale(statistics, 1, "layer", clip), statistics.layer, clip)
    beyond = np.abs(values) > max(legend.hi, -legend.lo)
    assert (legend.off is not None) == beyond.any()
    if legend.off:
        assert (legend.off.count, legend.off.share) == (beyond.sum(), beyond.mean())
        assert abs(legend.off.extreme) == np.abs(values).max()
        assert legend.off.extreme in values


@given(VALUES, st.booleans())
def test_a_scale_that_is_not_clipped_leaves_nothing_off(values: npt.NDArray[np.float32], is_own: bool) -> None:
    statistics, clip = statistics_of(values), clip_of(values, 0.3) if is_own else None
    scale = channel_scale(statistics, 0, "channel" if is_own else "layer", clip)
    legend = map_legend(scale, statistics.layer, clip)
    assert (legend.lo, legend.hi, legend.signed, legend.domain) == (scale.lo, scale.hi, scale.signed, scale.domain)
    assert legend.off is None


@pytest.mark.parametrize("domain", get_args(SheetDomain))
def test_only_the_scale_of_a_layer_is_asked_to_be_clipped(domain: SheetDomain) -> None:
    assert scale_fields(domain) == {"domain": domain} | ({"clip": CLIPPED} if domain == "layer" else {})
