"""The amounts of changes that a form can set: one parameter of a perturbation, as `rotation` or `shift.down`."""

import math
from dataclasses import dataclass

from app.errors import InvalidRequest
from app.images.perturbations.registry import PERTURBATIONS

# A switch has no amounts in between, and the seed of noise has no order.
AMOUNTS = tuple(
    name if place == 0 else f"{name}.{parameter.name}"
    for name, perturbation in PERTURBATIONS.items()
    for place, parameter in enumerate(perturbation.parameters)
    if not parameter.is_switch and parameter.name != "seed"
)


@dataclass(frozen=True, slots=True)
class AmountOption:
    """An amount to choose: the perturbation and its parameter, which is named unless it is the only one."""

    id: str
    name: str
    parameter: str
    is_only: bool
    chosen: bool


def amount_options(chosen: str) -> tuple[AmountOption, ...]:
    """Every amount that a form can set."""
    parts = [(each, *each.partition(".")[::2]) for each in AMOUNTS]
    names = [name for _, name, _ in parts]
    return tuple(
        AmountOption(
            id=each,
            name=name,
            parameter=parameter or _first(name),
            is_only=names.count(name) == 1,
            chosen=chosen in (each, f"{name}.{parameter or _first(name)}"),
        )
        for each, name, parameter in parts
    )


def _first(name: str) -> str:
    """The parameter that is meant where none is named."""
    return PERTURBATIONS[name].parameters[0].name


def read_number(text: str) -> float | None:
    """A number as it is typed, also with a decimal comma; None if nothing is.

    Raises:
        InvalidRequest: it is no number.
    """
    if not text.strip():
        return None
    try:
        number = float(text.strip().replace(",", "."))
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise InvalidRequest("Amounts and steps are numbers.")
    return number
