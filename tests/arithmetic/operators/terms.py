"""What is true of the terms of every working: they are numbers that are really there, in the order that is promised."""

import math
from collections.abc import Callable, Iterator, Mapping

import numpy as np

from app.arithmetic.working import Operation, Patch, Source, Term, Working

UNSORTED = {"affine", "line"}  # a product and then its offset, as one writes it
ONE_HOLDS = {
    "Celu", "Clip", "Elu", "HardSigmoid", "LeakyRelu", "PRelu", "Relu", "Selu", "Shrink", "Softmax", "ThresholdedRelu",
    "Where",
}  # fmt: skip
# What the value of a term is by its figures.
RULES: Mapping[frozenset[str], Callable[[Mapping[str, float]], float]] = {
    frozenset({"input", "weight"}): lambda given: given["input"] * given["weight"],
    frozenset({"input", "weight", "alpha"}): lambda given: given["input"] * given["weight"] * given["alpha"],
    frozenset({"input", "divisor"}): lambda given: given["input"] / given["divisor"],
    frozenset({"sum", "divisor"}): lambda given: given["sum"] / given["divisor"],
    frozenset({"sum", "count"}): lambda given: given["sum"] / given["count"],
    frozenset({"input", "maximum"}): lambda given: math.exp(given["input"] - given["maximum"]),
}


def check_terms(operation: Operation, working: Working) -> None:
    """Each source and each patch holds the numbers of the operator's inputs; of integers, only where they are."""
    is_quantised = operation.op.startswith("Q") or operation.op.endswith("Integer")
    if operation.op in ONE_HOLDS:
        assert [term.is_chosen for term in working.terms].count(True) == 1
    for parent in _with_terms(working):
        _check_order(parent)
        _check_sum(operation, parent)
        for term in parent.terms:
            _check_figures(term)
            if term.source:
                _check_source(operation, term, term.source, is_quantised)
            if term.patch:
                _check_patch(operation, term.patch, is_quantised)


def _with_terms(parent: Working | Term) -> Iterator[Working | Term]:
    yield parent
    for term in parent.terms:
        yield from _with_terms(term)


def _check_order(parent: Working | Term) -> None:
    """A sum lists the largest first, and the others last; of candidates, one is chosen."""
    *_, last = kinds = [term.kind for term in parent.terms] or [""]
    assert kinds.count("rest") == (last == "rest")
    if parent.is_sum and getattr(parent, "kind", "") not in UNSORTED:
        magnitudes = [abs(term.value) for term in parent.terms if term.kind != "rest"]
        assert any(map(math.isnan, magnitudes)) or magnitudes == sorted(magnitudes, reverse=True)
        if last == "rest":
            rest = parent.terms[-1]
            assert not abs(rest.value) > rest.numbers["magnitude"] * (1 + 1e-9)
    if "candidate" in kinds:
        assert sum(term.is_chosen for term in parent.terms) == 1


def _check_sum(operation: Operation, parent: Working | Term) -> None:
    """Of numbers that add up it is said so, and as many of them are listed as are asked for."""
    numbers, whole = [term.value for term in parent.terms], getattr(parent, "total", getattr(parent, "value", math.nan))
    is_fraction = math.isfinite(whole) and not float(whole).is_integer()  # of whole numbers, some add up by chance
    if is_fraction and len(numbers) > 1 and all(numbers) and not any(term.is_chosen for term in parent.terms):
        adds_up = math.isclose(sum(numbers), whole, rel_tol=1e-9, abs_tol=1e-9)
        assert parent.is_sum or not adds_up or operation.op == "Mod", parent
    is_norm = operation.op.endswith("LpPool")  # that of order 1 is its window's sum, too
    if len(numbers) == 1 and parent.terms[0].kind == "window" and numbers[0] == whole and not is_norm:
        assert parent.is_sum == parent.terms[0].is_sum
    if any(term.kind == "rest" for term in parent.terms):
        assert sum(term.kind != "bias" for term in parent.terms) == operation.limit + 1
        assert parent.terms[-1].count > 0


def _check_figures(term: Term) -> None:
    rule = RULES.get(frozenset(term.numbers))
    if rule and all(map(math.isfinite, term.numbers.values())) and term.numbers.get("divisor") != 0:
        assert math.isclose(term.value, rule(term.numbers), rel_tol=1e-9, abs_tol=1e-12), term
    if {"sum", "count"} <= term.numbers.keys():
        assert [part.value for part in term.terms] == [term.numbers["sum"]]


def _check_source(operation: Operation, term: Term, source: Source, is_quantised: bool) -> None:
    array = operation.required(source.position)
    assert len(source.index) == array.ndim
    assert all(0 <= at < length for at, length in zip(source.index, array.shape, strict=True))
    if is_quantised or "beta" in term.numbers:
        return
    number = float(array[source.index])
    numbers = [term.value, *term.numbers.values(), *(part.value for part in term.terms)]
    if "input" in term.numbers:
        numbers = [term.numbers["input"]]
    assert number in numbers or (math.isnan(number) and any(map(math.isnan, numbers)))


def _check_patch(operation: Operation, patch: Patch, is_quantised: bool) -> None:
    """A patch is the window of the map from its corner on; outside of that is padding."""
    plane = np.atleast_2d(operation.required(patch.position)[patch.index])
    down, along = patch.inputs.shape
    rows = patch.top + patch.dilations[0] * np.arange(down)
    columns = patch.left + patch.dilations[1] * np.arange(along)
    is_inside = np.outer((rows >= 0) & (rows < plane.shape[0]), (columns >= 0) & (columns < plane.shape[1]))
    np.testing.assert_array_equal(patch.padding, ~is_inside)
    if not is_quantised:
        window = plane[np.ix_(rows % plane.shape[0], columns % plane.shape[1])]
        np.testing.assert_array_equal(patch.inputs[is_inside], window[is_inside])
    if patch.kernel is not None:
        assert patch.products is not None
        np.testing.assert_allclose(patch.products, patch.inputs * patch.kernel)
