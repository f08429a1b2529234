"""The address of a comparison of two layers."""

from urllib.parse import parse_qsl, urlsplit

from app.web.pages.experiments.compare.address import LayerPairAddress


def test_both_sides_are_exchanged_with_what_they_share() -> None:
    address = LayerPairAddress(model="a", image="photo", layer="conv", other_model="b", channel=3)
    swapped = dict(parse_qsl(urlsplit(address.swapped()).query))
    sides = {"model": "b", "image": "photo", "layer": "conv"}
    assert swapped == sides | {"other_model": "a", "other_image": "photo", "other_layer": "conv", "channel": "3"}


def test_an_address_leaves_out_what_is_usual() -> None:
    address = LayerPairAddress.model_validate({"model": "a", "channel": "", "scale": "shared", "other_layer": ""})
    assert address.link() == "experiments/compare?model=a"
    assert address.link(scale="own", adds="other_image") == "experiments/compare?model=a&scale=own&adds=other_image"
    assert not address.names_other
    assert LayerPairAddress(other_image="photo").names_other
