"""`convscope cluster` without Ray says how to get it from what everyone has: the folder of the source code."""

import sys
import tomllib
from pathlib import Path

import pytest

from app.cli import cluster
from app.jobs.record import MAX_STRONGEST
from tests.cli.conftest import Run

PROJECT = Path(__file__).parents[2] / "pyproject.toml"


@pytest.mark.parametrize("command", ["up", "status", "down"])
def test_without_ray_the_extra_of_this_folder_is_named(run: Run, monkeypatch: pytest.MonkeyPatch, command: str) -> None:
    monkeypatch.setattr(cluster, "find_spec", lambda name: None)
    code, _, why = run("cluster", command)
    words = " ".join(why.split())
    assert code == 1
    assert f"{sys.executable} -m pip install '.[cluster]', in the folder of ConvScope's source code" in words
    assert "cluster" in tomllib.loads(PROJECT.read_text())["project"]["optional-dependencies"]


def test_the_help_names_every_command(run: Run) -> None:
    words = run("cluster", "--help")[1]
    assert [command for command in ("up", "status", "down", "job") if f" {command} " not in words] == []


def test_a_job_keeps_as_many_photos_as_any_other_job(run: Run, tmp_path: Path) -> None:
    arguments = ("cluster", "job", "lenet5", str(tmp_path), "-o", str(tmp_path / "result.npz"), "--strongest")
    code, _, why = run(*arguments, str(MAX_STRONGEST + 1))
    assert code == 2
    assert f"less than or equal to {MAX_STRONGEST}" in " ".join(why.split())
