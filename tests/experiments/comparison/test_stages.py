"""Architectures in line, against what their papers say and against difflib."""

from collections.abc import Iterator
from difflib import SequenceMatcher

import numpy as np
import pytest

from app.engine.engine import Engine
from app.experiments.comparison.stages import NetworkStage, align_stages, common_order
from app.settings import read_settings


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    engine = Engine(read_settings(data_dir=tmp_path_factory.mktemp("data")))
    yield engine
    engine.close(5)


def aligned(engine: Engine, *models: str) -> dict[int | None, NetworkStage]:
    return {stage.halvings: stage for stage in align_stages([engine.network(model).graph for model in models])}


def blocks(stage: NetworkStage) -> list[tuple[bool, ...]]:
    """Which networks have each residual block, by its addition."""
    return [tuple(map(bool, row)) for row in stage.rows if any(step and step.lead.op == "Add" for step in row)]


def test_resnet34_has_the_blocks_of_resnet18_and_more(engine: Engine) -> None:
    stages = aligned(engine, "resnet18", "resnet34")
    counts = {2: (2, 3), 3: (2, 4), 4: (2, 6), 5: (2, 3)}  # He et al. 2016, table 1
    for halvings, (few, many) in counts.items():
        assert blocks(stages[halvings]) == [(True, True)] * few + [(False, True)] * (many - few)


def test_three_networks_stand_in_one_table(engine: Engine) -> None:
    rows = aligned(engine, "vgg11", "vgg13", "vgg16")[2].rows  # A, B and D have 1, 2 and 3 convolutions of 256 channels
    convolutions = [tuple(map(bool, row)) for row in rows if any(step and step.lead.op == "Conv" for step in row)]
    assert convolutions == [(True, True, True), (True, True, True), (False, False, True)]


def test_a_stage_is_a_share_of_the_input_whatever_its_size(engine: Engine) -> None:
    stages = aligned(engine, "squeezenet1_1", "vgg16-imagenette")
    sizes = {halvings: [each and each.sizes for each in stage.sums] for halvings, stage in stages.items()}
    assert sizes[2] == [((56, 56),), ((26, 26),)]  # of 227 and of 104
    assert sizes[0] == [None, ((104, 104),)]


def test_every_layer_is_counted_once(engine: Engine) -> None:
    graphs = [engine.network(model).graph for model in ("googlenet", "resnet50")]
    stages = align_stages(graphs)
    for place, graph in enumerate(graphs):
        sums = [stage.sums[place] for stage in stages]
        assert sum(each.layers for each in sums if each) == len(graph.layers)
        assert sum(each.macs for each in sums if each) == graph.macs
        steps = [step for stage in stages for row in stage.rows if (step := row[place])]
        assert sorted(layer.id for step in steps for layer in step.layers) == sorted(graph.by_id)


def test_a_common_order_rises_on_both_sides_and_is_at_least_as_long_as_difflibs() -> None:
    generator = np.random.default_rng(3)
    for _ in range(20):
        one, other = (generator.integers(0, 4, length).tolist() for length in (30, 23))
        pairs = common_order(one, other)
        assert all(one[row] == other[column] for row, column in pairs)
        assert np.all(np.diff(pairs, axis=0) > 0)
        blocks_of_difflib = SequenceMatcher(None, one, other, autojunk=False).get_matching_blocks()
        assert len(pairs) >= sum(block.size for block in blocks_of_difflib)
    assert len(common_order("ABCBDAB", "BDCABA")) == 4  # Cormen et al., section 15.4
    assert common_order("", "A") == []
