"""The sheet of a layer and the map of a channel: their order, the ends of their colours, and what they link to."""

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest

from app.engine.engine import Engine
from app.engine.inference import Inference
from app.web.pages.address import Address
from app.web.pages.explorer.channel import ChannelView, channel_view
from app.web.pages.explorer.gather import PageData
from app.web.pages.explorer.sheet import SheetView, sheet_view
from tests.web.pages.explorer.conftest import Gather

ORDERS: dict[str, Callable[[Any], Any]] = {
    "mean": lambda values: values.mean(axis=(1, 2)),
    "max": lambda values: values.max(axis=(1, 2)),
    "std": lambda values: values.std(axis=(1, 2)),
    "zeros": lambda values: (values == 0).mean(axis=(1, 2)),
}


@pytest.fixture(scope="module")
def values(engine: Engine, inference: Inference) -> Any:
    def values(layer: str, model: str = "lenet5") -> Any:
        found = engine.layers.activations(Inference(engine.network(model), inference.image)).result()
        return found.layers[layer]

    return values


def sheet_of(data: PageData) -> SheetView:
    assert data.layer.statistics is not None
    layer = data.network.layer(str(data.address.layer))
    return sheet_view(data.network, layer, data.address, data.layer, data.layer.statistics)


def channel_of(data: PageData) -> ChannelView:
    view = channel_view(data.network, data.network.layer(str(data.address.layer)), data.address, data.layer)
    assert view is not None
    return view


def query_of(link: str | None) -> dict[str, str]:
    return {name: value for name, (value,) in parse_qs(urlsplit(link or "").query).items()}


@pytest.mark.parametrize("order", [*ORDERS, "index"])
def test_tiles_are_in_the_order_of_the_address(gather: Gather, values: Any, order: str) -> None:
    view = sheet_of(gather(layer="conv1", model="squeezenet1_1", order=order, channel=5))
    maps = values("conv1", "squeezenet1_1")
    listed = view.order or tuple(range(len(maps)))
    assert (view.order is None) is (order == "index")
    assert sorted(listed) == list(range(len(maps)))
    if order in ORDERS:
        figures = ORDERS[order](maps)[list(listed)]
        assert (np.diff(figures) <= 1e-5 * np.abs(figures).max()).all()
    assert view.chosen == view.layout.tile(listed.index(5))
    assert query_of(view.src)["order"] == order
    assert query_of(view.src)["columns"] == str(view.layout.columns)
    assert query_of(view.src)["size"] == str(max(view.layout.cell_w, view.layout.cell_h))
    assert sheet_of(gather(layer="conv1", model="squeezenet1_1")).chosen is None


def test_dead_channels_are_marked_where_they_stand(gather: Gather, values: Any) -> None:
    view = sheet_of(gather(layer="fire2.squeeze1x1_relu", model="squeezenet1_1", order="max"))
    maps = values("fire2.squeeze1x1_relu", "squeezenet1_1")
    places = [place for place, channel in enumerate(view.order or ()) if not maps[channel].any()]
    assert view.dead == tuple(view.layout.tile(place) for place in places)


@pytest.mark.parametrize(("layer", "model"), [("conv_c3", "lenet5"), ("fire2.squeeze1x1_relu", "squeezenet1_1")])
def test_colours_end_at_the_greatest_value_of_each_channel_or_of_all(
    gather: Gather, values: Any, layer: str, model: str
) -> None:
    maps = values(layer, model)
    own = sheet_of(gather(layer=layer, model=model, domain="channel", order="mean"))
    assert own.legend is None
    assert [each.tile for each in own.ranges] == [own.layout.tile(place) for place in range(len(maps))]
    assert [each.end for each in own.ranges] == [np.abs(maps[channel]).max() for channel in own.order or ()]
    together = sheet_of(gather(layer=layer, model=model))
    assert together.legend is not None
    assert together.ranges == ()
    assert together.signed is own.signed is together.legend.signed is bool(maps.min() < 0)
    beyond = np.abs(maps) > together.legend.hi
    if together.legend.off:
        assert together.legend.off.count == beyond.sum()
        assert together.legend.off.share == pytest.approx(beyond.mean())
        assert abs(together.legend.off.extreme) == np.abs(maps).max()
    else:
        assert not beyond.any()
    assert together.legend.lo == (-together.legend.hi if maps.min() < 0 else 0)
    assert "clip" in query_of(together.src)
    assert "clip" not in query_of(own.src)


@pytest.mark.parametrize("domain", ["layer", "channel"])
def test_the_map_of_a_channel_has_the_scale_of_its_tile(gather: Gather, values: Any, domain: str) -> None:
    data = gather(layer="conv_c3", channel=5, domain=domain, overlay="0.25")
    view, sheet, own = channel_of(data), sheet_of(data), values("conv_c3")[5]
    ends = sheet.ranges[5].end if sheet.legend is None else sheet.legend.hi
    assert (view.legend.hi, view.legend.signed, view.legend.domain) == (ends, True, domain)
    assert view.legend.off == (sheet.legend.off if sheet.legend else None)
    assert (query_of(view.src)["domain"], query_of(view.overlay)["domain"]) == (domain, domain)
    assert (view.number, view.opacity, view.apart) == (5, 0.25, ())
    assert view.view.endswith(f"/images/{data.address.image}/view.png")
    assert (own.shape, own.max()) == ((view.height, view.width), view.strongest.cell.value)


def test_the_pages_of_a_channel_are_its_explanation_and_how_its_numbers_are_computed(gather: Gather) -> None:
    data = gather(layer="conv_c3", channel=5, cell="2,7")
    view = channel_of(data)
    assert query_of(view.question)["why"] == "conv_c3:5"
    first = {"view": "number", "layer": "conv_c3", "channel": "5", "model": "lenet5", "image": data.address.image}
    assert query_of(view.computation) == first | {"cell": "0,0"}
    strongest = view.strongest
    assert query_of(strongest.computation) == first | {"cell": f"{strongest.cell.y},{strongest.cell.x}"}
    assert view.pinned is not None
    assert query_of(view.pinned.computation) == first | {"cell": "2,7"}
    assert Address.model_validate(query_of(view.pinned.href)) == data.address
    assert data.layer.effective_field is not None
    assert view.pinned.effective_field is not None
    assert view.pinned.effective_field.box == data.layer.effective_field.box


@pytest.mark.parametrize(("zoom", "channel"), [("1", None), ("1", 0), ("2", None)])
@pytest.mark.parametrize("layer", ["conv_c1", "conv_c3", "pool_s4"])
def test_a_sheet_is_crisp_where_each_cell_has_a_pixel_on_every_screen(
    gather: Gather, layer: str, zoom: str, channel: int | None
) -> None:
    """A phone shows half of its pixels, and beside the map of a channel there is half as much room."""
    view = sheet_of(gather(layer=layer, zoom=zoom, channel=channel))
    pixels = view.layout.magnify / 2 * (1 if channel is None else 0.5)
    assert view.crisp is (zoom != "1" or pixels >= 1)
