"""The kinds of figures that need numbers alone, by name."""

from typing import Any

from app.lessons.figures.activation import ACTIVATION
from app.lessons.figures.convolution import CONVOLUTION
from app.lessons.figures.kind import FigureKind
from app.lessons.figures.pixels import PIXELS
from app.lessons.figures.pooling import POOLING
from app.lessons.figures.products import PRODUCTS
from app.lessons.figures.shift import SHIFT

_KINDS: tuple[FigureKind[Any], ...] = (
    ACTIVATION,
    CONVOLUTION,
    PIXELS,
    POOLING,
    PRODUCTS,
    SHIFT,
)
KINDS = {kind.name: kind for kind in _KINDS}
