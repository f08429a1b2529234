"""The kinds of figures that need numbers alone, by name."""

from typing import Any

from app.lessons.figures.activation import ACTIVATION
from app.lessons.figures.architecture.bottleneck import BOTTLENECK
from app.lessons.figures.architecture.connections import CONNECTIONS
from app.lessons.figures.architecture.network_builder import NETWORK_BUILDER
from app.lessons.figures.architecture.receptive_field import RECEPTIVE_FIELD
from app.lessons.figures.architecture.separable import SEPARABLE
from app.lessons.figures.architecture.task_outputs import TASK_OUTPUTS
from app.lessons.figures.convolution import CONVOLUTION
from app.lessons.figures.flatten import FLATTEN
from app.lessons.figures.kind import FigureKind
from app.lessons.figures.learning.batch_norm import BATCH_NORM
from app.lessons.figures.learning.dropout import DROPOUT
from app.lessons.figures.learning.folding import FOLDING
from app.lessons.figures.learning.gradient_step import GRADIENT_STEP
from app.lessons.figures.pixels import PIXELS
from app.lessons.figures.pooling import POOLING
from app.lessons.figures.products import PRODUCTS
from app.lessons.figures.shift import SHIFT
from app.lessons.figures.softmax import SOFTMAX

_KINDS: tuple[FigureKind[Any], ...] = (
    ACTIVATION,
    BATCH_NORM,
    BOTTLENECK,
    CONNECTIONS,
    CONVOLUTION,
    DROPOUT,
    FLATTEN,
    FOLDING,
    GRADIENT_STEP,
    NETWORK_BUILDER,
    PIXELS,
    POOLING,
    PRODUCTS,
    RECEPTIVE_FIELD,
    SEPARABLE,
    SHIFT,
    SOFTMAX,
    TASK_OUTPUTS,
)
KINDS = {kind.name: kind for kind in _KINDS}
