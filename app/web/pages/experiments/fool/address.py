"""The address of an attack: the network, the picture, the method and the class to reach."""

from typing import Any
from urllib.parse import urlencode

from pydantic import BaseModel, ConfigDict, Field

from app.experiments.attack import AttackMethod

ACTION = "experiments/fool"


class FoolAddress(BaseModel):
    """What the page shows. Fields that are not in the address have their defaults; an empty target means any class."""

    model_config = ConfigDict(frozen=True)

    model: str | None = Field(default=None, max_length=200)
    image: str | None = Field(default=None, max_length=200)
    method: AttackMethod = "pgd"
    target: str = Field(default="", max_length=200)
    wait: bool = False  # without scripts the page waits for the attack

    @property
    def query(self) -> dict[str, Any]:
        """The parameters that differ from their defaults."""
        return self.model_dump(exclude_defaults=True, exclude_none=True) | ({"wait": 1} if self.wait else {})

    def link(self, **changes: Any) -> str:
        """An address relative to the page, like this one except for `changes`; the page never waits there."""
        query = self.model_copy(update={"wait": False} | changes).query
        return f"fool?{urlencode(query)}" if query else "fool"
