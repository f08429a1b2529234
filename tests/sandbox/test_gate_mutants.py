"""Damaged networks on the way of a stranger's file: each is refused, fails with an error of ours, or runs."""

from pathlib import Path

import pytest

from benchmarks.folder_watch import FolderWatch
from benchmarks.mutants import REQUEST_S, laboratory, try_mutants
from benchmarks.mutations import Mutator
from benchmarks.small_networks import small_networks

pytestmark = pytest.mark.slow
COUNT = 200


@pytest.mark.parametrize("has_gate", [True, False], ids=["behind the gate", "without the gate"])
@pytest.mark.filterwarnings("ignore")  # numbers that overflow
def test_mutants_harm_nothing(has_gate: bool) -> None:
    with laboratory(has_gate=has_gate) as lab:
        outcomes = try_mutants(lab, range(COUNT), seed=5)
        assert outcomes.unexpected == []
        assert outcomes.slowest_s < 2 * REQUEST_S
        assert lab.watch.names() == []
    assert outcomes.counts.total() == COUNT
    assert len(outcomes.counts) > 2


def test_unchanged_networks_run() -> None:
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
