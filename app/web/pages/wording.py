"""The wording of numbers, shapes and operators on a page: three significant digits, narrow spaces, units."""

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from contextvars import ContextVar
from types import SimpleNamespace
from typing import Any

from markupsafe import Markup

from app.nets.layer import Layer

LANGUAGE: ContextVar[str] = ContextVar("language", default="en")  # of the page that is being made
DECIMAL_COMMA = {"de"}
NARROW = "\N{NARROW NO-BREAK SPACE}"  # a thin space would let a line end inside a number
NO_BREAK = "\N{NO-BREAK SPACE}"
MINUS = "\N{MINUS SIGN}"
TIMES = "\N{MULTIPLICATION SIGN}"
DASH = "\N{EN DASH}"
SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
POWER_OF_TEN = re.compile(rf"(?<=\d)e([{MINUS}+]?\d+)")
DECIMAL_POINT = re.compile(r"(?<=\d)\.(?=\d)")
UNITS = ("", "k", "M", "G", "T")

RELU6 = (0, 6)


def plain_operator(layer: Layer, names: SimpleNamespace) -> str:
    """What a layer does, in the word of textbooks: "Fully connected"; ONNX's name where `names` has no other."""
    name: str = getattr(names, _operator(layer), layer.op)
    return name


def explain_operator(layer: Layer, sentences: SimpleNamespace) -> str:
    """What a layer computes, in one sentence; empty for an operator without one."""
    sentence: str = getattr(sentences, _operator(layer), "")
    return sentence


def name_operator(layer: Layer, names: SimpleNamespace) -> str:
    """The plain name with ONNX's beside it where they are different words: "ReLU6 (Clip)"."""
    plain = plain_operator(layer, names)
    return plain if _letters(plain) == _letters(layer.op) else f"{plain} ({layer.op})"


def _operator(layer: Layer) -> str:
    """The operator of ONNX, or the special case of it that has a name of its own."""
    attributes = layer.attributes
    if layer.op == "Clip" and (attributes.get("min"), attributes.get("max")) == RELU6:
        return "Relu6"
    if layer.op == "Conv" and attributes.get("group", 1) > 1 and _weights_per_value(layer) == 1:
        return "DepthwiseConv"
    return layer.op


def _letters(name: str) -> str:
    return name.casefold().replace("z", "s").replace(" ", "")


def _weights_per_value(layer: Layer) -> float:
    """How many input channels a value of a convolution is computed from."""
    kernel: int = math.prod(layer.attributes.get("kernel_shape") or [1])
    return layer.macs / (math.prod(layer.shape) * kernel)


def short_name(layer: Layer) -> str:
    """The layer's name within its block."""
    prefix = f"{layer.block}/"
    return layer.name.removeprefix(prefix) if layer.block and layer.name != prefix else layer.name


def format_count(number: int) -> str:
    """Every digit, in groups of three: 1 235 496."""
    return f"{number:,}".replace(",", NARROW).replace("-", MINUS)


def abbreviate(number: float) -> str:
    """Three significant digits and the unit's prefix: 1.24 M, 353 M; whole numbers below 1000 as they are."""
    power = 0
    while abs(number) >= 999.5 and power < len(UNITS) - 1:
        number /= 1000
        power += 1
    if power == 0:
        return format_number(number)
    return f"{_significant(number)}{NO_BREAK}{UNITS[power]}"


def format_number(number: float | None) -> str:
    """Three significant digits with a true minus sign; far from 1 with a power of ten; a dash for no number."""
    if number is None or not math.isfinite(number):
        return DASH
    if number == 0:
        return "0"
    exponent = int(f"{number:.2e}".split("e")[1])
    if -4 <= exponent < 6:
        return _significant(number)
    mantissa, power = f"{number:.2e}".split("e")
    return f"{localize_number(mantissa)}{TIMES}10{str(int(power)).translate(SUPERSCRIPTS)}"


def format_numbers(numbers: Iterable[float]) -> str:
    """Numbers one after the other, with what no number of the language has between them: 0.5, 1 or 0,5; 1."""
    return ("; " if LANGUAGE.get() in DECIMAL_COMMA else ", ").join(map(format_number, numbers))


def format_power(number: float) -> str:
    """A power of ten, as 10³; 1 and 10 as they are."""
    exponent = round(math.log10(number))
    return str(10**exponent) if exponent in (0, 1) else f"10{str(exponent).translate(SUPERSCRIPTS)}"


