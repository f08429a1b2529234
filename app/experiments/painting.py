"""Painting on a map: rectangles of its cells that get another value, and how an address writes them."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from app.errors import InvalidRequest, NotAvailable
from app.nets.layer import Layer, check_channel

MAX_STROKES = 400
MAX_VALUE = 1e6
STROKE = re.compile(
    r"(\d{1,6}):(\d{1,4}),(\d{1,4}),(\d{1,4}),(\d{1,4})=(-?\d{1,10}(?:\.\d{1,25})?(?:e[+-]?\d{1,3})?)", re.ASCII
)


@dataclass(frozen=True, slots=True)
class Stroke:
    """Cells of a channel's map that get a value; `bottom` and `right` are the first row and column outside."""

    channel: int
    top: int
    left: int
    bottom: int
    right: int
    value: float


def read_strokes(text: str) -> tuple[Stroke, ...]:
    """The strokes in a text: `channel:top,left,bottom,right=value`, with semicolons between.

    Raises:
        InvalidRequest: one of them can't be read.
    """
    strokes = []
    for part in filter(None, text.split(";")):
        match = STROKE.fullmatch(part)
        if match is None:
            raise InvalidRequest(f"`{part[:40]}` is no stroke. One is written channel:top,left,bottom,right=value.")
        channel, top, left, bottom, right = map(int, match.groups()[:-1])
        strokes.append(Stroke(channel, top, left, bottom, right, float(match[6])))
    return tuple(strokes)


def write_strokes(strokes: Sequence[Stroke]) -> str:
    """The text that `read_strokes` reads."""
    return ";".join(
        f"{each.channel}:{each.top},{each.left},{each.bottom},{each.right}={repr(each.value).removesuffix('.0')}"
        for each in strokes
    )


def check_strokes(layer: Layer, strokes: Sequence[Stroke]) -> None:
    """Raises if the layer's maps can't be painted on like this.

    Raises:
        NotAvailable: the layer has no maps.
        InvalidRequest: there are too many strokes, or one is outside of the map or has too large a value.
        UnknownChannel: the layer has no such channel.
    """
    if strokes and not layer.has_maps:
        raise NotAvailable(f"{layer.name} has no maps: its output is a vector.")
    if len(strokes) > MAX_STROKES:
        raise InvalidRequest(f"At most {MAX_STROKES} strokes are painted.", largest=MAX_STROKES)
    height, width = layer.map_size
    for each in strokes:
        check_channel(layer, each.channel, layer.channels)
        if not (0 <= each.top < each.bottom <= height and 0 <= each.left < each.right <= width):
            raise InvalidRequest(f"A map of {layer.name} has {height} x {width} cells, counted from 0.")
        if not math.isfinite(each.value) or abs(each.value) > MAX_VALUE:
            raise InvalidRequest(f"A painted value is between {-MAX_VALUE:g} and {MAX_VALUE:g}.", largest=MAX_VALUE)
