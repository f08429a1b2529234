"""The comparison of networks: its address, and the frozen data that its templates are given."""

from typing import Any, Literal
from urllib.parse import urlencode

from pydantic import BaseModel, ConfigDict, Field, field_validator

MOST = 3  # networks side by side
Column = Literal[
    "network",
    "family",
    "year",
    "depth",
    "params",
    "macs",
    "bytes",
    "input",
    "field",
    "activations",
    "time",
    "accuracy",
    "published",
]
Sort = Literal[
    Column,
    "-network",
    "-family",
    "-year",
    "-depth",
    "-params",
    "-macs",
    "-bytes",
    "-input",
    "-field",
    "-activations",
    "-time",
    "-accuracy",
    "-published",
]


class ComparisonAddress(BaseModel):
    """What is compared: all networks in figures, sorted by a column (with `-` from the greatest), or some on a picture.

    `measure` asks for the time of every network that can be run.
    """

    model_config = ConfigDict(frozen=True)

    sort: Sort | None = None
    measure: bool = False
    image: str | None = None
    models: list[str] = Field(default=[])

    @field_validator("models", mode="after")
    @classmethod
    def _few(cls, said: list[str]) -> list[str]:
        names = list(dict.fromkeys(name for part in said for name in part.split(",") if name))
        if len(names) > MOST:
            raise ValueError(f"at most {MOST} networks stand side by side")
        return names

    @property
    def on_picture(self) -> bool:
        """Whether a picture or networks are named, if only to be chosen: `?models=`."""
        return self.image is not None or "models" in self.model_fields_set

    def link(self, **changes: Any) -> str:
        """A relative address like this one but for `changes`; what is as usual is not mentioned."""
        said = self.model_copy(update=changes).model_dump(exclude_defaults=True, exclude_none=True)
        said |= {"models": ",".join(said["models"])} if said.get("models") else {}
        said |= {"measure": "true"} if said.get("measure") else {}
        return f"?{urlencode(said, safe=',')}" if said else "?"
