"""The formula of a working as LaTeX: a sum is aligned, one term on each line."""

import re
from collections.abc import Iterator

ARROW = "\N{RIGHTWARDS ARROW}"
SIGNS = {
    "\N{MULTIPLICATION SIGN}": r"\times",
    "\N{DIVISION SIGN}": r"\div",
    "\N{MINUS SIGN}": "-",
    "\N{HORIZONTAL ELLIPSIS}": r"\dots",
    ARROW: r"\to",
    "\N{INFINITY}": r"\infty",
}
PLUS, EQUALS, ROOT = " + ", " = ", "\N{SQUARE ROOT}("
POWER_OF_TEN = re.compile(r"(?<=\d)e\+?(-?)0*(\d+)")
SINGLE_POWER = re.compile(r" \^ ([^\s(]+)")
WORD = re.compile(r"(?<![\\A-Za-z])[A-Za-z]{2,}")


def write_latex(formula: str) -> str:
    """A formula as `app.arithmetic` writes it, for a formula of a document."""
    if ARROW in formula:
        return _write(formula)
    left, equals, right = formula.rpartition(EQUALS)
    terms = list(_split(left, PLUS))
    if not equals or len(terms) == 1:
        return _write(formula)
    lines = (f"&\\quad + {_write(term)}" for term in terms[1:])
    sum_of_terms = " \\\\\n".join((f"{_write(right)} &= {_write(terms[0])}", *lines))
    return f"\\begin{{aligned}}\n{sum_of_terms}\n\\end{{aligned}}"


def _split(text: str, sign: str) -> Iterator[str]:
    """The parts between the signs that stand in no brackets."""
    depth, start = 0, 0
    for at, character in enumerate(text):
        depth += (character in "([") - (character in ")]")
        if depth == 0 and text.startswith(sign, at):
            yield text[start:at]
            start = at + len(sign)
    yield text[start:]


def _write(text: str) -> str:
    for sign, command in SIGNS.items():
        text = text.replace(sign, command)
    text = POWER_OF_TEN.sub(r" \\times 10^{\1\2}", text)
    text = SINGLE_POWER.sub(r"^{\1}", text)
    text = WORD.sub(lambda word: rf"\operatorname{{{word[0]}}}", text)
    return _brace(_brace(text, ROOT, r"\sqrt{"), " ^ (", "^{")


def _brace(text: str, opening: str, braced: str) -> str:
    """What stands in the brackets of this kind, in braces."""
    while (start := text.find(opening)) >= 0:
        end, depth = start + len(opening), 1
        while depth and end < len(text):
            depth += (text[end] == "(") - (text[end] == ")")
            end += 1
        text = f"{text[:start]}{braced}{text[start + len(opening) : end - 1]}}}{text[end:]}"
    return text
