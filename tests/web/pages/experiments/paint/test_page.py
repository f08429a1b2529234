"""The page that paints on a map of LeNet-5: what is painted, the addresses of both maps, and what can be cleared."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from app.experiments.painting import Stroke
from app.web.deps import Client
from app.web.pages.experiments.paint.address import PaintAddress
from app.web.pages.experiments.paint.gather import PaintData, gather_paint
from app.web.pages.experiments.paint.page import PaintPage, paint_page
from app.web.pages.site import Site
from tests.web.pages.conftest import result_of

RECTANGLE = {"channel": "2", "top": "1", "left": "2", "bottom": "3", "right": "6", "value": "0.0001234"}


class Pages:
    """The pages of LeNet-5 on the photo."""

    def __init__(self, site: Site, caller: Client, photo: str) -> None:
        self.site, self.caller, self.photo = site, caller, photo

    def gather(self, **query: Any) -> PaintData:
        address = PaintAddress.model_validate({"model": "lenet5", "image": self.photo, **query})
        return result_of(gather_paint(self.caller, address))

    def page(self, **query: Any) -> PaintPage:
        return paint_page(self.site, self.caller.engine, self.gather(**query), None)


def query_of(link: str) -> dict[str, str]:
    return {name: value for name, (value,) in parse_qs(urlsplit(link).query).items()}


@pytest.fixture(scope="module")
def pages(english: Site, caller: Client, photo: str) -> Pages:
    return Pages(english, caller, photo)


def test_a_rectangle_of_the_form_becomes_a_stroke_whose_last_row_and_column_are_inside(pages: Pages) -> None:
    data, page = pages.gather(layer="pool_s2", **RECTANGLE), pages.page(layer="pool_s2", **RECTANGLE)
    assert data.ablation.strokes == (Stroke(2, 1, 2, 4, 7, 0.0001234),)
    again = pages.page(layer="pool_s2", channel="2", strokes=page.address.strokes)
    assert page.address.top == ""
    assert again.after == page.after
    assert query_of(page.after) == query_of(page.before) | {
        "at": "pool_s2",
        "strokes": page.address.strokes,
        "how": "zero",
    }
    assert page.consequences is not None
    assert page.cleared is not None
    assert "strokes" not in query_of(page.cleared)


def test_without_strokes_there_is_nothing_to_clear(pages: Pages) -> None:
    page = pages.page(layer="pool_s2")
    assert (page.cleared, page.consequences) == (None, None)
    assert page.after == page.before


@pytest.mark.parametrize(
    ("layer", "size"),
    [("conv_c1", (448, 448)), ("pool_s2", (448, 448)), ("conv_c3", (440, 440)), ("pool_s4", (445, 445))],
)
def test_the_map_is_a_whole_multiple_of_its_cells(pages: Pages, layer: str, size: tuple[int, int]) -> None:
    page = pages.page(layer=layer)
    assert page.size == size
    assert query_of(page.before)["size"] == str(max(size))
    assert [identity for identity, _, chosen in page.layers if chosen] == [layer]


def test_the_strongest_channels_are_links_and_the_first_one_is_open(pages: Pages) -> None:
    page = pages.page(layer="conv_c3")
    strongest = pages.gather(layer="conv_c3").summary.statistics["conv_c3"].layer.strongest
    assert [channel for channel, _ in page.channels] == [each.channel for each in strongest]
    assert page.channel == strongest[0].channel
    for channel, href in page.channels:
        assert query_of(href)["channel"] == str(channel)
    channel, href = page.channels[-1]
    assert pages.page(**query_of(href)).channel == channel
    assert f"/channels/{page.channel}.png" in page.before


@pytest.mark.parametrize(
    "wrong", [{"channel": "99"}, {"channel": "x"}, RECTANGLE | {"bottom": "14"}, {"strokes": "?"}, {"layer": "output"}]
)
def test_what_is_wrong_paints_nothing_and_stays_as_it_is_typed(pages: Pages, wrong: dict[str, str]) -> None:
    page = pages.page(**({"layer": "pool_s2"} | wrong))
    assert page.notice is not None
    assert page.consequences is None
    assert page.address.bottom == wrong.get("bottom", "")
    assert page.after == page.before
