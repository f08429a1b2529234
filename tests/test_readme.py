"""The README is true: its tables are generated from the code, its examples run, and what all documents name exists."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from app.settings import Settings
from docs.tables import README, ROOT, with_tables

pytestmark = pytest.mark.slow

DEFAULT_ADDRESS = "http://127.0.0.1:8000"
TEXT = README.read_text()
SHELL = [block for block in re.findall(r"```sh\n(.*?)```", TEXT, re.DOTALL) if "curl" in block]
DOCUMENTS = (README, ROOT / "training" / "README.md", *sorted((ROOT / "docs").glob("*.md")))
PLACEHOLDER = r"/KIND\.|/xx/"
FOLDERS = "app|benchmarks|deploy|docs|lessons|models|static|templates|tests|training"
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


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_file_heading_and_program_that_a_document_names_is_there(document: Path) -> None:
    text = document.read_text("utf-8")
    prose = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
    links = [link.partition("#") for link in re.findall(r"\]\(([^)\s]+)\)", prose) if "://" not in link]
    assert [link for link in links if not (document.parent / link[0]).exists()] == []
    headings = [(document.parent / file if file else document, heading) for file, _, heading in links if heading]
    assert [heading for file, heading in headings if heading not in headings_of(file)] == []
    named = re.findall(rf"`((?:{FOLDERS})/[\w./-]*)`", prose)
    assert len(named) > 20 or document != README
    assert [path for path in named if not (ROOT / path).exists() and not re.search(PLACEHOLDER, path)] == []
    modules = [ROOT / name.replace(".", "/") for name in re.findall(rf"python -m ((?:{FOLDERS})[\w.]*)", text)]
    assert [path for path in modules if not (path.with_suffix(".py").exists() or (path / "__main__.py").exists())] == []


def test_documents_name_settings_that_there_are() -> None:
    of_compose = set(re.findall(r"\$\{CONVSCOPE_(\w+)", (ROOT / "compose.yaml").read_text()))
    known = of_compose | {name.upper() for name in Settings.model_fields}
    for document in DOCUMENTS:
        assert set(re.findall(r"CONVSCOPE_([A-Z_]+)", document.read_text("utf-8"))) <= known, document


def headings_of(document: Path) -> set[str]:
    """The headings of a document as links name them."""
    lines = re.findall(r"^#+ (.*)$", document.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", line.lower()).replace(" ", "-") for line in lines}
