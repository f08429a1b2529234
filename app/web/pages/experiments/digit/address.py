"""The address of a drawn digit: the network, the stored drawing, and how it is changed."""

from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from pydantic import BaseModel, ConfigDict, Field, model_validator

from app.images.perturbations.change import Change, read_changes

AmountText = Annotated[str, Field(max_length=20)]
CHANGES = {"thickness": "thickness", "rotation": "rotation", "right": "shift", "down": "shift"}  # field: perturbation


class DigitAddress(BaseModel):
    """What the page shows. Amounts are text, so that one that is wrong leaves the rest of the page as it is."""

    model_config = ConfigDict(frozen=True)

    model: str | None = None
    image: str | None = None
    thickness: AmountText = "0"
    rotation: AmountText = "0"
    right: AmountText = "0"
    down: AmountText = "0"
    centring: Literal["on", "off"] = "on"

    @model_validator(mode="before")
    @classmethod
    def _without_empty_fields(cls, query: Any) -> Any:
        return {name: value for name, value in query.items() if value != ""} if isinstance(query, dict) else query

    def changes(self) -> tuple[Change, ...]:
        """The changes of the drawing; raises InvalidRequest if an amount is none."""
        shift = f"shift:{self.right},{self.down}"
        return read_changes((f"thickness:{self.thickness}", f"rotation:{self.rotation}", shift))

    def link(self, **changes: Any) -> str:
        """A relative address like this one except for `changes`; defaults are left out."""
        query = self.model_copy(update=changes).model_dump(exclude_defaults=True, exclude_none=True)
        return f"digit?{urlencode(query)}" if query else "digit"

    def hidden_form_fields(self) -> dict[str, str]:
        """The changes, which a form that chooses another network keeps."""
        return self.model_dump(exclude_defaults=True, exclude_none=True, exclude={"model", "image"})
