"""Formulas of solutions, with numbers as they are computed with: four decimals, a true minus, brackets where needed."""

from collections.abc import Iterable

MINUS, TIMES = "\N{MINUS SIGN}", "\N{MULTIPLICATION SIGN}"
DECIMALS = 4
LETTERS = "ABCDEFGH"  # of choices and of classes


def written(value: float, decimals: int = DECIMALS) -> str:
    """A number with at most so many decimals."""
    text = f"{round(float(value), decimals) + 0.0:.{decimals}f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace("-", MINUS)


def bracketed(value: float) -> str:
    """A number after a sign: in brackets if it is negative."""
    return f"({written(value)})" if value < 0 else written(value)


def added(values: Iterable[float]) -> str:
    """Numbers as a sum: 3 + 0 − 4."""
    first, *others = values
    return " ".join([written(first), *(f"{MINUS if each < 0 else '+'} {written(abs(each))}" for each in others)])


def products(numbers: Iterable[float], weights: Iterable[float]) -> str:
    """The products of numbers and weights as a sum: 1×3 + 2×(−2)."""
    pairs = zip(numbers, weights, strict=True)
    return " + ".join(f"{written(one)}{TIMES}{bracketed(other)}" for one, other in pairs)
