"""Parameters that several routes share, without a server."""

import asyncio
from itertools import product
from typing import Any

import numpy as np
import pytest

from app.analysis.statistics import statistics_of
from app.errors import InvalidRequest
from app.web.api.params import MapScale, _map_scale

VALUES = np.random.default_rng(1).standard_normal((4, 6, 5)).astype(np.float32)


@pytest.mark.parametrize(("domain", "clip", "end"), list(product(("channel", "layer"), (0, 0.01), (None, 2.5))))
def test_only_the_layer_s_own_scale_is_clipped(domain: Any, clip: float, end: float | None) -> None:
    asked = _map_scale(domain, clip, end)
    if clip and not (domain == "layer" and end is None):
        with pytest.raises(InvalidRequest):
            asyncio.run(asked)
    else:
        assert asyncio.run(asked) == MapScale(domain, clip, end, signed=False)


@pytest.mark.parametrize(("domain", "end", "signed"), list(product(("channel", "layer"), (None, 2.5), (False, True))))
def test_the_scale_of_a_channel_alone_is_that_on_the_sheet(domain: Any, end: float | None, signed: bool) -> None:
    scale, statistics = MapScale(domain, 0, end, signed), statistics_of(VALUES)
    every = scale.of_channels(statistics, None)
    assert every == tuple(scale.of_channel(statistics, channel, None) for channel in range(4))
    assert len(set(every)) == (4 if domain == "channel" and end is None else 1)
    if end is not None:
        assert (every[0].lo, every[0].hi) == (-end, end)
