"""The address of the page of depth: the network, the photo, and the changes of it."""

from typing import Any
from urllib.parse import urlencode

from pydantic import BaseModel, ConfigDict, Field, model_validator

from app.experiments.sweep import axis_along
from app.images.perturbations.change import MAX_CHANGES, Change, read_changes
from app.web.pages.experiments.amounts import read_number

DEFAULT = "noise"


class DepthAddress(BaseModel):
    """What the page shows. `vary` and `amount`, which a form sets, take the place of the list of changes.

    The amount is that of `of`: it does not hold for another one.
    """

    model_config = ConfigDict(frozen=True)

    model: str | None = None
    image: str | None = None
    change: list[str] = Field(default=[], max_length=MAX_CHANGES)
    vary: str = Field("", max_length=60)
    of: str | None = Field(None, max_length=60)
    amount: str = Field("", max_length=20)

    @model_validator(mode="before")
    @classmethod
    def _without_empty_fields(cls, query: Any) -> Any:
        """Without the empty fields of a plain form."""
        return (
            {name: value for name, value in query.items() if value not in ("", [])}
            if isinstance(query, dict)
            else query
        )

    @property
    def chosen(self) -> str:
        """What the form says is changed; empty for a list of changes."""
        return self.vary or ("" if self.change else DEFAULT)

    def changes(self) -> tuple[Change, ...]:
        """The changes; raises InvalidRequest."""
        if not self.chosen:
            return read_changes(self.change)
        name, _, parameter = self.chosen.partition(".")
        axis = axis_along(name, parameter)
        typed = read_number(self.amount) if self.of in (None, self.chosen) else None
        example = axis.change.perturbation.example[axis.place]
        if example == axis.change.amounts[axis.place]:
            example = (axis.start + axis.stop) / 2
        return (axis.at(example if typed is None else typed),)

    def link(self, **changes: Any) -> str:
        """A relative address like this one except for `changes`; defaults are left out."""
        query = self.model_copy(update=changes).model_dump(exclude_defaults=True, exclude_none=True)
        return f"depth?{urlencode(query, doseq=True, safe=':,')}"
