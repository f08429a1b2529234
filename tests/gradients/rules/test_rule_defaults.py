"""An attribute that a file leaves out has the value that ONNX says."""

import ast
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import onnx
import pytest
from onnx import helper

RULES = Path(__file__).parents[3] / "app" / "gradients" / "rules"
MODULES = [path.stem for path in sorted(RULES.glob("*.py")) if "RULES = " in path.read_text("utf-8")]


def stated(module: str) -> Iterator[tuple[str, object]]:
    """The attributes that a module reads with a literal default."""
    for each in ast.walk(ast.parse((RULES / f"{module}.py").read_text("utf-8"))):
        if isinstance(each, ast.Call) and isinstance(each.func, ast.Attribute) and each.func.attr == "attribute":
            name, *default = each.args
            if isinstance(name, ast.Constant) and default and isinstance(default[0], ast.Constant):
                yield str(name.value), default[0].value


def documented(operators: set[str], attribute: str) -> set[object]:
    """The defaults of an attribute in all versions of some operators."""
    schemas = [each for each in onnx.defs.get_all_schemas_with_history() if each.name in operators]
    found = [each.attributes[attribute].default_value for each in schemas if attribute in each.attributes]
    values = [helper.get_attribute_value(each) for each in found if each.type != onnx.AttributeProto.UNDEFINED]
    return {
        each.decode() if isinstance(each, bytes) else round(each, 6) for each in values if not isinstance(each, list)
    }


@pytest.mark.parametrize("module", MODULES)
def test_defaults_are_those_of_onnx(module: str) -> None:
    operators = set(import_module(f"app.gradients.rules.{module}").RULES)
    for name, default in stated(module):
        expected = documented(operators, name)
        assert not expected or default is None or default in expected, name
