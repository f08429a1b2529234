"""The README is true: its tables are generated from the code, its examples run, and its files exist."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from docs.tables import README, ROOT, with_tables

pytestmark = pytest.mark.slow

DEFAULT_ADDRESS = "http://127.0.0.1:8000"
TEXT = README.read_text()
SHELL = [block for block in re.findall(r"```sh\n(.*?)```", TEXT, re.DOTALL) if "curl" in block]
PYTHON = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)


def run(command: list[str], folder: Path) -> str:
    (folder / "static").symlink_to(ROOT / "static")
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_tables_are_those_of_the_code() -> None:
    assert with_tables(TEXT) == TEXT, "run: python -m docs.tables"


@pytest.mark.parametrize("example", SHELL, ids=lambda example: example.splitlines()[0])
def test_the_shell_examples_run(server: str, tmp_path: Path, example: str) -> None:
    output = run(["bash", "-euo", "pipefail", "-c", example.replace(DEFAULT_ADDRESS, server)], tmp_path)
    answers = [json.loads(answer) for answer in output.replace("}{", "}\n{").splitlines()]
    assert answers
    assert not [answer for answer in answers if "error" in answer]
    for name in re.findall(r"-o (\S+)", example):
        if name.endswith(".py"):
            compile((tmp_path / name).read_text(), name, "exec")
        else:
            Image.open(tmp_path / name).verify()


@pytest.mark.parametrize("example", PYTHON, ids=lambda example: example.splitlines()[0])
def test_the_python_examples_run(server: str, tmp_path: Path, example: str) -> None:
    output = run([sys.executable, "-c", example.replace(DEFAULT_ADDRESS, server)], tmp_path)
    assert "(16, 56, 56)" in output


def test_every_file_that_it_links_to_or_names_is_there() -> None:
    links = [link for link in re.findall(r"\]\(([^)#]+)\)", TEXT) if "://" not in link]
    named = re.findall(r"`((?:app|docs|models|static|templates|tests)/[\w./-]*)`", TEXT)
    assert len(named) > 20
    assert [path for path in (*links, *named) if not (ROOT / path).exists()] == []
