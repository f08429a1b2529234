"""An attribute that a file leaves out has the value that ONNX says."""

from importlib import import_module
from pathlib import Path

import pytest

from tests.onnx_defaults import check_defaults

OPERATORS = Path(__file__).parents[2] / "app" / "arithmetic" / "operators"
MODULES = [path.stem for path in sorted(OPERATORS.glob("*.py")) if "\nWORKINGS" in path.read_text("utf-8")]


@pytest.mark.parametrize("module", MODULES)
def test_defaults_are_those_of_onnx(module: str) -> None:
    check_defaults(OPERATORS / f"{module}.py", import_module(f"app.arithmetic.operators.{module}").WORKINGS)
