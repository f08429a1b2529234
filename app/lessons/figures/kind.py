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
        raise InvalidRequest(f"{field}: {first['msg']}.", field=field) from error
