"""The panel of a layer of LeNet-5: its choices, its strongest and its dead channels, and its filters."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest

from app.analysis.statistics import statistics_of
from app.engine.engine import Engine
from app.errors import UnknownChannel
from app.web.pages.address import Address
from app.web.pages.explorer.gather import LayerData, PageData
from app.web.pages.explorer.layer import LayerView, layer_view
from tests.web.pages.explorer.conftest import Gather


def view_of(data: PageData) -> LayerView:
    return layer_view(data.network, data.network.layer(str(data.address.layer)), data.address, data.layer)


def query_of(link: str) -> dict[str, str]:
    return {name: value for name, (value,) in parse_qs(urlsplit(link).query).items()}


@pytest.mark.parametrize("query", [{}, {"order": "mean", "domain": "channel", "zoom": "2"}])
def test_each_choice_is_a_page_with_that_choice(gather: Gather, query: dict[str, Any]) -> None:
    data = gather(layer="pool_s2", **query)
    view = view_of(data)
    for name in ("order", "domain", "zoom"):
        choices = getattr(view, f"{name}s")
        assert [each.value for each in choices if each.chosen] == [getattr(data.address, name)]
        for each in choices:
            assert getattr(Address.model_validate(query_of(each.href)), name) == each.value


def test_the_strongest_channels_are_links_with_their_maps(gather: Gather) -> None:
    view = view_of(gather(layer="conv_c3"))
    assert view.statistics is not None
    assert [(each.channel, each.mean) for each in view.strongest] == [
        (each.channel, each.mean) for each in view.statistics.strongest
    ]
    for each in view.strongest:
        assert query_of(each.href)["channel"] == str(each.channel)
        assert f"/layers/conv_c3/channels/{each.channel}.png" in each.src
    assert (view.thumbnail.channels, view.thumbnail.cell_w) == (1, 60)
    assert (view.sheet is None, view.units is None) == (False, True)


def test_channels_that_are_zero_everywhere_are_named_up_to_24_of_them(engine: Engine) -> None:
    values = np.zeros((64, 113, 113), np.float32)
    values[::2] = 1
    values[1, 0, 0] = 1
    network, address = engine.network("squeezenet1_1"), Address(image="1" * 32, layer="conv1")
    view = layer_view(network, network.layer("conv1"), address, LayerData(statistics=statistics_of(values)))
    assert [channel for channel, _ in view.dead] == list(range(3, 51, 2))
    assert [query_of(href)["channel"] for _, href in view.dead] == [str(channel) for channel, _ in view.dead]


def test_a_vector_has_units_and_no_maps(gather: Gather) -> None:
    view = view_of(gather(layer="dense_f6"))
    assert (view.sheet is None, view.units is None) == (True, False)
    assert (view.dead, view.strongest, view.field) == ((), (), None)


def test_values_that_are_not_finite_have_statistics_alone(engine: Engine) -> None:
    network, values = engine.network("lenet5"), np.ones((16, 10, 10), np.float32)
    for number in (np.nan, np.inf):
        values[3, 2, 1] = number
        data = LayerData(statistics=statistics_of(values))
        view = layer_view(network, network.layer("conv_c3"), Address(layer="conv_c3", channel=3), data)
        assert view.statistics is not None
        assert (view.sheet, view.channel, view.strongest) == (None, None, ())


def test_a_channel_that_there_is_not_is_refused(gather: Gather) -> None:
    data = gather(layer="conv_c3")
    with pytest.raises(UnknownChannel):
        layer_view(data.network, data.network.layer("conv_c3"), Address(layer="conv_c3", channel=16), data.layer)


def test_the_layers_before_are_links(gather: Gather) -> None:
    assert view_of(gather(layer="conv_c1")).inputs == ()
    ((name, href),) = view_of(gather(layer="tanh_c3", channel=2)).inputs
    assert (name, query_of(href)["layer"], query_of(href).get("channel")) == ("conv_c3", "conv_c3", None)


@pytest.mark.parametrize(
    ("layer", "shape", "is_comparable"),
    [("conv_c1", (6, 1, 5, 5), True), ("conv_c3", None, True), ("pool_s2", None, False), ("dense_f6", None, True)],
)
def test_filters_of_one_plane_are_a_sheet_and_all_can_be_compared(
    gather: Gather, layer: str, shape: tuple[int, ...] | None, is_comparable: bool
) -> None:
    view = view_of(gather(layer=layer))
    assert (view.filters.shape if view.filters else None) == shape
    assert (view.pairs_href is not None) is is_comparable
    assert view.pairs is None
    if view.pairs_href:
        assert query_of(view.pairs_href)["alike"]


def test_filters_that_are_compared_can_be_closed_and_lead_to_their_channels(gather: Gather) -> None:
    view = view_of(gather(layer="dense_f6", alike=True))
    assert view.pairs is not None
    assert "alike" not in query_of(view.pairs_href or "")
    assert len(view.pairs.closest) == min(24, view.pairs.count)
    for each in view.pairs.closest:
        assert each.cosine >= view.pairs.threshold
        assert [query_of(href)["channel"] for href in (each.one_href, each.other_href)] == [
            str(each.one),
            str(each.other),
        ]
