"""The wheel holds all that a server needs: installed in an environment of its own, it serves outside the repository."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from app.resources import MODELS
from tests.conftest import ROOT, start_command

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The scripts' folder of an environment with the built wheel; its dependencies are those of this environment."""
    folder = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    build = ["wheel", "--no-index", "--no-deps", "--no-build-isolation", "--wheel-dir", str(folder), str(ROOT)]
    subprocess.run([*pip, *build], check=True)
    [wheel] = folder.glob("convscope-*.whl")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder / "venv"], check=True)
    [packages] = (folder / "venv").glob("lib/python*/site-packages")
    (packages / "dependencies.pth").write_text("\n".join(path for path in sys.path if path.endswith("site-packages")))
    scripts = folder / "venv" / "bin"
    install = ["--python", str(scripts / "python"), "install", "--no-index", "--no-deps", str(wheel)]
    subprocess.run([*pip, *install], check=True)
    return scripts


@pytest.fixture(scope="module")
def installed(environment: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the installed ConvScope, served from an empty folder."""
    folder = tmp_path_factory.mktemp("empty")
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("PYTHONPATH", raising=False)  # nothing of the repository is importable
        process, address = start_command([str(environment / "convscope")], folder, folder / "data", {})
    yield address
    process.terminate()
    assert process.wait(30) == 0


def test_it_is_the_wheel_that_is_imported(environment: Path, tmp_path: Path) -> None:
    script = "import app.resources; print(app.resources.MODELS)"
    command = [str(environment / "python"), "-I", "-c", script]
    models = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True).stdout
    assert Path(models.strip()).is_relative_to(environment.parent)


def test_every_shipped_network_is_there(installed: str) -> None:
    models = httpx.get(f"{installed}/api/v1/models").raise_for_status().json()
    cards = {path.stem for path in [*MODELS.glob("*.json"), *(MODELS / "originals").glob("*.json")]}
    assert {model["id"] for model in models} == cards


def test_a_photo_is_classified(installed: str, cat: bytes) -> None:
    answer = httpx.post(f"{installed}/api/v1/models/squeezenet1_1/classify", files={"file": cat}, timeout=60)
    assert "cat" in answer.raise_for_status().json()["predictions"][0]["label"].lower()


def test_the_page_its_scripts_and_its_samples_are_served(installed: str) -> None:
    for address in ("", "compare", "static/js/pages/explorer.js", "static/samples/cat.jpg"):
        httpx.get(f"{installed}/{address}", headers={"Accept": "text/html"}).raise_for_status()


def test_the_balancer_of_a_cluster_finds_its_configuration(environment: Path) -> None:
    script = "from app.cluster.haproxy import SHIPPED; print(SHIPPED.read_text())"
    run = subprocess.run([environment / "python", "-I", "-c", script], capture_output=True, text=True, check=True)
    assert run.stdout == (ROOT / "deploy" / "haproxy.cfg").read_text() + "\n"
