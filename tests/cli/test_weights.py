"""`convscope pull` and `convscope bundle`, from the first download to a machine without internet."""

from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from app.cli.main import cli
from tests.mirrors import models_folder, original_of, serving, status, whole

CONTENT = bytes(range(256)) * 400
Run = Callable[..., Result]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Run a command on a machine of this name, with variables by their short names."""
    models = models_folder(tmp_path / "models", original_of(CONTENT), original_of(b"others", "resnet18"))
    monkeypatch.setenv("CONVSCOPE_MODELS_DIR", str(models))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")

    def call(machine: str, *arguments: str, **variables: str) -> Result:
        monkeypatch.setenv("CONVSCOPE_DATA_DIR", str(tmp_path / machine))
        for name, value in variables.items():
            monkeypatch.setenv(f"CONVSCOPE_{name.upper()}", value)
        return CliRunner().invoke(cli, arguments)

    return call


def test_weights_are_downloaded_bundled_and_read_where_there_is_no_internet(run: Run, tmp_path: Path) -> None:
    bundle = str(tmp_path / "lab.tar")
    with serving(CONTENT, whole()) as mirror:
        pulled = run("office", "pull", "vgg16", mirrors=mirror.pattern, lab_hosts=mirror.host)
        assert (pulled.exit_code, pulled.stderr) == (0, "vgg16 is ready.\n")
    assert run("office", "bundle", "vgg16", "-o", bundle).exit_code == 0
    taken = run("lab", "pull", "--from", bundle, offline="1")
    assert (taken.exit_code, taken.stderr) == (0, "vgg16 is ready.\n")
    assert (tmp_path / "lab" / "networks" / "vgg16.onnx").read_bytes() == CONTENT


def test_failures_have_a_message(run: Run, tmp_path: Path) -> None:
    with serving(CONTENT, status(404)) as mirror:
        settings = {"mirrors": mirror.pattern, "lab_hosts": mirror.host}
        failures = {
            "answers 404": run("a", "pull", "vgg16", **settings),
            "There is no published network called vgg": run("a", "pull", "vgg", **settings),
            "are not downloaded": run("a", "bundle", "vgg16", "-o", str(tmp_path / "x.tar")),
            "no weights of vgg16": run("a", "pull", "vgg16", "--from", str(tmp_path / "models")),
            "is set to be offline": run("a", "pull", "vgg16", offline="1"),
        }
    for words, result in failures.items():
        assert result.exit_code == 1
        assert words in str(getattr(result.exception, "message", "")), result.exception
    assert run("a", "pull").exit_code == 2


@pytest.mark.parametrize("mirrors", ["https://mirror.example/{folder}/{file}", "https://mirror.example/{file"])
def test_mirrors_with_unknown_placeholders_are_refused(run: Run, mirrors: str) -> None:
    assert "{repository}, {file} and {path}" in str(run("a", "pull", "vgg16", mirrors=mirrors).exception)


def test_a_bundle_is_said_to_lack_what_was_asked_for_and_nothing_else(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "stick"
    folder.mkdir()
    lacking = [run("a", "pull", *ids, "--from", str(folder)) for ids in ([], ["vgg16"])]
    messages = [str(getattr(result.exception, "message", "")) for result in lacking]
    assert messages[0] in {f"The bundle has no weights of {both}." for both in ("vgg16, resnet18", "resnet18, vgg16")}
    assert messages[1] == "The bundle has no weights of vgg16."
    (folder / "resnet18.onnx").write_bytes(b"others")
    taken = run("a", "pull", "--from", str(folder))
    assert (taken.exit_code, taken.stderr) == (0, "resnet18 is ready.\n")
    both = run("a", "pull", "resnet18", "vgg16", "--from", str(folder))
    assert (both.stderr, both.exit_code) == ("resnet18 is ready.\n", 1)
    assert str(getattr(both.exception, "message", "")) == "The bundle has no weights of vgg16."
    written = run("a", "bundle", "resnet18", "-o", str(tmp_path / "x.tar"))
    assert written.stderr == f"{tmp_path}/x.tar has resnet18.\n"


def test_an_unknown_network_is_told_those_there_are_and_a_broken_one_why(run: Run, tmp_path: Path) -> None:
    unknown = str(getattr(run("a", "pull", "vgg").exception, "message", ""))
    assert unknown in {
        f"There is no published network called vgg. Those there are: {both}."
        for both in ("vgg16, resnet18", "resnet18, vgg16")
    }
    (tmp_path / "models" / "originals" / "vgg.json").write_text("{}")
    assert "vgg.json is invalid" in str(getattr(run("a", "pull", "vgg").exception, "message", ""))
