"""The kinds of figures that need numbers alone, by name."""

from typing import Any

from app.lessons.figures.convolution import CONVOLUTION
from app.lessons.figures.kind import FigureKind
from app.lessons.figures.pixels import PIXELS
from app.lessons.figures.products import PRODUCTS

KINDS: dict[str, FigureKind[Any]] = {kind.name: kind for kind in (CONVOLUTION, PIXELS, PRODUCTS)}