def format_percent(share: float) -> str:
    """A share of 1 as per cent: 62.3 %, 0.12 %; less than 0.01 % if it rounds to zero."""
    per_cent = 100 * share
    if per_cent == 0 or per_cent >= 9.995:
        text = f"{per_cent:.1f}"
    elif per_cent >= 0.01:
        text = f"{per_cent:.2f}"
    else:
        text = f"<{NO_BREAK}0.01"
    return f"{'0' if per_cent == 0 else localize_number(text)}{NO_BREAK}%"


def format_tenths(number: float) -> str:
    """One decimal, as published figures are given: 10.4, 8.0."""
    return localize_number(f"{number:.1f}")


def format_amount(number: float, unit: str = "") -> str:
    """Three significant digits without zeros at their end, and the unit: 0.5 %, 38.3°."""
    rounded = f"{float(f'{number:.3g}'):g}"
    return f"{localize_number(rounded)}{NO_BREAK if unit == '%' else ''}{unit}"


def format_shape(shape: Sequence[float]) -> str:
    """64 × 56 × 56."""
    return f"{NO_BREAK}{TIMES}{NO_BREAK}".join(format_number(side) for side in shape)


def format_bytes(number: int) -> str:
    """Bytes with a prefix: 4.96 MB."""
    text = abbreviate(number)
    return f"{text}B" if number >= 1000 else f"{text}{NO_BREAK}B"


def format_duration(seconds: float, names: SimpleNamespace) -> str:
    """A duration in its largest unit of which there are at least two: 7 days, 36 hours.

    `names` are the words for `days`, `hours`, `minutes` and `seconds`.
    """
    units = ((86_400, names.days), (3600, names.hours), (60, names.minutes), (1, names.seconds))
    size, name = next((unit for unit in units if seconds >= 2 * unit[0]), units[-1])
    return f"{format_number(round(seconds / size))}{NO_BREAK}{name}"


def describe_operator(attributes: Mapping[str, Any], names: SimpleNamespace) -> str:
    """The attributes of an operator in a few words: "3 × 3, stride 2, padding 1, 32 groups".

    `names` are the words for `stride`, `padding`, `dilation`, `groups`, and `to` between two bounds.
    """
    words = []
    if kernel := attributes.get("kernel_shape"):
        words.append(format_shape(kernel))
    for key, word, usual in (
        ("strides", names.stride, 1),
        ("pads", names.padding, 0),
        ("dilations", names.dilation, 1),
    ):
        values = attributes.get(key) or []
        if any(value != usual for value in values):
            words.append(f"{word}{NO_BREAK}{_format_sides(values)}")
    if attributes.get("group", 1) != 1:
        words.append(f"{attributes['group']}{NO_BREAK}{names.groups}")
    bounds = [attributes[key] for key in ("min", "max") if isinstance(attributes.get(key), int | float)]
    if len(bounds) == 2:
        words.append(f"{format_number(bounds[0])} {names.to} {format_number(bounds[1])}")
    return ", ".join(words)


def _format_sides(values: Sequence[int]) -> str:
    return format_number(values[0]) if len(set(values)) == 1 else f"{NARROW}/{NARROW}".join(map(format_number, values))


def _significant(number: float) -> str:
    exponent = int(f"{number:.2e}".split("e")[1])  # after rounding: 0.9999 is 1.00
    decimals = max(0, 2 - exponent)
    text = f"{number:,.{decimals}f}"
    if "." in text and float(number).is_integer():
        text = text.rstrip("0").rstrip(".")
    return localize_number(text)


def localize_number(text: str, language: str | None = None) -> str:
    """A number as Python writes it, with narrow spaces between thousands, a true minus and a decimal sign.

    The decimal sign is that of `language`, by default the page's.
    """
    decimal = "," if (language or LANGUAGE.get()) in DECIMAL_COMMA else "."
    return text.replace(",", NARROW).replace(".", decimal).replace("-", MINUS)


def format_formula(formula: str) -> str:
    """A formula with powers of ten and the language's decimal sign; semicolons separate arguments if it is a comma."""
    formula = POWER_OF_TEN.sub(_power_of_ten, formula)
    if LANGUAGE.get() not in DECIMAL_COMMA:
        return formula
    return DECIMAL_POINT.sub(",", formula.replace(", ", "; "))


def _power_of_ten(match: re.Match[str]) -> str:
    exponent = int(match[1].replace(MINUS, "-"))
    return f"{TIMES}10{str(exponent).translate(SUPERSCRIPTS)}"


def mark_code(text: str) -> Markup:
    """Text with its `code` in code elements; everything else is escaped."""
    pieces = text.split("`")
    return Markup("").join(
        Markup("<code>{}</code>").format(piece) if index % 2 else piece for index, piece in enumerate(pieces)
    )
