"""Blocks, as papers draw them around the layers of known networks."""

import numpy as np
import pytest

from app.nets.reading.blocks import LayerOutline, find_blocks, find_cuts


def chain(*names: str) -> list[LayerOutline]:
    inputs = ["input", *names]
    return [
        LayerOutline(name, name, name.rsplit("/")[-1], (before,), False)
        for name, before in zip(names, inputs, strict=False)
    ]


def step(name: str, op: str, *inputs: str) -> LayerOutline:
    """A layer; a name that begins with "#" is generated."""
    return LayerOutline(name, name, op, inputs, name.startswith("#"))


def test_the_first_part_of_the_name() -> None:
    steps = [
        step("conv1", "Conv", "input"),
        step("fire2/squeeze", "Conv", "conv1"),
        step("fire2/a", "Conv", "fire2/squeeze"),
        step("fire2/b", "Conv", "fire2/squeeze"),
        step("fire2/concat", "Concat", "fire2/a", "fire2/b"),
        step("alone/conv", "Conv", "fire2/concat"),
    ]
    assert find_blocks(steps) == dict.fromkeys(["fire2/squeeze", "fire2/a", "fire2/b", "fire2/concat"], "fire2")


def test_a_stage_of_pytorch_is_split_into_its_blocks() -> None:
    names = [f"/layer1/layer1.{block}/{part}" for block in (0, 1) for part in ("conv1/Conv", "relu/Relu", "conv2/Conv")]
    steps = chain("/conv1/Conv", *names, "/fc/Gemm")
    steps.insert(4, step("/layer1/layer1.0/Add", "Add", "/conv1/Conv", names[2]))
    steps[5] = step(names[3], "Conv", "/layer1/layer1.0/Add")
    found = find_blocks(steps)
    assert {found[name] for name in [*names[:3], "/layer1/layer1.0/Add"]} == {"layer1.0"}
    assert {found[name] for name in names[3:]} == {"layer1.1"}
    assert "/conv1/Conv" not in found


def test_numbered_convolutions_within_a_residual_block_are_not_blocks() -> None:
    body = [f"/block/{part}" for part in ("conv1/Conv", "conv1/bn", "conv2/Conv", "conv2/bn")]
    steps = [*chain("/stem/Conv", *body), step("/block/Add", "Add", "/stem/Conv", body[-1])]
    assert set(find_blocks(steps).values()) == {"block"}


def test_a_plain_stack_is_one_block() -> None:
    found = find_blocks(
        chain("/features/features.0/Conv", "/features/features.1/Relu", "/classifier/classifier.0/Gemm")
    )
    assert found == {"/features/features.0/Conv": "features", "/features/features.1/Relu": "features"}


def test_the_common_prefix_of_all_names_is_ignored() -> None:
    found = find_blocks(chain("/net/a/Conv", "/net/a/Relu", "/net/b/Conv", "/net/b/Relu"))
    assert list(found.values()) == ["a", "a", "b", "b"]


def test_without_names_branches_form_blocks() -> None:
    steps = [
        step("#1", "Conv", "input"),
        step("#2", "Conv", "#1"),
        step("#3", "Relu", "#2"),
        step("#4", "Conv", "#3"),
        step("#5", "Add", "#1", "#4"),
        step("#6", "Relu", "#5"),
        step("#7", "Conv", "#6"),
        step("#8", "MaxPool", "#6"),
        step("#9", "Concat", "#7", "#8"),
        step("#10", "Sigmoid", "#9"),
        step("#11", "Mul", "#9", "#10"),
    ]
    assert find_blocks(steps) == {
        **dict.fromkeys(["#2", "#3", "#4", "#5", "#6"], "residual 1"),
        **dict.fromkeys(["#7", "#8", "#9"], "branches 1"),
    }


