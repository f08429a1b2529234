"""The command line: its help, its messages and its exit codes."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Run

ROOT = Path(__file__).resolve().parents[2]


def test_help_lists_the_commands_without_loading_onnxruntime() -> None:
    script = "import sys; sys.argv[1:] = ['--help']; import atexit, app.cli.main; "
    script += "atexit.register(lambda: print('HEAVY' if {'onnxruntime', 'fastapi'} & {*sys.modules} else 'light')); "
    output = subprocess.run(
        [sys.executable, "-c", script + "app.cli.main.main()"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert all(
        command in output.stdout for command in ("serve", "open", "models", "inspect", "check", "pull", "bundle")
    )
    assert output.stdout.strip().endswith("light")


def test_without_a_command_the_help_is_shown(run: Run) -> None:
    _, output, errors = run()
    assert "Usage:" in output + errors
    assert "inspect" in output + errors
    assert "completion" not in output + errors  # of the shell: it would be written into a user's files


@pytest.mark.parametrize(
    ("arguments", "variables", "code", "words"),
    [
        (["inspect", "nothing"], {}, 1, "There is no network with this id"),
        (["inspect", "nothing.onnx"], {}, 1, "file"),
        (["inspect", str(ROOT / "pyproject.toml")], {}, 1, "ONNX"),
        (["serve", "--port", "70000"], {}, 2, "CONVSCOPE_PORT=70000"),
        (["models"], {"CONVSCOPE_PROVIDER": "gpu"}, 2, "CONVSCOPE_PROVIDER=gpu"),
        (
            ["serve", "--host", "192.0.2.1"],
            {},
            1,
            "192.0.2.1, port 8000: Cannot assign requested address.",
        ),
        (["serve", "--host", "no-host.invalid"], {}, 1, "Can't listen on no-host.invalid, port 8000: no such address."),
        (["serve"], {"CONVSCOPE_PORT": "0", "CONVSCOPE_PROVIDER": "cuda"}, 1, "CUDA was requested"),
        (["serve", "--colour"], {}, 2, "--colour"),
    ],
)
def test_failures_have_a_message(
    run: Run, monkeypatch: pytest.MonkeyPatch, arguments: list[str], variables: dict[str, str], code: int, words: str
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    ended, output, errors = run(*arguments)
    assert (ended, output) == (code, "")
    assert words in errors
    assert "Traceback" not in errors
