"""Maps of the view: upsampled from a layer's cells, or reduced from one value per channel of each pixel."""

import numpy as np
import numpy.typing as npt

from app.rendering.overlay import enlarge

Cells = npt.NDArray[np.float32]  # (h, w) or (C, h, w) of a layer
MapValues = npt.NDArray[np.float32]  # (H, W) of the view
ZERO_MAP = "The map is zero everywhere: nothing in the picture changes this score."
NO_EVIDENCE = "There is no positive evidence: everything that matters here opposes the target."


def upsample(cells: Cells, height: int, width: int) -> MapValues:
    """A layer's cells (h, w) enlarged to the view, (height, width): bilinear between the cells' centres.

    The cells divide the view evenly, as for all class activation maps since Zhou et al. 2016.
    """
    return enlarge(cells, height, width)


def reduce_channels(values: Cells, how: str) -> MapValues:
    """One value per pixel, (H, W), from one value per pixel and channel, (C, H, W).

    `sum` adds up the channels. `strongest` takes the value of greatest magnitude with its sign: its magnitude is the
    map of Simonyan et al. 2014, section 3.1.
    """
    if how == "sum":
        total: MapValues = values.sum(axis=0, dtype=np.float32)
        return total
    strongest = np.abs(values).argmax(axis=0)
    chosen: MapValues = np.take_along_axis(values, strongest[np.newaxis], axis=0)[0]
    return chosen


def evidence_note(values: MapValues) -> str:
    """The note on a map that is zero, or has no positive values; else an empty text."""
    if not values.any():
        return ZERO_MAP
    return "" if values.max() > 0 else NO_EVIDENCE
