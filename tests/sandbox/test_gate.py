"""The gate: hostile files are refused with words that say why, sound ones pass, and weights are never read."""

from pathlib import Path

import numpy as np
import onnxruntime
import pytest
from onnx import numpy_helper

from app.errors import NetworkError
from app.sandbox.gate import GateLimits, check_file
from tests.onnx_examples import onnx_examples
from tests.sandbox.hostile.corpus import Hostile, model, node, written
from tests.sandbox.hostile.graphs import loop
from tests.sandbox.hostile.networks import HOSTILE

MODELS = Path(__file__).parent.parent.parent / "models"
REFUSED = [hostile for hostile in HOSTILE if hostile.refusal is not None]
PASSING = [hostile for hostile in HOSTILE if hostile.refusal is None]
NOT_ON_A_CPU = {"Adagrad", "Adam", "FlexAttention", "Gradient", "ImageDecoder", "Momentum"}  # of all that ONNX tests


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder in a folder: what a file reaches outside of its own is also of this test."""
    (tmp_path / "own").mkdir()
    return tmp_path / "own"


@pytest.mark.timeout(30)
@pytest.mark.parametrize("hostile", REFUSED, ids=lambda hostile: hostile.name)
def test_hostile_files_are_refused(folder: Path, hostile: Hostile) -> None:
    path = hostile.build(folder)
    with pytest.raises(NetworkError, match=hostile.refusal) as error:
        check_file(path, GateLimits())
    assert str(folder) not in error.value.message
    assert len(repr(error.value.details)) < 1000


@pytest.mark.parametrize("hostile", PASSING, ids=lambda hostile: hostile.name)
def test_files_that_only_harm_when_they_run_pass(folder: Path, hostile: Hostile) -> None:
    check_file(hostile.build(folder), GateLimits(allow_control_flow=True))


@pytest.mark.parametrize("path", sorted(MODELS.glob("*.onnx")), ids=lambda path: path.stem)
def test_shipped_networks_pass(path: Path) -> None:
    check_file(path, GateLimits())


def test_weights_of_any_size_pass(folder: Path) -> None:
    large = numpy_helper.from_array(np.zeros((8192, 4096), np.float32), "w")
    path = written(folder, model([node("Flatten", "x", "flat"), node("MatMul", "flat w")], large))
    assert path.stat().st_size > 100_000_000
    check_file(path, GateLimits())


def test_loops_pass_where_they_are_allowed(folder: Path) -> None:
    path = written(folder, loop())
    with pytest.raises(NetworkError, match="branches or loops"):
        check_file(path, GateLimits())
    check_file(path, GateLimits(allow_control_flow=True))


def test_a_missing_file_is_named_as_missing(folder: Path) -> None:
    with pytest.raises(NetworkError, match="missing"):
        check_file(folder / "none.onnx", GateLimits())


@pytest.mark.slow
def test_onnx_s_own_cases_pass(folder: Path) -> None:
    """ONNX has some 1,900 networks that use each operator in each of its forms."""
    refusals: dict[str, set[str]] = {}
    models = {case.name: case.model for case in onnx_examples() if case.model is not None}
    for name, made in models.items():
        path = written(folder, made)
        try:
            check_file(path, GateLimits(allow_control_flow=True))
        except NetworkError as error:
            refusals[name] = {op.split("::")[-1] for op in error.details.get("operators", [error.message])}
    assert len(models) > 1000
    assert set().union(*refusals.values()) <= NOT_ON_A_CPU


def test_networks_of_other_domains_alone_need_no_version_of_onnx(folder: Path) -> None:
    iris = Path(onnxruntime.__file__).parent / "datasets" / "logreg_iris.onnx"
    check_file(iris, GateLimits())
