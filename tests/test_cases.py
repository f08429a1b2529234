"""Which cases of a repeated test run when there is little time."""

import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.cases import spread
from tests.conftest import ROOT


@given(st.integers(1, 500), st.integers(1, 20))
def test_cases_are_spread_from_the_first_to_the_last(count: int, most: int) -> None:
    places = sorted(spread(count, most))
    assert len(places) == min(count, most)
    assert places[0] == 0
    assert most == 1 or places[-1] == count - 1
    gaps = {later - one for one, later in pairwise(places)}
    assert max(gaps, default=0) - min(gaps, default=0) <= 1


@pytest.mark.parametrize("most", [None, 2])
def test_every_test_runs_with_some_of_its_cases(most: int | None) -> None:
    option = [] if most is None else [f"--cases={most}"]
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", *option, "tests/test_container.py"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    cases = [line.split("::")[1] for line in done.stdout.splitlines() if "::" in line]
    tests = [case.partition("[")[0] for case in cases]
    source = (Path(__file__).parent / "test_container.py").read_text("utf-8")
    assert all(f"def {test}(" in source for test in tests)
    assert len(set(tests)) == source.count("\ndef test_")
    assert max(map(tests.count, tests)) == (most or 6)
