"""Damaged networks on the way of a stranger's file: each is refused, fails with an error of ours, or runs."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from onnx import ModelProto

from benchmarks.folder_watch import FolderWatch
from benchmarks.mutants import WORK_S, Laboratory, laboratory, try_mutants
from benchmarks.mutations import Mutator
from benchmarks.small_networks import SmallNetwork, small_networks
from tests.sandbox.hostile.corpus import Hostile
from tests.sandbox.hostile.networks import HOSTILE

pytestmark = pytest.mark.slow
COUNT = 100
HOSTILE_S = 1.0  # of one request to the process: some go on for ever
UPLOADS = [each for each in HOSTILE if each.name not in {"link_to_another_file", "pipe", "file_without_blocks"}]


@pytest.fixture(scope="module")
def shared() -> Iterator[Laboratory]:
    with laboratory(has_gate=True, request_s=HOSTILE_S) as lab:
        yield lab


@pytest.mark.parametrize("has_gate", [True, False], ids=["behind the gate", "without the gate"])
@pytest.mark.filterwarnings("ignore")  # numbers that overflow
def test_mutants_harm_nothing(has_gate: bool) -> None:
    with laboratory(has_gate=has_gate, request_s=HOSTILE_S) as lab:
        outcomes = try_mutants(lab, range(COUNT), seed=5)
        assert outcomes.unexpected == []
        assert outcomes.slowest_s < WORK_S
        assert lab.watch.names() == []
    assert sum(map(len, outcomes.mutants.values())) == COUNT
    assert len(outcomes.mutants) > 2


@pytest.mark.timeout(60)
@pytest.mark.parametrize("hostile", UPLOADS, ids=lambda hostile: hostile.name)
def test_hostile_files_get_an_answer_in_time(
    shared: Laboratory, tmp_path: Path, hostile: Hostile, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As uploads, those that the gate refuses and those that it lets pass."""
    monkeypatch.setattr("app.nets.reading.shapes.shape_inference.MAX_OPERATORS_INFERRED", 50_000)  # else it takes 5 s
    folder = tmp_path / "own"
    folder.mkdir()
    path = hostile.build(folder)
    files = {each.name: each.read_bytes() for each in folder.iterdir() if each.is_file() and each != path}
    shared.try_mutant(SmallNetwork(hostile.name, ModelProto(), files), path.read_bytes())


def test_unchanged_networks_run_and_no_library_in_c_reads_them_in_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise AssertionError("a stranger's file in the server")

    for name in ("onnx.shape_inference.infer_shapes", "onnx.checker.check_model", "onnxruntime.InferenceSession"):
        monkeypatch.setattr(name, fail)
    with laboratory(has_gate=True) as lab:
        for source in small_networks():
            assert lab.try_mutant(source, source.model.SerializeToString()) == "ran", source.name


def test_a_seed_makes_the_same_mutant_again() -> None:
    model = next(small_networks()).model
    mutants = [Mutator(model, seed).make() for seed in ("1-1", "1-1", "1-2")]
    assert mutants[0] == mutants[1] != mutants[2]


def test_the_watch_notices_whoever_opens_a_file(tmp_path: Path) -> None:
    (tmp_path / "secret.bin").write_bytes(b"secret")
    watch = FolderWatch(tmp_path)
    assert watch.names() == []
    (tmp_path / "secret.bin").read_bytes()
    assert set(watch.names()) == {"secret.bin"}
    watch.close()
