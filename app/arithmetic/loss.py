"""The cross-entropy loss of a class: what training makes small where the class is the label."""

from dataclasses import dataclass
from math import exp, inf, log, log1p

import numpy as np

from app.arithmetic.cell import CellTerm, OperandPlaces, check_total, place_terms
from app.arithmetic.operands import Operands, batch_index
from app.arithmetic.operators.softmax import Competitors
from app.arithmetic.working import Index, Source, Term, Working, figure
from app.errors import NotAvailable
from app.nets.head import sigmoid, softmax
from app.nets.layer import Layer
from app.nets.outputs import Scores


@dataclass(frozen=True, slots=True, eq=False)
class LossWorking:
    """The loss of the class `target`: `value` is -log of its score in the run, `total` is computed from the logits."""

    target: int
    value: float
    total: float
    formula: str
    terms: tuple[CellTerm, ...]


def work_loss(operands: Operands, scores: Scores, target: int, limit: int) -> LossWorking:
    """How the cross-entropy loss of a class, or of a label by itself, is computed.

    Raises:
        NotAvailable: the output has no classes.
        WorkingDisagrees: the score that follows from the loss computed here is not that of the run.
    """
    if scores.kind == "vector":
        raise NotAvailable("The network's output has no classes, and so no cross-entropy loss.")
    head = operands.graph.head
    has_logits = scores.activation in (softmax, sigmoid)
    layer = head.logits if has_logits else head.output
    probability = float(scores.scores[target])
    if scores.activation is softmax:
        logits = Competitors(scores.logits.astype(np.float64), target, lambda number: _index(layer, number))
        working = cross_entropy(logits, limit)
    elif has_logits:
        working = binary_cross_entropy(float(scores.logits[target]), _index(layer, target))
    else:
        working = negative_logarithm(probability, _index(layer, target))
    value = negative_logarithm(probability, _index(layer, target)).total
    check_total(probability, exp(-working.total))  # near 0, its rounding is a large part of its logarithm
    terms = place_terms(OperandPlaces(operands, [layer.output]), working)
    return LossWorking(target, value, working.total, working.formula, terms)


def _index(layer: Layer, number: int) -> Index:
    """Where a class's number is in the value of the layer that gives it."""
    return batch_index(layer, tuple(int(at) for at in np.unravel_index(number, layer.shape)))


def cross_entropy(logits: Competitors, limit: int) -> Working:
    """-log of the softmax of a class among others, from the logits: ln sum exp(x - maximum) - (x - maximum)."""
    own, whole = logits.exponential(logits.own), logits.sum(limit)
    total = log(whole.value) - (own.numbers["input"] - own.numbers["maximum"])
    formula = f"ln {figure(whole.value)} − ({logits.difference}) = {figure(total)}"
    return Working(total, formula, (own, whole, logits.maximum))


def binary_cross_entropy(logit: float, index: Index) -> Working:
    """-log of the sigmoid of a label by itself: ln(1 + exp(-x)), without overflow."""
    total = log1p(exp(-abs(logit))) + max(-logit, 0)
    term = Term("logit", logit, source=Source(0, index), is_chosen=True)
    return Working(total, f"ln(1 + exp({figure(-logit)})) = {figure(total)}", (term,))


def negative_logarithm(probability: float, index: Index) -> Working:
    """-log of a probability that comes from no softmax or sigmoid here; infinite for 0."""
    total = -log(probability) if probability > 0 else inf
    term = Term("probability", probability, source=Source(0, index), is_chosen=True)
    return Working(total, f"−ln {figure(probability)} = {figure(total)}", (term,))
