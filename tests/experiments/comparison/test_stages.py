"""Architectures in line, against what their papers say and against difflib."""

from collections.abc import Iterator
from difflib import SequenceMatcher

import numpy as np
import pytest
from onnx import numpy_helper

from app.engine.engine import Engine
from app.experiments.comparison import stages
from app.experiments.comparison.stages import NetworkStage, StepRow, align_stages, align_steps, common_order
from app.experiments.comparison.steps import NetworkStep, steps_of
from app.nets.graph import read_graph
from app.settings import read_settings
from tests.nets.onnx_text import parse_network


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


def steps(*strides: int, kernel: int = 3) -> list[NetworkStep]:
    """Convolutions one after the other; a stride of 0 is not written down."""
    body, before = "", "x"
    for place, stride in enumerate(strides):
        written = f"strides = [{stride}, {stride}], " if stride else ""
        body += f"c{place} = Conv <{written}pads = [1, 1, 1, 1], kernel_shape = [{kernel}, {kernel}]> ({before}, k)  "
        before = f"c{place}"
    model = parse_network(
        f"{body} y = ReduceMean <axes = [2, 3], keepdims = 0> (c{len(strides) - 1})", x="float[N, 3, 32, 32]"
    )
    model.graph.initializer.append(numpy_helper.from_array(np.ones((3, 3, kernel, kernel), np.float32), "k"))
    return list(steps_of(read_graph(model).layers))[: len(strides)]


def places(rows: tuple[StepRow, ...], *columns: list[NetworkStep]) -> list[tuple[int | None, ...]]:
    """The place of each step of a row in its own column."""
    return [
        tuple(None if step is None else column.index(step) for step, column in zip(row, columns, strict=True))
        for row in rows
    ]


def test_convolutions_with_the_same_kernel_and_stride_are_in_line() -> None:
    one, other = steps(0, 2, 1), steps(1, 1, 2, 0)
    assert places(align_steps([one, other]), one, other) == [(0, 0), (None, 1), (1, 2), (2, 3)]
    larger = steps(1, 1, kernel=1)
    assert places(align_steps([one[:1], larger[:1]]), one, larger) == [(0, None), (None, 0)]


def test_too_many_steps_are_set_side_by_side_as_they_come(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stages, "MAX_ALIGNED", 4)
    one, few, many = steps(2, 1), steps(1, 1, 2, 1), steps(1, 1, 1, 2, 1)
    assert places(align_steps([one, few]), one, few) == [(None, 0), (None, 1), (0, 2), (1, 3)]
    assert places(align_steps([one, many]), one, many) == [(0, 0), (1, 1), (None, 2), (None, 3), (None, 4)]
