"""Graphs within operators: what they read from outside, how many operators they have, other names for all values."""

from onnx import GraphProto, NodeProto, TensorProto, helper

from app.nets.reading.rewriting.nested_graphs import count_operators, nested_graphs, rename_values, values_read

FLOAT = TensorProto.FLOAT


def graph(nodes: list[NodeProto], inputs: str = "", outputs: str = "", constants: str = "") -> GraphProto:
    return helper.make_graph(
        nodes,
        "g",
        [helper.make_tensor_value_info(name, FLOAT, None) for name in inputs],
        [helper.make_tensor_value_info(name, FLOAT, None) for name in outputs],
        [helper.make_tensor(name, FLOAT, [1], [0]) for name in constants],
    )


def branch() -> NodeProto:
    """If c, then an operator of another If, which reads `p`, a constant `k`, and a value `t` of its own."""
    inner = graph([helper.make_node("Mul", ["t", "p"], ["u"])], outputs="u")
    relu = helper.make_node("Relu", ["a"], ["t"])
    nested = helper.make_node("If", ["d"], ["n"], then_branch=inner, else_branch=graph([], outputs="q"))
    then = graph([relu, nested, helper.make_node("Clip", ["n", "", "k"], ["o"])], outputs="o", constants="k")
    return helper.make_node("If", ["c"], ["y"], then_branch=then, else_branch=graph([], outputs="a"))


def test_what_is_read_is_the_inputs_and_what_the_graphs_take_from_outside() -> None:
    assert values_read(branch()) == ["c", "a", "d", "q", "p"]
    loop = graph([helper.make_node("Add", ["i", "a"], ["s"])], inputs="i", outputs="s")
    assert values_read(helper.make_node("Loop", ["m", "", "a"], ["y"], body=loop)) == ["m", "", "a"]
    assert values_read(helper.make_node("Relu", ["x"], ["y"])) == ["x"]


def test_operators_of_all_graphs_are_counted() -> None:
    assert count_operators([]) == 0
    assert count_operators([helper.make_node("Relu", ["x"], ["y"])]) == 1
    assert count_operators([branch(), branch()]) == 2 * 5


def test_graphs_in_a_list_are_nested_too() -> None:
    node = helper.make_node("Own", [], ["y"], graphs=[graph([branch()]), graph([])], number=3)
    assert len(list(nested_graphs(node))) == 2
    assert count_operators([node]) == 6


def test_every_value_gets_its_other_name() -> None:
    node = branch()
    rename_values(node, lambda name: f"{name}'")
    assert values_read(node) == ["c'", "a'", "d'", "q'", "p'"]
    assert list(node.output) == ["y'"]
    (_, then) = nested_graphs(node)
    assert [value.name for value in (*then.output, *then.initializer)] == ["o'", "k'"]
    assert list(then.node[-1].input) == ["n'", "", "k'"]
    node = helper.make_node("Loop", ["m"], ["y"], body=graph([], inputs="i"))
    rename_values(node, str.upper)
    (body,) = nested_graphs(node)
    assert [value.name for value in body.input] == ["I"]
