"""Addresses of views: what a link keeps and what it leaves behind."""

from app.web.addresses import Address

HERE = Address(model="a", layer="conv1", channel=3, cell="4,5", first=40, alike=True, zoom="2")


def test_a_link_mentions_what_is_not_as_usual() -> None:
    assert Address().to(layer="conv1") == "?layer=conv1"
    assert Address(model="a").to(alike=True) == "?model=a&alike=1"
    assert Address(zoom="2").to(zoom="1") == "?"


def test_another_channel_keeps_the_cell_and_another_layer_does_not() -> None:
    assert HERE.to(channel=4) == "?model=a&layer=conv1&channel=4&zoom=2&first=40&cell=4%2C5&alike=1"
    assert HERE.to(layer="conv2", channel=None) == "?model=a&layer=conv2&zoom=2"
    assert HERE.to(model="b") == "?model=b&layer=conv1&channel=3&zoom=2"


def test_a_form_sends_the_rest_along() -> None:
    assert HERE.rest("channel").keys() == {"model", "layer", "zoom", "first", "cell", "alike"}
    assert HERE.rest("model", "layer", "channel") == {"zoom": "2"}
