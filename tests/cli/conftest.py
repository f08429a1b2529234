"""Commands, run in this process as `convscope` would be."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from app.cli.main import main

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    """Run a command; gives the exit code, stdout and stderr."""
    monkeypatch.setenv("CONVSCOPE_DATA_DIR", str(tmp_path))

    def call(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["convscope", *arguments])
        with pytest.raises(SystemExit) as end:
            main()
        captured = capsys.readouterr()
        return int(end.value.code or 0), captured.out, captured.err

    return call
