"""The kinds of operators."""

import pytest

from app.analysis.operator_kind import operator_kind


@pytest.mark.parametrize(
    ("op", "kind"), [("Conv", "convolution"), ("Clip", "activation"), ("Concat", "merge"), ("Mystery", "other")]
)
def test_operators_are_of_a_kind(op: str, kind: str) -> None:
    assert operator_kind(op) == kind
