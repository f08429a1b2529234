"""The page that switches channels of LeNet-5 off: its switches, its sheets, and where its links lead."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from app.engine.engine import Engine
from app.engine.inference import Inference
from app.experiments.ablation import Ablation
from app.rendering.sheet import layout
from app.web.deps import Client
from app.web.pages.experiments.switch_off.address import SwitchOffAddress
from app.web.pages.experiments.switch_off.gather import gather_switch_off
from app.web.pages.experiments.switch_off.page import SwitchOffPage, switch_off_page
from app.web.pages.site import Site
from tests.web.pages.conftest import result_of


@pytest.fixture(scope="module")
def pages(english: Site, caller: Client, photo: str) -> Any:
    def page(**query: Any) -> SwitchOffPage:
        address = SwitchOffAddress.model_validate({"model": "lenet5", "image": photo, **query})
        data = result_of(gather_switch_off(caller, address))
        return switch_off_page(english, caller.engine, data, None)

    return page


def query_of(link: str) -> dict[str, str]:
    return {name: value for name, (value,) in parse_qs(urlsplit(link).query).items()}


def test_every_map_of_the_layer_has_a_switch_at_its_place_on_the_sheet(pages: Any) -> None:
    page = pages(layer="conv_c3", off=["3", "15"])
    grid = layout((16, 10, 10), side=64)
    assert [each.channel for each in page.sheet.switches] == list(range(16))
    assert [each.channel for each in page.sheet.switches if each.is_off] == [3, 15]
    for each in page.sheet.switches:
        assert tuple(map(int, each.box.split())) == grid.tile(each.channel)
    assert query_of(page.sheet.src)["columns"] == str(page.sheet.layout.columns)
    assert query_of(page.sheet.src)["size"] == str(page.sheet.layout.cell_w)
    assert "clip" in query_of(page.sheet.src)
    assert page.off == 2
    assert "off" not in query_of(page.all_on)
    assert [(identity, chosen) for identity, _, chosen in page.layers] == [
        (name, name == "conv_c3") for name in ("conv_c1", "tanh_c1", "pool_s2", "conv_c3", "tanh_c3", "pool_s4")
    ]


@pytest.mark.parametrize("how", ["zero", "mean", "scale"])
def test_each_way_to_change_a_channel_is_a_link(pages: Any, how: str) -> None:
    page = pages(how=how, off=["0"], factor="0.25")
    assert [each.value for each in page.hows] == ["zero", "mean", "scale"]
    assert [each.value for each in page.hows if each.chosen] == [how]
    assert [query_of(each.href).get("how", "zero") for each in page.hows] == ["zero", "mean", "scale"]


def test_both_sheets_have_the_layout_and_the_scale_that_the_page_says(pages: Any, engine: Engine) -> None:
    page = pages(layer="conv_c3", off=["3"], view="pool_s4")
    pair = page.consequences.pair
    assert (pair.name, pair.channels) == ("pool_s4", 16)
    before, after = query_of(pair.before), query_of(pair.after)
    assert before == {"order": "index", "domain": "layer", "size": "60", "columns": "4", "colormap": "auto"}
    assert after == before | {"at": "conv_c3", "channels": "3", "how": "zero"}
    assert pair.layout.width <= 640
    assert pair.layout.cell_w == int(before["size"])
    assert pair.signed is pair.legend.signed is True


def test_the_layers_that_moved_are_those_of_the_run(pages: Any, engine: Engine, photo: str) -> None:
    page = pages(layer="conv_c3", off=["3"])
    run = engine.ablations.run(Inference(engine.network("lenet5"), photo), Ablation("conv_c3", (3,))).result()
    assert {each.name: each.change for each in page.consequences.layers} == {
        name: run.changes[name] for name in (each.name for each in page.consequences.layers)
    }


def test_nothing_switched_off_has_no_consequences(pages: Any) -> None:
    page = pages()
    assert (page.off, page.consequences, page.notice) == (0, None, None)
    assert page.branches == ()


def test_a_ranking_is_computed_when_it_is_asked_for(pages: Any) -> None:
    assert pages(layer="conv_c1", how="scale", factor="0.125").ranking.rows == ()
    assert len(pages(layer="conv_c1", how="scale", factor="0.125", rank="true").ranking.rows) == 6
    known = pages(layer="conv_c1", how="scale", factor="0.125", target="3").ranking
    assert (known.label, known.target, len(known.rows)) == ("3", "3", 6)
    assert pages(layer="conv_c1").ranking.rows == ()


def test_branches_are_the_inputs_of_a_layer_that_reads_several(english: Site, caller: Client, photo: str) -> None:
    address = SwitchOffAddress(
        model="squeezenet1_1", image=photo, layer="fire9.concat", cut=["fire9.expand3x3_relu"], how="mean"
    )
    data = result_of(gather_switch_off(caller, address))
    page = switch_off_page(english, caller.engine, data, None)
    assert [(each.id, each.is_off) for each in page.branches] == [
        ("fire9.expand1x1_relu", False),
        ("fire9.expand3x3_relu", True),
    ]
    assert page.off == 1
    assert "cut" not in query_of(page.all_on)
