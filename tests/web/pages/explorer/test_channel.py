"""The panel of a channel of LeNet-5: its numbers are those of its map, and its cells and filters lead on."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest

from app.analysis.channel import MapCell
from app.engine.engine import Engine
from app.engine.inference import Inference
from app.nets.layer import Box
from app.web.pages.explorer.channel import CellView, ChannelView, channel_view
from tests.web.pages.explorer.conftest import Gather


@pytest.fixture(scope="module")
def view(gather: Gather) -> Any:
    def view(layer: str, channel: int, **query: Any) -> ChannelView:
        data = gather(layer=layer, channel=channel, **query)
        found = channel_view(data.network, data.network.layer(layer), data.address, data.layer)
        assert found is not None
        return found

    return view


@pytest.fixture(scope="module")
def outputs(engine: Engine, inference: Inference) -> Any:
    return engine.layers.activations(inference).result().layers


def query_of(link: str | None) -> dict[str, str]:
    assert link is not None
    return {name: value for name, (value,) in parse_qs(urlsplit(link).query).items()}


def test_channels_lead_from_the_first_to_the_last_and_back(view: Any) -> None:
    assert view("pool_s2", 0).previous is None
    for channel in range(5):
        assert query_of(view("pool_s2", channel).next)["channel"] == str(channel + 1)
        assert query_of(view("pool_s2", channel + 1).previous)["channel"] == str(channel)
    assert view("pool_s2", 5).next is None


@pytest.mark.parametrize(("layer", "channel"), [("conv_c3", 3), ("dense_f6", 70), ("tanh_c1", 0)])
def test_the_statistics_are_those_of_the_map(view: Any, outputs: Any, layer: str, channel: int) -> None:
    values = outputs[layer]
    found, own = view(layer, channel).statistics, values[channel]
    assert (found.min, found.max) == (own.min(), own.max())
    assert (found.mean, found.std) == pytest.approx((own.mean(), own.std()), abs=1e-5)
    assert found.zeros == (own == 0).mean()
    means = values.reshape(len(values), -1).mean(axis=1)
    assert found.rank == 1 + (means > means[channel]).sum()


@pytest.mark.parametrize(("layer", "size"), [("conv_c1", 336), ("pool_s2", 350), ("conv_c3", 350), ("pool_s4", 350)])
def test_a_map_is_a_whole_multiple_of_its_cells(view: Any, layer: str, size: int) -> None:
    found = view(layer, 1)
    assert found.magnify * found.width == found.magnify * found.height == size
    assert query_of(found.src)["size"] == str(size)
    assert query_of(found.overlay)["overlay"] == "1"
    assert found.histogram is not None


def test_a_unit_of_a_vector_has_no_map(view: Any) -> None:
    found = view("output", 3)
    assert (found.src, found.overlay, found.histogram, found.pinned, found.name) == (None, None, None, None, "3")


def test_the_strongest_cell_and_a_pinned_one_have_their_values(view: Any, outputs: Any) -> None:
    found = view("conv_c3", 3, cell="2,7")
    values = outputs["conv_c3"][3]
    strongest = found.strongest.cell
    assert values[strongest.y, strongest.x] == strongest.value == values.max()
    assert query_of(found.strongest.href)["cell"] == f"{strongest.y},{strongest.x}"
    assert (found.pinned.cell.value, found.pinned.href) == (values[2, 7], found.pinned.href)
    assert found.pinned.effective_field.src.endswith("/layers/conv_c3/cells/3/2/7/effective.png")
    assert "cell" not in query_of(found.unpin)
    assert view("conv_c3", 3).pinned is None


def test_a_field_that_reaches_over_the_edge_is_padded() -> None:
    seen = Box(0, 0, 3, 3)
    for field, padded in ((seen, False), (Box(-1, 0, 3, 3), True)):
        assert CellView(MapCell(0, 0, 1.5, seen, field), "", "").padded is padded


def test_the_contributions_of_all_planes_and_the_bias_are_the_mean_of_the_channel(
    view: Any, engine: Engine, outputs: Any
) -> None:
    for channel in (0, 9):
        found = view("conv_c3", channel)
        planes = found.filter.contributions
        graph, network = engine.network("lenet5").graph, engine.network("lenet5")
        bias = network.constant(graph.weight_values(network.layer("conv_c3"))["bias"])[channel]
        assert sum(each.mean for each in planes) + bias == pytest.approx(found.statistics.mean, abs=1e-4)
        assert sum(each.share for each in planes) == pytest.approx(1)
        assert [each.mean_abs for each in planes] == sorted((each.mean_abs for each in planes), reverse=True)
        assert {each.input for each in planes} == set(range(6))
        assert [each.tile for each in planes] == [found.filter.planes.layout.tile(place) for place in range(6)]
        for each in planes:
            assert (query_of(each.href)["layer"], query_of(each.href)["channel"]) == ("pool_s2", str(each.input))
            assert f"/layers/pool_s2/channels/{each.input}.png" in each.src
            assert (each.name, each.signed) == (str(each.input), bool(outputs["pool_s2"].min() < 0))
        assert (found.filter.ordered, found.filter.input_map.cell_w) == (True, 28)


def test_the_input_has_no_page_of_a_channel_and_colours_have_letters(view: Any) -> None:
    (plane,) = view("conv_c1", 2).filter.contributions
    assert (plane.name, plane.href, plane.src, plane.input) == ("0", None, None, 0)
    colours = view("conv1", 2, model="squeezenet1_1")
    assert sorted(each.name for each in colours.filter.contributions) == ["B", "G", "R"]
    assert colours.filter.colour.coloured
    assert colours.filter.colour.layout.channels == 1


def test_similar_filters_have_the_cosine_of_their_weights(view: Any, engine: Engine) -> None:
    weights = engine.network("lenet5").weights("conv_c3").reshape(16, -1)
    unit = weights / np.linalg.norm(weights, axis=1, keepdims=True)
    similar = view("conv_c3", 4).filter.similar
    cosines = unit @ unit[4]
    assert [each.channel for each in similar] == [each for each in np.argsort(-cosines).tolist() if each != 4][:8]
    for each in similar:
        assert each.cosine == pytest.approx(cosines[each.channel], abs=1e-5)
        assert each.is_near_duplicate is (each.cosine >= 0.9)
        assert query_of(each.href)["channel"] == str(each.channel)


def test_a_channel_without_a_filter_has_none(view: Any) -> None:
    assert view("pool_s2", 0).filter is None
    assert view("conv_c5", 0).filter.contributions[0].href is not None
