"""A change of a picture: a perturbation by name, with its amounts. Its text is `rotation:38` or `shift:10,-5`."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from app.errors import InvalidRequest
from app.images.perturbations.perturbation import Perturbation
from app.images.perturbations.registry import PERTURBATIONS

MAX_CHANGES = 12  # of one picture
DIGITS = 6  # significant ones, of an amount


@dataclass(frozen=True, slots=True)
class Change:
    """A perturbation's name, and one amount within its range for each of its parameters."""

    name: str
    amounts: tuple[float, ...]

    def __str__(self) -> str:
        return f"{self.name}:{','.join(f'{amount:.{DIGITS}g}' for amount in self.amounts)}"

    @property
    def perturbation(self) -> Perturbation:
        return PERTURBATIONS[self.name]

    @property
    def is_neutral(self) -> bool:
        """Whether it changes nothing for its amounts being neutral."""
        return self.amounts == self.perturbation.neutral


def change_of(name: str, amounts: Sequence[float]) -> Change:
    """The change with these amounts; those left out at the end are neutral.

    Raises:
        InvalidRequest: there is no such perturbation, or an amount is out of its range, or there are too many.
    """
    if name not in PERTURBATIONS:
        raise InvalidRequest("There is no such change of a picture.", known=list(PERTURBATIONS))
    parameters = PERTURBATIONS[name].parameters
    if len(amounts) > len(parameters):
        raise InvalidRequest(
            f"`{name}` takes at most {len(parameters)} amounts.",
            parameters=[parameter.name for parameter in parameters],
        )
    for parameter, amount in zip(parameters, amounts, strict=False):
        if not parameter.low <= amount <= parameter.high:
            raise InvalidRequest(
                f"`{parameter.name}` of `{name}` is a number from {parameter.low:g} to {parameter.high:g}.",
                low=parameter.low,
                high=parameter.high,
            )
    rounded = (float(f"{amount:.{DIGITS}g}") for amount in amounts)
    return Change(name, (*rounded, *(parameter.neutral for parameter in parameters[len(amounts) :])))


def read_change(text: str) -> Change:
    """The change that a text like `rotation:38` stands for.

    Raises:
        InvalidRequest: as `change_of` does, or an amount is no number.
    """
    name, _, rest = text.partition(":")
    try:
        amounts = [float(amount) for amount in rest.split(",")] if rest else []
    except ValueError:
        raise InvalidRequest("The amounts of a change are numbers with commas between them: `shift:10,-5`.") from None
    return change_of(name, amounts)


def read_changes(texts: Sequence[str]) -> tuple[Change, ...]:
    """The changes that texts stand for, in their order.

    Raises:
        InvalidRequest: as `read_change` does, or there are too many.
    """
    if len(texts) > MAX_CHANGES:
        raise InvalidRequest(f"A picture takes at most {MAX_CHANGES} changes.", max_changes=MAX_CHANGES)
    return tuple(map(read_change, texts))


def apply_changes(rgb: npt.NDArray[np.uint8], changes: Iterable[Change]) -> npt.NDArray[np.uint8]:
    """The picture after all changes, one after the other. Its size stays."""
    for change in changes:
        rgb = change.perturbation.function(rgb, *change.amounts)
    return rgb
