"""The terms of a number as rows: what each stands for, its figures, its bar, and the page of its own working."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import isfinite

from app.arithmetic.cell import CellTerm
from app.web.pages.address import MAX_TERMS
from app.web.pages.number.gather import plane_of
from app.web.pages.number.trail import NumberLink, Trail

FACTORS = ("input", "weight")
UNSHOWN = {"magnitude", "colour"}  # of the share of the rest; the number of a plane of the picture
MORE = 4  # times as many terms on request
HALF = 50  # of a bar's width, on either side of zero


@dataclass(frozen=True, slots=True)
class WorkingTermView:
    """A term. `bar` is where its bar starts and how long it is, in hundredths; None where terms are not added.

    `factors` are those whose product it is.

    `link` is the number that it stands for, `plane` the input channel whose products it adds up, `href` the page that
    shows these, or more terms in place of a rest.
    """

    kind: str
    value: float
    share: float | None
    factors: tuple[float, float] | None
    figures: Mapping[str, float]
    link: NumberLink | None
    plane: int | None
    href: str | None
    is_picked: bool
    count: int
    is_chosen: bool
    bar: tuple[float, float] | None
    terms: tuple["WorkingTermView", ...]


def term_views(terms: tuple[CellTerm, ...], trail: Trail, picked: CellTerm | None) -> tuple[WorkingTermView, ...]:
    """The terms in their order; `picked` is the one of several whose products are shown."""
    sizes = [abs(each.term.value) for each in terms if isfinite(each.term.value)]
    longest = max(sizes, default=0) or 1
    is_choice = sum(each.term.patch is not None for each in terms) > 1
    views = (_term(each, trail, picked, longest) for each in terms)
    return tuple(
        view if is_choice or view.plane is None else replace(view, href=None, is_picked=False) for view in views
    )


def _term(placed: CellTerm, trail: Trail, picked: CellTerm | None, longest: float) -> WorkingTermView:
    term, numbers = placed.term, placed.term.numbers
    is_product = numbers.keys() >= set(FACTORS) and "alpha" not in numbers
    factors = (numbers["input"], numbers["weight"]) if is_product else None
    other = UNSHOWN | (set(FACTORS) if factors else set())
    plane = plane_of(placed) if factors is None and term.patch is not None else None
    return WorkingTermView(
        kind=term.kind,
        value=term.value,
        share=placed.share,
        factors=factors,
        figures={name: number for name, number in numbers.items() if name not in other},
        link=trail.onward(placed.source) if placed.source else None,
        plane=plane,
        href=_href(placed, plane, trail),
        is_picked=placed is picked,
        count=term.count,
        is_chosen=term.is_chosen,
        bar=_bar(term.value, longest) if placed.share is not None else None,
        terms=term_views(placed.terms, trail, picked),
    )


def _href(placed: CellTerm, plane: int | None, trail: Trail) -> str | None:
    address = trail.address
    if plane is not None:
        return address.link(plane=plane)
    if placed.term.kind == "rest" and address.terms < MAX_TERMS:
        return address.link(terms=min(MAX_TERMS, MORE * address.terms))
    return None


def _bar(value: float, longest: float) -> tuple[float, float]:
    length = HALF * abs(value) / longest if isfinite(value) else 0
    return HALF - (length if value < 0 else 0), length
