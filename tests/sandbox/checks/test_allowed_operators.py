"""The list of allowed operators: it is that of the installed onnx and onnxruntime."""

import json

import pytest
from onnx import NodeProto, defs

from app.errors import NetworkError
from app.sandbox.checks.allowed_operators import LIST, MAX_NAMED, allowed_operators, check_operators, newest_versions
from docs.allowed_operators import listed


def test_the_list_is_that_of_the_installed_libraries() -> None:
    assert json.loads(LIST.read_text()) == listed(), "run python -m docs.allowed_operators"


def test_every_operator_of_the_current_standard_is_on_it_but_those_that_no_cpu_can_run() -> None:
    standard = {schema.name for schema in defs.get_all_schemas() if schema.domain == "" and not schema.deprecated}
    assert standard - allowed_operators()[""] == {"ImageDecoder"}


def test_the_newest_version_is_that_of_onnx() -> None:
    assert newest_versions()[""] == defs.onnx_opset_version()


def test_many_unknown_operators_are_not_all_named() -> None:
    nodes = [NodeProto(op_type=f"Own{index}", domain="d" * 500) for index in range(1000)]
    with pytest.raises(NetworkError, match="and others") as error:
        check_operators(nodes, allow_control_flow=False)
    assert len(error.value.message) < 700
    assert len(error.value.details["operators"]) == 100


def refusal_of(*nodes: NodeProto, allow_control_flow: bool = False) -> NetworkError:
    with pytest.raises(NetworkError) as error:
        check_operators(nodes, allow_control_flow=allow_control_flow)
    return error.value


@pytest.mark.parametrize("count", [1, MAX_NAMED, MAX_NAMED + 1])
def test_unknown_operators_are_named_once_with_their_domain(count: int) -> None:
    nodes = [NodeProto(op_type=f"Own{index}", domain="" if index else "a.b") for index in range(count)]
    names = ["a.b::Own0", *(f"Own{index}" for index in range(1, count))]
    refusal = refusal_of(*nodes, *nodes, NodeProto(op_type="Relu"))
    more = " and others" if count > MAX_NAMED else ""
    assert refusal.message == (
        f"onnxruntime can't run these operators of the network: {', '.join(names[:MAX_NAMED])}{more}. "
        "Export it with standard operators."
    )
    assert refusal.details == {"operators": names}
    assert refusal_of(NodeProto(op_type="O" * 101)).details == {"operators": ["O" * 100]}


@pytest.mark.parametrize("domain", ["", "ai.onnx"])
def test_the_standard_has_two_names(domain: str) -> None:
    check_operators([NodeProto(op_type="Relu", domain=domain)], allow_control_flow=False)
    loop = NodeProto(op_type="Loop", domain=domain)
    check_operators([loop], allow_control_flow=True)
    assert "branches or loops as it runs" in refusal_of(loop).message


def test_control_flow_is_that_of_the_standard() -> None:
    loop = NodeProto(op_type="Loop", domain="own")
    assert refusal_of(loop).message == refusal_of(loop, allow_control_flow=True).message
    assert refusal_of(loop).details == {"operators": ["own::Loop"]}
