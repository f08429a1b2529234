"""The operators that a stranger's network may have: the standard ones and those of onnxruntime's CPU provider."""

import json
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from onnx import NodeProto

from app.errors import NetworkError
from app.nets.reading.rewriting.nested_graphs import CONTROL_FLOW

LIST = Path(__file__).with_name("allowed_operators.json")  # `python -m docs.allowed_operators` writes it

MAX_NAMED = 5  # operators in an error


@cache
def allowed_operators() -> Mapping[str, frozenset[str]]:
    """The operators of each domain, of any version."""
    return {domain: frozenset(names) for domain, names in json.loads(LIST.read_text())["operators"].items()}


@cache
def newest_versions() -> Mapping[str, int]:
    """The newest known version of each domain."""
    return dict(json.loads(LIST.read_text())["versions"])


def check_operators(nodes: Iterable[NodeProto], *, allow_control_flow: bool) -> None:
    """Check that all operators are on the list, and that none is control flow where that is not allowed.

    Raises:
        NetworkError: one is not, or is.
    """
    unknown: dict[str, None] = {}
    for node in nodes:
        domain = "" if node.domain == "ai.onnx" else node.domain
        if domain == "" and node.op_type in CONTROL_FLOW and not allow_control_flow:
            raise NetworkError("The network branches or loops as it runs, which only a sandbox allows. It is off here.")
        if node.op_type not in allowed_operators().get(domain, ()):
            unknown[f"{node.domain}::{node.op_type}" if node.domain else node.op_type] = None
    if unknown:
        names = [name[:100] for name in unknown]
        listed = ", ".join(names[:MAX_NAMED]) + (" and others" if len(names) > MAX_NAMED else "")
        raise NetworkError(
            f"onnxruntime can't run these operators of the network: {listed}. Export it with standard operators.",
            operators=names[:100],
        )
