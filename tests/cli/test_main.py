"""The command line, run as `convscope` would be: what it prints, where, and its exit codes."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from app.cli.main import main

ROOT = Path(__file__).resolve().parents[2]
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    """Run a command in this process; gives the exit code, stdout and stderr."""
    monkeypatch.setenv("CONVSCOPE_DATA_DIR", str(tmp_path))

    def call(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["convscope", *arguments])
        with pytest.raises(SystemExit) as end:
            main()
        captured = capsys.readouterr()
        return int(end.value.code or 0), captured.out, captured.err

    return call


def test_help_lists_the_commands_without_loading_onnxruntime() -> None:
    script = "import sys; sys.argv[1:] = ['--help']; import atexit, app.cli.main; "
    script += "atexit.register(lambda: print('HEAVY' if {'onnxruntime', 'fastapi'} & {*sys.modules} else 'light')); "
    output = subprocess.run(
        [sys.executable, "-c", script + "app.cli.main.main()"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert all(command in output.stdout for command in ("serve", "models", "inspect", "check"))
    assert output.stdout.strip().endswith("light")


def test_models_as_a_table_and_as_json(run: Run) -> None:
    code, table, _ = run("models")
    assert code == 0
    assert table.splitlines()[0].split()[:3] == ["id", "name", "year"]
    code, text, _ = run("models", "--json")
    listed = {model["id"]: model for model in json.loads(text)}
    assert {"squeezenet1_1", "efficientnet_lite0"} <= set(listed)
    assert all(model in table for model in listed)


def test_inspect_a_network_by_id_and_by_file(run: Run) -> None:
    code, by_id, _ = run("inspect", "squeezenet1_1", "--json")
    assert code == 0
    assert run("inspect", str(ROOT / "models" / "squeezenet1_1.onnx"), "--json")[1] == by_id
    first = json.loads(by_id)["layers"][0]
    assert (first["op"], first["output_shape"], first["params"]) == ("Conv", [64, 113, 113], 64 * (3 * 3 * 3 + 1))
    code, table, summary = run("inspect", "squeezenet1_1")
    assert "64 x 113 x 113" in table
    assert "1,235,496 parameters" in summary


def test_check_finds_everything_in_place(run: Run) -> None:
    code, report, _ = run("check")
    assert code == 0
    assert "provider: auto asked for" in report
    assert "squeezenet1_1 loads, runs, and has the checksum of its card" in report
    assert "FAIL" not in report


def test_check_finds_a_changed_file(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "models"
    (folder / "labels").mkdir(parents=True)
    for name in ("squeezenet1_1.json", "squeezenet1_1.onnx", "labels/imagenet1k.json"):
        (folder / name).write_bytes((ROOT / "models" / name).read_bytes())
    file = bytearray((folder / "squeezenet1_1.onnx").read_bytes())
    file[len(file) // 2] ^= 1
    (folder / "squeezenet1_1.onnx").write_bytes(file)
    monkeypatch.setenv("CONVSCOPE_MODELS_DIR", str(folder))
    code, report, _ = run("check")
    assert code == 1
    assert "not the one that its card describes" in report


@pytest.mark.parametrize(
    ("arguments", "variables", "code", "words"),
    [
        (["inspect", "nothing"], {}, 1, "There is no network with this id"),
        (["inspect", "nothing.onnx"], {}, 1, "file"),
        (["inspect", str(ROOT / "pyproject.toml")], {}, 1, "ONNX"),
        (["serve", "--port", "70000"], {}, 2, "CONVSCOPE_PORT=70000"),
        (["models"], {"CONVSCOPE_PROVIDER": "gpu"}, 2, "CONVSCOPE_PROVIDER=gpu"),
        (["serve", "--host", "192.0.2.1"], {}, 1, "Can't listen on 192.0.2.1"),
        (["serve"], {"CONVSCOPE_PORT": "0", "CONVSCOPE_PROVIDER": "cuda"}, 1, "CUDA was requested"),
        (["serve", "--colour"], {}, 2, "--colour"),
    ],
)
def test_failures_are_said_in_words(
    run: Run, monkeypatch: pytest.MonkeyPatch, arguments: list[str], variables: dict[str, str], code: int, words: str
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    ended, output, errors = run(*arguments)
    assert (ended, output) == (code, "")
    assert words in errors
    assert "Traceback" not in errors


def test_a_misspelt_setting_is_pointed_out(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONVSCOPE_PROVIDR", "cpu")
    assert "Did you mean CONVSCOPE_PROVIDER?" in run("check")[2]
