"""A kind of figure: the state that its address holds, and what is drawn of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from app.errors import InvalidRequest


class FigureState(BaseModel):
    """What a reader may change in a figure. Every field has a default, and a limit."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    @classmethod
    def of_form(cls, fields: Mapping[str, str]) -> dict[str, str]:
        """The values among the fields of a form. A kind may have several fields for one value."""
        return {name: value for name, value in fields.items() if name in cls.model_fields}

    def with_values(self, values: Mapping[str, Any]) -> "FigureState":
        """The state with some values changed; raises InvalidRequest where one is out of its limits."""
        return read_state(type(self), self.model_dump() | dict(values))


S = TypeVar("S", bound=FigureState)

# What a reader is told, by pydantic's name of the fault.
REASONS = {
    "greater_than_equal": "{field} must be at least {ge}.",
    "greater_than": "{field} must be greater than {gt}.",
    "less_than_equal": "{field} may be at most {le}.",
    "less_than": "{field} must be less than {lt}.",
    "string_too_long": "{field} may have at most {max_length} characters.",
    "literal_error": "{field} must be one of these: {expected}.",
    "extra_forbidden": "This figure has no value `{field}`.",
    "int_parsing": "{field} must be a whole number.",
    "int_from_float": "{field} must be a whole number.",
    "float_parsing": "{field} must be a number.",
    "finite_number": "{field} must be a number, not NaN or infinity.",
    "bool_parsing": "{field} must be 1 or 0.",
}


@dataclass(frozen=True, slots=True)
class FigureKind(Generic[S]):
    """A kind of figure, called as its element and its template are. `draw` raises InvalidRequest for a wrong state."""

    name: str
    state: type[S]
    draw: Callable[[S], object]


def read_state(state: type[S], values: Mapping[str, Any]) -> S:
    """The state with these values; raises InvalidRequest, which names the first field that is wrong."""
    try:
        return state.model_validate(dict(values))
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(map(str, first["loc"]))
        reason = REASONS.get(first["type"], "{field} can't be read.")
        raise InvalidRequest(reason.format(field=field, **first.get("ctx", {})), field=field) from error
