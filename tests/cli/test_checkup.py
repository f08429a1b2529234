"""`convscope check` says what is in order and what is not."""

import re
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.nets.models_folder import CLASSIFIER, REASONS, place, place_broken_networks
from tests.nets.onnx_text import parse_network

ROOT = Path(__file__).resolve().parents[2]


def test_check_finds_everything_in_order(run: Run) -> None:
    code, report, _ = run("check")
    assert code == 0
    assert "provider: auto requested" in report
    assert "squeezenet1_1 loads, runs, and has the checksum of its card" in report
    assert "sandbox best: networks of users run in confined processes" in report
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


def test_check_finds_what_is_wrong_with_each_network(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place_broken_networks(tmp_path)
    place(tmp_path, "works", parse_network(CLASSIFIER), ["a", "b", "c"])
    monkeypatch.setenv("CONVSCOPE_MODELS_DIR", str(tmp_path))
    code, report, _ = run("check")
    assert code == 1
    assert re.search("ok +works loads, runs", report)
    assert all(re.search(f"FAIL +{name} .*{reason}", report) for name, reason in REASONS.items())


def test_check_tries_the_shared_store(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place(tmp_path / "models", "works", parse_network(CLASSIFIER), ["a", "b", "c"])
    monkeypatch.setenv("CONVSCOPE_MODELS_DIR", str(tmp_path / "models"))
    monkeypatch.setenv("CONVSCOPE_STORE_URL", f"file://{tmp_path}/bucket")
    assert "ok    the shared store can be written, read and emptied" in run("check")[1]
    assert [path for path in (tmp_path / "bucket").rglob("*") if path.is_file()] == []
    monkeypatch.setenv("CONVSCOPE_STORE_URL", f"file://{ROOT}/pyproject.toml/bucket")
    code, report, _ = run("check")
    assert code == 1
    assert "FAIL  the shared store can be written, read and emptied: no. The shared store does not answer." in report
