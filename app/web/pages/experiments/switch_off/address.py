"""The address of the page that switches channels off: the layer, what is off and how, the maps and the ranking."""

from typing import Any
from urllib.parse import urlencode

from pydantic import BaseModel, ConfigDict, Field, field_validator

from app.errors import InvalidRequest
from app.experiments.ablation import Ablation, Replacement
from app.nets.layer import Layer

PATH = "experiments/switch-off"
HOWS: tuple[Replacement, ...] = ("zero", "mean", "scale")
MAX_LISTED = 4096  # channels or inputs


class SwitchOffAddress(BaseModel):
    """The state of the page. `off` and `cut` are channels and inputs of the layer that are switched off.

    `view` is the layer whose maps are compared; `rank` asks for the ranking of the channels for the class `target`.
    """

    model_config = ConfigDict(frozen=True)

    model: str | None = Field(default=None, max_length=200)
    image: str | None = Field(default=None, max_length=200)
    layer: str | None = Field(default=None, max_length=200)
    off: list[str] = Field(default=[], max_length=MAX_LISTED)
    cut: list[str] = Field(default=[], max_length=MAX_LISTED)
    how: str = Field(default="zero", max_length=40)
    factor: str = Field(default="0.5", max_length=40)
    view: str | None = Field(default=None, max_length=200)
    rank: bool = False
    target: str = Field(default="", max_length=200)

    @field_validator("off", "cut", mode="after")
    @classmethod
    def _separate(cls, value: list[str]) -> list[str]:
        """Names from the several fields of a form, or from one with commas between them; each once."""
        return list(dict.fromkeys(name.strip() for part in value for name in part.split(",") if name.strip()))

    @field_validator("model", "image", "layer", "view", mode="before")
    @classmethod
    def _named(cls, value: Any) -> Any:
        return value or None

    def ablation(self, layer: Layer) -> Ablation:
        """What is switched off at the layer.

        Raises:
            InvalidRequest: a channel, the factor or the kind of change can't be read.
        """
        wrong = next((name for name in self.off if not (name.isascii() and name.isdecimal() and len(name) < 7)), None)
        if wrong is not None:
            raise InvalidRequest(f"`{wrong[:20]}` is no channel. Channels are numbers with commas between: 3,17.")
        how = next((each for each in HOWS if each == self.how), None)
        if how is None:
            raise InvalidRequest(f"A channel becomes {', '.join(HOWS)}; `{self.how[:20]}` is not among these.")
        try:
            factor = float(self.factor or 0)
        except ValueError as error:
            raise InvalidRequest("The factor is a number, such as 0.5.") from error
        return Ablation(layer.id, tuple(map(int, self.off)), tuple(self.cut), how, factor)

    def link(self, **changes: Any) -> str:
        """A relative address like this one except for `changes`; defaults are left out."""
        return f"?{urlencode(self.model_copy(update=changes).query, safe=',')}"

    def hidden_form_fields(self, *names: str) -> dict[str, Any]:
        """The fields that a form keeps which sets those of these names."""
        return {name: value for name, value in self.query.items() if name not in names}

    @property
    def query(self) -> dict[str, Any]:
        """The parameters of the address, without defaults."""
        fields = self.model_dump(exclude_defaults=True, exclude_none=True)
        lists = {name: ",".join(fields[name]) for name in ("off", "cut") if name in fields}
        return fields | lists | ({"rank": "true"} if self.rank else {})
