"""All networks as cards, in the lecture's order."""

import pytest

from app.engine.engine import Engine
from app.web.pages.address import Address
from app.web.pages.networks.page import NetworksPage, networks_page
from app.web.texts import FIRST_LANGUAGE, read_texts


@pytest.fixture(scope="module")
def page(engine: Engine) -> NetworksPage:
    return networks_page(engine.catalog, read_texts(FIRST_LANGUAGE).comparison.families.list, Address())


def test_every_network_is_in_one_group(engine: Engine, page: NetworksPage) -> None:
    ids = [card.card.id for group in page.groups for card in group.cards]
    assert sorted(ids) == sorted(network.id for network in engine.catalog)


def test_groups_are_in_the_order_of_the_lecture_those_that_are_ready_first(page: NetworksPage) -> None:
    assert [group.family.name for group in page.groups if group.family][:3] == ["LeNet-5", "AlexNet", "VGG"]
    for group in page.groups:
        ready = [card.ready for card in group.cards]
        assert ready == sorted(ready, reverse=True)


def test_a_network_without_weights_leads_to_its_small_copy(page: NetworksPage) -> None:
    copies = {card.card.id: card.copy_href for group in page.groups for card in group.cards}
    assert copies["vgg16"] == "./?model=vgg16-imagenette"
    assert copies["vgg16-imagenette"] is None
    assert copies["vgg19"] is None


def test_the_links_keep_the_picture_and_leave_the_layer(engine: Engine) -> None:
    view = Address(model="lenet5", image="4f", layer="conv_c1", channel=2, colormap="magma")
    page = networks_page(engine.catalog, read_texts(FIRST_LANGUAGE).comparison.families.list, view)
    cards = {card.card.id: card for group in page.groups for card in group.cards}
    assert cards["alexnet"].href == "./?model=alexnet&image=4f&colormap=magma"
    assert cards["alexnet"].copy_href == "./?model=alexnet-imagenette&image=4f&colormap=magma"
    assert [each for each, card in cards.items() if card.chosen] == ["lenet5"]
