"""The list of allowed operators: it is that of the installed onnx and onnxruntime."""

import json

import pytest
from onnx import NodeProto, defs

from app.errors import NetworkError
from app.sandbox.checks.allowed_operators import LIST, allowed_operators, check_operators, newest_versions
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
