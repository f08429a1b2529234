"""The table of the VGG paper, read off the graphs of its configurations."""

from types import SimpleNamespace
from typing import Any

from app.engine.engine import Engine
from app.web.pages.comparison.vgg import vgg_rows


def row(letter: str, network: str) -> Any:
    return SimpleNamespace(letter=letter, id=network, error=10.5, best=9.5)


def test_a_row_has_the_kernels_between_the_poolings_and_the_channels_there(engine: Engine) -> None:
    entries: Any = {"vgg16": "sixteen", "vgg11": "eleven"}
    texts = SimpleNamespace(rows=[row("A", "vgg11"), row("D", "vgg16"), row("E", "not here")])
    eleven, sixteen = vgg_rows(engine, entries, texts)
    assert (sixteen.letter, sixteen.error, sixteen.best) == ("D", 10.5, 9.5)
    assert sixteen.entry is entries["vgg16"]
    assert sixteen.groups == ((3, 3), (3, 3), (3, 3, 3), (3, 3, 3), (3, 3, 3))
    assert eleven.groups == ((3,), (3,), (3, 3), (3, 3), (3, 3))
    assert sixteen.maps == eleven.maps == (64, 128, 256, 512, 512)


def test_a_normalisation_is_a_zero(engine: Engine) -> None:
    texts = SimpleNamespace(rows=[row("A-LRN", "alexnet")])
    entries: Any = {"alexnet": "AlexNet"}
    (alexnet,) = vgg_rows(engine, entries, texts)
    assert alexnet.groups[0] == (11, 0)
