"""The loss of a class: by hand, for each kind of output."""

from math import exp, inf, log
from pathlib import Path

import numpy as np
import pytest

from app.arithmetic.loss import binary_cross_entropy, cross_entropy, negative_logarithm, work_loss
from app.arithmetic.operators.softmax import Competitors
from app.arithmetic.working import Source
from app.errors import NotAvailable
from app.nets.preprocessing.view import view_of
from app.work.stop import Stop
from tests.arithmetic.runs import cat, open_network, operands_of
from tests.nets.onnx_text import parse_network

FLAT = "g = GlobalAveragePool (x)  f = Flatten (g)"
SHARES = "e = Softplus (f)  n = ReduceL1 <axes = [1]> (e)  y = Div (e, n)"


def test_of_classes_by_hand() -> None:
    logits = Competitors(np.array([1.0, 3.0, 2.0]), 2, lambda number: (0, number))
    working = cross_entropy(logits, limit=16)
    assert working.total == pytest.approx(-log(exp(2) / (exp(1) + exp(3) + exp(2))))
    assert working.formula == "ln 1.503 − (2 − 3) = 1.408"
    own, whole, maximum = working.terms
    assert (own.numbers["input"], own.is_chosen, maximum.value) == (2, True, 3)
    assert whole.value == pytest.approx(1.503, abs=1e-3)


def test_of_a_class_far_behind_it_is_finite() -> None:
    logits = Competitors(np.array([-1000.0, 1000.0]), 0, lambda number: (0, number))
    assert cross_entropy(logits, limit=16).total == 2000


@pytest.mark.parametrize("logit", [2.0, -2.0, 0.0])
def test_of_a_label_by_itself(logit: float) -> None:
    assert binary_cross_entropy(logit, (0, 0)).total == pytest.approx(-log(1 / (1 + exp(-logit))))
    assert binary_cross_entropy(-900.0, (0, 0)).total == 900


def test_the_formula_of_a_single_number_and_where_that_is() -> None:
    for working, kind, value, formula in (
        (binary_cross_entropy(2.0, (0, 3)), "logit", 2, "ln(1 + exp(−2)) = 0.1269"),
        (negative_logarithm(0.25, (0, 3)), "probability", 0.25, "−ln 0.25 = 1.386"),
    ):
        (term,) = working.terms
        assert (term.kind, term.value, term.source, term.is_chosen) == (kind, value, Source(0, (0, 3)), True)
        assert working.formula == formula


def test_of_a_probability() -> None:
    assert negative_logarithm(0.25, (0, 1)).total == pytest.approx(log(4))
    assert negative_logarithm(0.0, (0, 1)).total == inf


@pytest.mark.parametrize(
    ("end", "kinds"),
    [
        ("y = Softmax (f)", ["exponential", "sum", "maximum"]),
        ("y = Identity (f)", ["exponential", "sum", "maximum"]),
        ("y = Sigmoid (f)", ["logit"]),
        (SHARES, ["probability"]),
    ],
    ids=["softmax", "logits", "labels", "probabilities"],
)
def test_of_a_run_it_is_the_logarithm_of_its_score(end: str, kinds: list[str], tmp_path: Path) -> None:
    network = open_network(parse_network(f"{FLAT}  {end}"), tmp_path)
    scores = network.classify(view_of(cat(), network.card.input), Stop())
    for target, score in enumerate(scores.scores):
        loss = work_loss(operands_of(network), scores, target, limit=16)
        assert loss.value == -log(score)
        assert loss.total == pytest.approx(loss.value, abs=1e-5)
        assert [placed.term.kind for placed in loss.terms] == kinds


def test_of_an_output_without_classes_there_is_none(tmp_path: Path) -> None:
    network = open_network(parse_network("r = Relu (x)  y = Identity (r)"), tmp_path)
    scores = network.classify(view_of(cat(), network.card.input), Stop())
    with pytest.raises(NotAvailable, match="no classes"):
        work_loss(operands_of(network), scores, 0, limit=16)