def test_an_unnamed_layer_joins_the_named_block_around_it() -> None:
    steps = [
        step("conv", "Conv", "input"),
        step("fire2/a", "Conv", "conv"),
        step("#pool", "MaxPool", "conv"),
        step("fire2/b", "Conv", "#pool"),
        step("#concat", "Concat", "fire2/a", "fire2/b"),
        step("#relu", "Relu", "#concat"),
        step("#next", "MaxPool", "#relu"),
    ]
    found = find_blocks(steps)
    assert {found[name] for name in ("#pool", "#concat", "#relu")} == {"fire2"}
    assert "#next" not in found


def test_a_deep_network_takes_linear_time() -> None:
    steps = chain(*(f"stage/{index}/{part}" for index in range(5_000) for part in ("conv", "relu")))
    assert find_blocks(steps)["stage/4999/conv"] == "4999"


@pytest.mark.parametrize("seed", range(12))
def test_a_cut_is_a_layer_that_no_connection_skips(seed: int) -> None:
    chance = np.random.default_rng(seed)
    steps, sources = [], ["input"]
    for number in range(9):
        read = chance.choice(sources[-4:], size=min(len(sources), int(chance.integers(1, 3))), replace=False)
        steps.append(step(f"l{number}", "Add", *map(str, read)))
        sources.append(f"l{number}")
    edges = [(sources.index(source), sources.index(each.id)) for each in steps for source in each.inputs]
    expected = [not any(begin < place < end for begin, end in edges) for place in range(1, len(sources))]
    assert find_cuts(steps) == expected


def test_a_layer_reads_the_same_one_twice() -> None:
    assert find_cuts([step("a", "Conv", "input"), step("b", "Mul", "a", "a"), step("c", "Add", "b", "a")]) == [
        True,
        False,
        True,
    ]


@pytest.mark.parametrize("op", ["Relu", "Clip", "PRelu", "LeakyRelu", "Sigmoid", "MaxPool"])
@pytest.mark.parametrize("is_shared", [False, True])
def test_an_activation_belongs_to_the_block_of_the_layer_that_it_alone_reads(op: str, is_shared: bool) -> None:
    steps = [*chain("a/1", "a/2"), step("#act", op, "a/2"), step("b/1", "Conv", "#act"), step("b/2", "Conv", "b/1")]
    steps += [step("c", "Add", "b/2", "a/2")] if is_shared else []
    found = find_blocks(steps)
    is_activation = op in ("Relu", "Clip", "PRelu", "LeakyRelu")
    assert (found.get("a/2"), found.get("b/1")) == ("a", "b")
    assert (found.get("#act") == "a") == (is_activation and not is_shared)


@pytest.mark.parametrize(
    ("names", "blocks"),
    [
        (["a.1.x", "a.1.y", "a.2.x", "a.2.y", "b"], ["a.1", "a.1", "a.2", "a.2", None]),
        (["a.x.1", "a.x.2", "a.y.1", "a.y.2", "b"], ["a", "a", "a", "a", None]),
        (["s1.u.1", "s1.u.2", "s2.u.1", "s2.u.2", "b"], ["s1", "s1", "s2", "s2", None]),
        (["a/1", "b/1", "c/1"], [None, None, None]),
        (["net/a/1", "net/a/2", "net/b/1"], ["a", "a", None]),
        (["a", "b", "c"], [None, None, None]),
        (["only/one/name"], [None]),
    ],
)
def test_which_part_of_a_name_is_the_block(names: list[str], blocks: list[str | None]) -> None:
    found = find_blocks(chain(*names))
    assert [found.get(name) for name in names] == blocks


@pytest.mark.parametrize(
    ("end", "inner", "expected"),
    [
        ("Add", "Conv", "residual 1"),
        ("Sum", "Conv", "residual 1"),
        ("Concat", "Conv", "branches 1"),
        ("Mul", "Conv", "block 1"),
        ("Add", "Relu", None),
    ],
)
def test_a_region_without_names_is_called_after_the_operator_that_ends_it(
    end: str, inner: str, expected: str | None
) -> None:
    steps = [
        step("#1", "Conv", "input"),
        step("#2", inner, "#1"),
        step("#3", end, "#1", "#2"),
        step("#4", "Conv", "#3"),
    ]
    found = find_blocks(steps)
    assert [found.get(each.id) for each in steps] == [None, expected, expected, None]
