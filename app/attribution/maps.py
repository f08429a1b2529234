"""From a layer's cells, or from one number per input value, to a map of the view."""

from typing import Literal

import numpy as np
import numpy.typing as npt

from app.rendering.overlay import enlarge

Cells = npt.NDArray[np.float32]
Colours = Literal["strongest", "sum"]
ZERO_MAP = "The map is zero everywhere: nothing in the picture moves this score."
NO_EVIDENCE = "There is no positive evidence for this: whatever counts here, counts against it."


def upsample(cells: Cells, height: int, width: int) -> Cells:
    """A layer's cells (h, w) over the whole view, (height, width): bilinear between the cells' centres.

    The cells divide the view evenly among themselves, as class activation maps are shown since Zhou et al. 2016.
    """
    return enlarge(cells, height, width)


def reduce_channels(values: Cells, how: str) -> Cells:
    """One number per pixel, (H, W), from one per input value, (C, H, W).

    `sum` adds the channels up. `strongest` takes the one of greatest magnitude with its sign: the magnitude is then the
    map of Simonyan et al. 2014, section 3.1.
    """
    if how == "sum":
        total: Cells = values.sum(axis=0, dtype=np.float32)
        return total
    strongest = np.abs(values).argmax(axis=0)
    chosen: Cells = np.take_along_axis(values, strongest[np.newaxis], axis=0)[0]
    return chosen


def evidence_note(values: Cells) -> str:
    """What a reader must be told of a map that shows nothing, or nothing in favour; else nothing."""
    if not values.any():
        return ZERO_MAP
    return "" if values.max() > 0 else NO_EVIDENCE
