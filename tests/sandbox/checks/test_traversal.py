"""Every node of a model is found, wherever it is: in branches, in loops inside of them, in functions and defaults."""

from typing import Any

from onnx import AttributeProto, GraphProto, ModelProto, NodeProto, helper

from app.sandbox.checks.traversal import all_attributes, all_graphs, all_nodes


def node(name: str, **attributes: Any) -> NodeProto:
    return helper.make_node("Op", [], [], name=name, **attributes)


def graph(*nodes: NodeProto, name: str = "g") -> GraphProto:
    return helper.make_graph(nodes, name, [], [])


def model() -> ModelProto:
    inner = graph(node("deep", size=3), name="inner")
    branch = graph(node("branch", body=inner), node("sibling"), name="branch")
    several = node("several", bodies=[graph(node("one"), name="one"), graph(node("two"), name="two")])
    default = AttributeProto(name="default", type=AttributeProto.GRAPH, g=graph(node("default"), name="default"))
    function = helper.make_function(
        "f",
        "F",
        [],
        [],
        [node("called", body=graph(node("in function"), name="called"))],
        [],
        attribute_protos=[default],
    )
    return helper.make_model(graph(node("first", then=branch), several, name="main"), functions=[function])


def test_all_nodes_are_found_once() -> None:
    names = [each.name for each in all_nodes(model())]
    assert sorted(names) == sorted(
        ["first", "several", "branch", "sibling", "deep", "one", "two", "called", "in function", "default"]
    )


def test_all_graphs_are_found_once() -> None:
    names = [each.name for each in all_graphs(model())]
    assert sorted(names) == sorted(["main", "branch", "inner", "one", "two", "called", "default"])


def test_all_attributes_are_found_also_the_defaults_of_functions() -> None:
    names = [each.name for each in all_attributes(model())]
    assert sorted(names) == sorted(["then", "bodies", "body", "body", "size", "default"])


def test_a_graph_counts_whatever_type_its_attribute_says_it_is_of() -> None:
    lying = AttributeProto(name="lie", type=AttributeProto.INT, g=graph(node("hidden")))
    holder = NodeProto(op_type="Op", name="holder", attribute=[lying])
    names = [each.name for each in all_nodes(helper.make_model(graph(holder)))]
    assert sorted(names) == ["hidden", "holder"]
