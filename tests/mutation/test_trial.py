"""A wrong module is noticed, an equal one survives, and both leave the copy as it was."""

import sys
from pathlib import Path

import pytest

from tests.mutation.trial import KILLED, SURVIVED, Mutant, open_trial

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parent.parent.parent
MODULE = "app/work/byte_budget.py"


def test_outcomes() -> None:
    original = (ROOT / MODULE).read_text("utf-8")
    with open_trial(ROOT, Path(sys.executable)) as trial:
        wrong_function = original.replace("> self._max_bytes", "> self._max_bytes + 1", 1)
        for source, expected in (
            (f"{original}\n1 / 0\n", KILLED),
            (wrong_function, KILLED),
            (f"{original}\nNOTHING = 0\n", SURVIVED),
        ):
            outcome, test = trial.outcome(Mutant(MODULE, 1, "", "", source))
            assert (outcome, bool(test)) == (expected, expected == KILLED)
            assert (trial.folder / MODULE).read_text("utf-8") == original
