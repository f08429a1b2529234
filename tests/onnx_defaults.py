"""The defaults of attributes: those that a module writes as literals, and those that ONNX documents."""

import ast
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

import onnx
from onnx import helper


def check_defaults(path: Path, operators: Iterable[str]) -> None:
    """Each attribute that a module reads with a literal default has it in ONNX, for one of these operators."""
    names = set(operators)
    for attribute, default in _written(path):
        expected = _documented(names, attribute)
        assert not expected or default is None or default in expected, attribute


def _written(path: Path) -> Iterator[tuple[str, object]]:
    """From `call.attribute("axis", 1)`, `attributes.get("axis", 1)` and `call.axis(1)`."""
    for each in ast.walk(ast.parse(path.read_text("utf-8"))):
        function = ast.unparse(each.func) if isinstance(each, ast.Call) else ""
        if isinstance(each, ast.Call) and function.endswith((".attribute", "attributes.get", "call.axis")):
            name, *default = each.args if not function.endswith(".axis") else [ast.Constant("axis"), *each.args]
            if isinstance(name, ast.Constant) and default:
                with suppress(ValueError):  # of one that is computed
                    yield str(name.value), ast.literal_eval(default[0])


def _documented(operators: set[str], attribute: str) -> set[object]:
    """In all versions of the operators."""
    schemas = [each for each in onnx.defs.get_all_schemas_with_history() if each.name in operators]
    found = [each.attributes[attribute].default_value for each in schemas if attribute in each.attributes]
    values = [helper.get_attribute_value(each) for each in found if each.type != onnx.AttributeProto.UNDEFINED]
    return {
        each.decode() if isinstance(each, bytes) else round(each, 6) for each in values if not isinstance(each, list)
    }
