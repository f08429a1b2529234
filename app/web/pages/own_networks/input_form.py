"""The form with the fields of an input: what it has as text, and the fields that a reader sets with it."""

import re
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from app.errors import InvalidRequest
from app.nets.card import Card, InputSpec

BETWEEN_NUMBERS = re.compile(r"[\s;]+|,\s*")
LARGEST_DIVISOR = 65_535  # of a scale that is written as a fraction


class InputForm(BaseModel):
    """The fields as texts. A field that is empty, or not in the form, stays as it is."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    width: str = Field(default="", max_length=20)
    height: str = Field(default="", max_length=20)
    channels: str = Field(default="", max_length=20)
    scale: str = Field(default="", max_length=40)
    mean: str = Field(default="", max_length=400)
    std: str = Field(default="", max_length=400)
    rule: str = Field(default="", max_length=20)
    to: str = Field(default="", max_length=20)

    @classmethod
    def of(cls, spec: InputSpec) -> "InputForm":
        """The form that an input fills."""
        return cls(
            width=str(spec.width),
            height=str(spec.height),
            channels=spec.channels,
            scale=_format_scale(spec.scale),
            mean=_format_numbers(spec.mean),
            std=_format_numbers(spec.std),
            rule=spec.resize.rule,
            to=str(spec.resize.to or ""),
        )

    def with_texts_of(self, other: "InputForm") -> "InputForm":
        """This form with the texts that the other one has."""
        return self.model_copy(update=other.model_dump(exclude_defaults=True))

    def changed_fields(self, card: Card) -> Mapping[str, Any]:
        """The fields of the input that differ from those of the card, or that it only assumes.

        With another order of the channels, means and deviations are those of the form. The rule of resizing follows
        another size, unless the form changes it too.

        Raises:
            InvalidRequest: a text is no number.
        """
        own = card.input.model_dump(mode="json")
        fields = self._fields(own)
        differing = {name for name, value in fields.items() if value != own[name]}
        chosen = differing | (fields.keys() & set(card.assumed))
        if "channels" in differing:
            chosen |= fields.keys() & {"mean", "std"}
        if differing & {"width", "height"} and "resize" not in differing:
            chosen.discard("resize")
        return {name: value for name, value in fields.items() if name in chosen}

    def _fields(self, own: Mapping[str, Any]) -> dict[str, Any]:
        """The fields that the form has, as an input has them."""
        fields: dict[str, Any] = {name: _whole_number(name, text) for name, text in self._texts("width", "height")}
        fields |= self._texts("channels")
        fields |= {name: _number(name, text) for name, text in self._texts("scale")}
        fields |= {name: [_number(name, each) for each in _parts(text)] for name, text in self._texts("mean", "std")}
        return fields | ({"resize": self._resize(own["resize"])} if self.rule else {})

    def _resize(self, own: Mapping[str, Any]) -> dict[str, Any]:
        """The rule of the form; what the form has no field for is that of `own`, where the rule is the same."""
        rest = own if self.rule == own["rule"] else {"interpolation": own["interpolation"]}
        crops = self.rule in ("shorter_side", "digit") and self.to.strip()
        return {**rest, "rule": self.rule, "to": _whole_number("to", self.to) if crops else None}

    def _texts(self, *names: str) -> list[tuple[str, str]]:
        return [(name, text) for name in names if (text := getattr(self, name).strip())]


def _parts(text: str) -> list[str]:
    return [part for part in BETWEEN_NUMBERS.split(text) if part]


def _number(name: str, text: str) -> float:
    """A number, which may be written as a fraction."""
    try:
        return float(Fraction(text.strip())) if "/" in text else float(text)
    except (ValueError, ArithmeticError) as error:
        raise InvalidRequest(f"The field `{name}` needs a number, such as 0.5 or 1/255.", field=name) from error


def _whole_number(name: str, text: str) -> int:
    number = _number(name, text)
    if not number.is_integer():
        raise InvalidRequest(f"The field `{name}` needs a whole number.", field=name)
    return int(number)


def _format_scale(scale: float) -> str:
    fraction = Fraction(scale).limit_denominator(LARGEST_DIVISOR)
    return str(fraction) if fraction.numerator == 1 and float(fraction) == scale else repr(scale)


def _format_numbers(numbers: tuple[float, ...]) -> str:
    return ", ".join(f"{number:g}" if float(f"{number:g}") == number else repr(number) for number in numbers)
