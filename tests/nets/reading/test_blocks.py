"""Blocks, as papers draw them around the layers of known networks."""

from app.nets.reading.blocks import LayerOutline, find_blocks


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
