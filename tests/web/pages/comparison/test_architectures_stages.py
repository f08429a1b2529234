"""Architectures by stages: every layer of each network is there once, with what it counts."""

from urllib.parse import parse_qs, urlsplit

import pytest

from app.analysis.operator_kind import operator_kind
from app.engine.engine import Engine
from app.web.pages.address import Address
from app.web.pages.comparison.address import ComparisonAddress
from app.web.pages.comparison.architectures import ArchitecturesView, architectures_view

PAIRS = [("vgg16", "vgg11"), ("lenet5", "squeezenet1_1"), ("resnet18", "vgg16"), ("vgg16", "vgg11", "resnet18")]


def view_of(engine: Engine, names: tuple[str, ...], image: str | None = "cat") -> ArchitecturesView:
    address = ComparisonAddress(view="architectures", models=list(names), image=image)
    return architectures_view(list(engine.catalog), [engine.network(name) for name in names], address)


@pytest.mark.parametrize("names", PAIRS)
def test_every_layer_is_in_one_step_that_counts_it(few: Engine, names: tuple[str, ...]) -> None:
    view = view_of(few, names)
    for place, name in enumerate(names):
        network = few.network(name)
        cells = [row[place] for stage in view.stages for row in stage.rows]
        steps = [[cell.layer, *cell.following] for cell in cells if cell]
        assert sorted(layer.id for step in steps for layer in step) == sorted(network.graph.by_id)
        for cell, layers in zip(filter(None, cells), steps, strict=True):
            assert (cell.params, cell.macs) == (sum(each.params for each in layers), sum(each.macs for each in layers))
            assert cell.kind == operator_kind(cell.layer.op)
            query = {key: values[0] for key, values in parse_qs(urlsplit(cell.href).query).items()}
            assert Address.model_validate(query) == Address(model=name, image="cat", layer=cell.layer.id)
            field = layers[-1].receptive_field
            assert cell.field == (max(field.size) if all(step > 0 for step in field.step) else None)
            assert cell.name.endswith(cell.layer.name.rpartition("/")[2].rpartition(".")[2])
            assert cell.name.startswith(cell.layer.block or "")
        sums = [stage.sums[place] for stage in view.stages if stage.sums[place]]
        assert sum(each.params for each in sums if each) == network.graph.params


@pytest.mark.parametrize("names", PAIRS)
def test_rows_in_all_networks_are_common_and_short_stages_are_open(few: Engine, names: tuple[str, ...]) -> None:
    view = view_of(few, names)
    assert any(stage.common for stage in view.stages)
    for stage in view.stages:
        assert (stage.count, stage.omitted) == (len(stage.rows), 0)
        assert stage.common == len([row for row in stage.rows if None not in row])
        assert stage.is_open is (len(stage.rows) < 13)
    halvings = [stage.halvings for stage in view.stages]
    assert halvings[-1] is None
    assert halvings[:-1] == sorted(each for each in halvings if each is not None)


def test_of_a_long_stage_the_first_rows_are_listed(few: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.web.pages.comparison.architectures.LISTED", 3)
    before, view = view_of(few, PAIRS[0]), view_of(few, PAIRS[0])
    for stage, whole in zip(view.stages, before.stages, strict=True):
        assert (len(stage.rows), stage.omitted) == (min(3, stage.count), max(0, stage.count - 3))
        assert (stage.count, stage.common) == (whole.count, whole.common)


@pytest.mark.parametrize("names", [(), ("vgg16",), ("vgg16", "vgg11"), ("vgg16", "vgg11", "lenet5")])
def test_each_selection_has_its_own_network_of_all_that_are_offered(few: Engine, names: tuple[str, ...]) -> None:
    address = ComparisonAddress(view="architectures", models=list(names))
    offered = list(few.catalog)
    choices = architectures_view(offered, [], address).choices
    assert [[each.id for each in options if each.chosen] for options in choices] == [
        *([name] for name in names),
        *([] for _ in range(3 - len(names))),
    ]
    for options in choices:
        assert [(each.id, each.ready) for each in options] == [(each.id, each.has_weights) for each in offered]
    assert len(architectures_view(offered[:2], [], address).choices) == 2
