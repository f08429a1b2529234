"""The address of a sweep: the network and the picture, the change that grows, a second one, and other networks."""

from typing import Any
from urllib.parse import urlencode

from pydantic import BaseModel, ConfigDict, Field, model_validator

from app.experiments.sweep import GRID_STEPS, MAX_NETWORKS, Sweep, SweepAxis, axis_along, with_range
from app.web.pages.experiments.amounts import read_number

MAX_OTHERS = MAX_NETWORKS - 1
MAX_NUMBER = 20  # characters of a number as it is typed


class SweepAddress(BaseModel):
    """What the page shows. Ends and steps are as they are typed; without them, they span the change's range.

    The ends are those of the change `of`: they do not hold for another one. `wait` asks for the result in one page.
    """

    model_config = ConfigDict(frozen=True, validate_by_name=True, validate_by_alias=True)

    model: str | None = None
    image: str | None = None
    change: str = Field("noise", max_length=60)
    of: str | None = Field(None, max_length=60)
    start: str = Field("", alias="from", max_length=MAX_NUMBER)
    stop: str = Field("", alias="to", max_length=MAX_NUMBER)
    steps: str = Field("", max_length=MAX_NUMBER)
    second: str = Field("", max_length=60)
    second_of: str | None = Field(None, max_length=60)
    second_from: str = Field("", max_length=MAX_NUMBER)
    second_to: str = Field("", max_length=MAX_NUMBER)
    second_steps: str = Field("", max_length=MAX_NUMBER)
    models: list[str] = Field(default=[], max_length=MAX_OTHERS + 1)
    wait: bool = False

    @model_validator(mode="before")
    @classmethod
    def _filled(cls, query: Any) -> Any:
        """Without the empty fields of a plain form."""
        if not isinstance(query, dict):
            return query
        query = {name: value for name, value in query.items() if value not in ("", [])}
        if isinstance(query.get("models"), list):
            query["models"] = [model for text in query["models"] for model in str(text).split(",") if model]
        return query

    @property
    def others(self) -> list[str]:
        """The networks besides the first, each once."""
        return [model for model in dict.fromkeys(self.models) if model != self.model][:MAX_OTHERS]

    def sweep(self) -> Sweep:
        """The sweep; raises InvalidRequest."""
        steps = GRID_STEPS if self.second else None
        axis = _axis(self.change, (self.start, self.stop, self.steps) if self.of in (None, self.change) else (), steps)
        if not self.second:
            return Sweep(axis)
        given = (self.second_from, self.second_to, self.second_steps)
        return Sweep(axis, _axis(self.second, given if self.second_of in (None, self.second) else (), steps))

    def link(self, **changes: Any) -> str:
        """A relative address like this one except for `changes`; defaults are left out."""
        return f"sweep?{urlencode(self.model_copy(update={'wait': False, **changes}).query, safe=',')}"

    @property
    def query(self) -> dict[str, str]:
        """The parameters of the address that are no defaults."""
        fields = self.model_dump(by_alias=True, exclude_defaults=True, exclude_none=True)
        fields |= {"models": ",".join(self.models)} if self.models else {}
        fields |= {"wait": 1} if self.wait else {}
        return {name: str(value) for name, value in fields.items()}


def _axis(growing: str, given: tuple[str, ...], default_steps: int | None) -> SweepAxis:
    name, _, parameter = growing.partition(".")
    axis = axis_along(name, parameter)
    start, stop, steps = (read_number(text) for text in given) if given else (None, None, None)
    return with_range(axis, start, stop, default_steps if steps is None else round(steps))
