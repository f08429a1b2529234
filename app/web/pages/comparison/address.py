"""The address of a comparison: the networks, the picture, and the order of the table."""

from typing import Any, Literal
from urllib.parse import urlencode

from pydantic import BaseModel, ConfigDict, Field, field_validator

MAX_NETWORKS = 3  # side by side
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
    """The state of a comparison: all networks sorted by a column (`-` for descending), or some side by side.

    Those are compared on a picture, or by their architectures. `measure` asks for the time of every network that has
    weights.
    """

    model_config = ConfigDict(frozen=True)

    sort: Sort | None = None
    measure: bool = False
    view: Literal["photo", "architectures"] = "photo"
    image: str | None = None
    models: list[str] = Field(default=[])

    @field_validator("models", mode="after")
    @classmethod
    def _unique(cls, value: list[str]) -> list[str]:
        names = list(dict.fromkeys(name for part in value for name in part.split(",") if name))
        if len(names) > MAX_NETWORKS:
            raise ValueError(f"at most {MAX_NETWORKS} networks stand side by side")
        return names

    @property
    def on_picture(self) -> bool:
        """Whether a picture or networks are given; `?models=` alone shows the forms to choose them."""
        return not self.by_architecture and (self.image is not None or "models" in self.model_fields_set)

    @property
    def by_architecture(self) -> bool:
        """Whether the architectures are compared."""
        return self.view == "architectures"

    def link(self, **changes: Any) -> str:
        """The relative address of this state with `changes`; defaults are left out."""
        query = self.model_copy(update=changes).model_dump(exclude_defaults=True, exclude_none=True)
        query |= {"models": ",".join(query["models"])} if query.get("models") else {}
        query |= {"measure": "true"} if query.get("measure") else {}
        return f"?{urlencode(query, safe=',')}" if query else "?"
