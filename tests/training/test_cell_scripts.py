"""The scripts with PyTorch print the numbers of the run too."""

from pathlib import Path

import pytest

pytest.importorskip("torch", reason="PyTorch, of the extra `training`, is not installed")

from tests.arithmetic.scripts.script_runs import check_scripts


def test_every_script_prints_the_number_of_the_run(tmp_path: Path) -> None:
    assert len(check_scripts("pytorch", tmp_path)) > 40
