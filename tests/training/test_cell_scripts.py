"""The scripts with PyTorch print the numbers of the run too."""

from pathlib import Path

import pytest

pytest.importorskip("torch", reason="PyTorch, of the extra `training`, is not installed")

from tests.web.api.arithmetic.script_runs import check_scripts, operator_server


def test_every_script_prints_the_number_of_the_run(tmp_path: Path) -> None:
    with operator_server(tmp_path) as client:
        assert len(check_scripts(client, "pytorch", tmp_path)) > 40
