"""An attribute that a file leaves out has the value that ONNX says."""

from importlib import import_module
from pathlib import Path

import pytest

from tests.onnx_defaults import check_defaults

RULES = Path(__file__).parents[3] / "app" / "gradients" / "rules"
MODULES = [path.stem for path in sorted(RULES.glob("*.py")) if "\nRULES = " in path.read_text("utf-8")]


@pytest.mark.parametrize("module", MODULES)
def test_defaults_are_those_of_onnx(module: str) -> None:
    check_defaults(RULES / f"{module}.py", import_module(f"app.gradients.rules.{module}").RULES)
