"""The page of two layers of LeNet-5: what it says is in the runs, and its links lead to the pages that they name."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest

from app.engine.engine import Engine
from app.engine.inference import Inference
from app.web.deps import Client
from app.web.pages.components import Notice
from app.web.pages.experiments.compare.address import LayerPairAddress
from app.web.pages.experiments.compare.gather import LayerPair, gather_pair
from app.web.pages.experiments.compare.page import LayerPairPage, layer_pair_page
from app.web.pages.site import Site
from tests.web.pages.conftest import result_of


class Pages:
    """The pages of LeNet-5 on the photo."""

    def __init__(self, site: Site, caller: Client, photo: str) -> None:
        self.site, self.caller, self.photo = site, caller, photo

    def gather(self, **query: Any) -> LayerPair:
        address = LayerPairAddress.model_validate({"model": "lenet5", "image": self.photo, **query})
        return result_of(gather_pair(self.caller, address))

    def page(self, refusal: Notice | None = None, /, **query: Any) -> LayerPairPage:
        return layer_pair_page(self.site, self.caller.engine, self.gather(**query), refusal)

    def follow(self, link: str) -> LayerPairPage:
        return self.page(**query_of(link))


def query_of(link: str) -> dict[str, str]:
    return {name: value for name, (value,) in parse_qs(urlsplit(link).query).items()}


@pytest.fixture(scope="module")
def pages(english: Site, caller: Client, photo: str) -> Pages:
    return Pages(english, caller, photo)


def values(engine: Engine, pair: LayerPair, side: int) -> Any:
    compared = pair.layers[side]
    return engine.layers.activations(compared.inference).result().layers[compared.layer.id]


def test_pages_lead_from_the_first_channel_that_both_layers_have_to_the_last_and_back(pages: Pages) -> None:
    page = pages.page(layer="pool_s2", other_layer="conv_c3", channel=0)
    assert page.previous is None
    for channel in range(1, 6):
        before, page = page, pages.follow(page.following or "")
        assert (page.channel, page.channels) == (channel, 6)
        assert pages.follow(page.previous or "").channel == before.channel
    assert page.following is None


def test_the_channels_that_differ_most_come_first_with_the_root_mean_square_of_their_differences(
    pages: Pages, engine: Engine
) -> None:
    query = {"layer": "conv_c3", "other_layer": "tanh_c3"}
    pair, page = pages.gather(**query), pages.page(**query)
    assert page.difference is not None
    listed = page.difference.channels
    differences = values(engine, pair, 1) - values(engine, pair, 0)
    rms = np.sqrt(np.square(differences, dtype=np.float64).mean(axis=(1, 2)))
    assert [each.channel for each in listed] == np.argsort(-rms)[:8].tolist()
    assert [each.rms for each in listed] == pytest.approx(np.sort(rms)[:-9:-1])
    assert [each.channel for each in listed if each.chosen] == [page.channel] == [listed[0].channel]
    second = pages.follow(listed[1].href)
    assert (second.channel, second.address.layer, second.address.other_layer) == (listed[1].channel, *query.values())
    assert page.difference.units == ()


def test_units_have_both_values_and_their_difference(pages: Pages, engine: Engine) -> None:
    for layer, is_named in (("dense_f6", False), ("softmax", False)):
        pair = pages.gather(layer=layer)
        one, other = (values(engine, pair, side).ravel() for side in (0, 1))
        page = layer_pair_page(pages.site, engine, pair, None)
        assert page.difference is not None
        units = page.difference.units
        assert [each.unit for each in units] == np.argsort(-abs(other - one), kind="stable")[:8].tolist()
        for each in units:
            assert each.values == pytest.approx((one[each.unit], other[each.unit]))
            assert each.difference == pytest.approx(other[each.unit] - one[each.unit])
        assert all((each.name is not None) is is_named for each in units)
        assert page.difference.channels == ()


def test_both_sides_share_a_scale_unless_each_has_its_own(pages: Pages) -> None:
    query = {"layer": "conv_c1", "other_layer": "tanh_c1", "channel": 2}
    ends = {}
    for page in (pages.page(**query), pages.page(**query, scale="own")):
        assert {each.value: query_of(each.href).get("scale", "shared") for each in page.scales} == {
            "shared": "shared",
            "own": "own",
        }
        assert [each.value for each in page.scales if each.chosen] == [page.address.scale]
        ends[page.address.scale] = [side.maps.legend.hi for side in page.sides if side.maps]
    assert ends["shared"] == [max(ends["own"])] * 2
    assert ends["own"][0] != ends["own"][1]


def test_each_side_names_its_layer_and_its_page_in_the_explorer(pages: Pages) -> None:
    page = pages.page(layer="pool_s2", other_layer="conv_c5")
    for side, layer, channel in zip(page.sides, ("pool_s2", "conv_c5"), (str(page.channel), None), strict=True):
        assert side.layer.id == layer
        assert [each.id for each in side.options if each.chosen] == [layer]
        assert query_of(side.href).get("layer") == layer
        assert query_of(side.href).get("channel") == channel
        assert side.prediction is not None
        assert len(side.prediction.best) == 3
    assert query_of(page.changed_picture) == {"model": "lenet5", "image": pages.photo, "layer": "pool_s2"}


def test_layers_of_other_shapes_are_no_difference_and_others_that_have_one_are_offered(pages: Pages) -> None:
    page = pages.page(layer="conv_c1", other_layer="pool_s4")
    assert page.difference is None
    assert page.reason is not None
    assert 1 <= len(page.subtractable) <= 4
    for offered in page.subtractable:
        there = pages.follow(offered.href)
        assert tuple(side.layer.name for side in there.sides) == offered.names
        assert there.difference is not None
        assert there.subtractable == ()


def test_without_a_difference_the_strongest_channel_that_both_layers_have_is_open(pages: Pages, caller: Client) -> None:
    pair = pages.gather(layer="conv_c3", other_layer="pool_s2")
    assert pair.runs is not None
    strongest = [each.channel for each in pair.runs[0].statistics.layer.strongest]
    page = layer_pair_page(pages.site, caller.engine, pair, None)
    assert page.channel == next((channel for channel in strongest if channel < 6), 0)


@pytest.mark.parametrize("adds", ["image", "other_image"])
def test_a_photo_that_was_refused_is_said_at_its_own_form(pages: Pages, adds: str) -> None:
    refusal = Notice("no_picture", "No.", 415)
    page = pages.page(refusal, adds=adds)
    assert [page.subject.picture_notice, page.other_notice] == ([refusal, None] if adds == "image" else [None, refusal])
    assert query_of(page.other_picture)["adds"] == "other_image"


def test_two_networks_can_be_compared_as_a_whole_and_one_can_not(pages: Pages, engine: Engine) -> None:
    alone, both = pages.page(), pages.page(other_model="squeezenet1_1")
    assert alone.networks is None
    assert query_of(both.networks or "") == {"image": pages.photo, "models": "lenet5,squeezenet1_1"}
    for page, other in ((alone, "lenet5"), (both, "squeezenet1_1")):
        assert [each.id for each in page.other] == [each.id for each in engine.catalog if each.has_weights]
        assert [each.id for each in page.other if each.chosen] == [other]


def test_what_is_named_wrong_leaves_the_other_side_as_it_is_named(pages: Pages, photo: str) -> None:
    pair = pages.gather(other_model="none", other_image="none", other_layer="none", channel=400)
    assert pair.layers[1].inference == Inference(pages.caller.engine.network("lenet5"), photo)
    assert len(pair.notices) == 4
    assert pair.address.channel is None
    assert pair.runs is not None


def test_the_maps_of_a_difference_say_how_much_of_it_is_off_their_scale(pages: Pages, engine: Engine) -> None:
    query = {"model": "squeezenet1_1", "layer": "fire2.squeeze1x1_relu", "other_layer": "fire3.squeeze1x1_relu"}
    pair, page = pages.gather(**query), pages.page(**query)
    assert page.difference is not None
    assert page.difference.maps is not None
    legend, difference = page.difference.maps.legend, values(engine, pair, 1) - values(engine, pair, 0)
    beyond = np.abs(difference) > legend.hi
    assert (legend.lo, legend.signed) == (-legend.hi, True)
    assert legend.off is not None
    assert legend.off.count == beyond.sum()
    assert legend.off.share == pytest.approx(beyond.mean())


def test_the_sides_can_be_swapped_and_each_offers_all_layers(pages: Pages, engine: Engine) -> None:
    query = {"layer": "conv_c3", "other_layer": "tanh_c3"}
    page = pages.page(**query)
    assert page.search == f"?{urlsplit(page.scales[0].href).query}"
    assert query_of(page.swapped) == {
        "model": "lenet5",
        "image": pages.photo,
        "layer": "tanh_c3",
        "other_model": "lenet5",
        "other_image": pages.photo,
        "other_layer": "conv_c3",
    }
    for side, layer in zip(page.sides, query.values(), strict=True):
        assert (side.card.id, side.view.endswith(f"/images/{pages.photo}/view.png")) == ("lenet5", True)
        assert [(option.id, option.name) for option in side.options] == [
            (each.id, each.name) for each in engine.network("lenet5").graph.layers
        ]
        assert layer in [option.id for option in side.options if option.chosen]
