"""Numbers of any type, as TIFFs have them, to RGB: taken from decoded bytes, in bands of rows."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from app.images.formats.header import SampleLayout, SampleType
from app.images.formats.samples import DIFFERENCES, FLOAT_DIFFERENCES
from app.images.rgb import Band, LevelRange, bands, scale_in_bands

SampleArray = npt.NDArray[Any]
LETTERS = {"unsigned": "u", "signed": "i", "floating-point": "f"}
FULL_RANGE_BITS = 16  # of unsigned integers up to this, the full range is black to white


def samples_to_rgb(
    layout: SampleLayout, planes: Sequence[Image.Image], size: tuple[int, int], max_side: int
) -> npt.NDArray[np.uint8]:
    """A picture of `size` as (H, W, 3) uint8, its longer side at most `max_side`.

    `planes` are the pictures of bytes that `layout` describes. Unsigned integers of up to 16 bits are divided by their
    maximum. All others are scaled so that the finite range of the colours fills 0..255: NaN is black, and where all are
    equal they are mid-grey. Transparent pixels are blended with white.
    """
    return scale_in_bands(size, max_side, Samples(layout, planes, size))


class Samples:
    """The numbers of a picture of `size`, decoded in `planes` of bytes."""

    def __init__(self, layout: SampleLayout, planes: Sequence[Image.Image], size: tuple[int, int]) -> None:
        self._layout = layout
        self._planes = planes
        self._width = size[0]
        self._levels = self._level_range(size)

    def rgb(self, band: Band) -> Image.Image:
        """The rows of the band, blended with white."""
        values, alpha = self._colours(band)
        share = _fraction(values, self._levels)
        if self._layout.is_inverted:
            share = 1 - share
        if self._layout.colours == 4:  # the share of each ink
            share = (1 - share[..., :3]) * (1 - share[..., 3:])
        share = 1 - (1 - share) * alpha
        grey_or_rgb = np.rint(255 * share).astype(np.uint8)
        return Image.fromarray(np.broadcast_to(grey_or_rgb, (*grey_or_rgb.shape[:2], 3)).copy())

    def close(self) -> None:
        for plane in self._planes:
            plane.close()

    def _level_range(self, size: tuple[int, int]) -> LevelRange:
        """The levels that become black and white."""
        number = self._layout.type
        if number.kind == "unsigned" and number.bits <= FULL_RANGE_BITS:
            return 0.0, float((1 << number.bits) - 1)
        low, high = np.inf, -np.inf
        for band in bands(size):
            values = self._colours(band)[0]
            finite = values[np.isfinite(values)]
            if finite.size:
                low, high = min(low, float(finite.min())), max(high, float(finite.max()))
        return low, high

    def _colours(self, band: Band) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
        """(H, W, colours), not multiplied by alpha, and (H, W, 1), the alpha from 0 to 1."""
        numbers = self._read(band)
        colours = self._layout.colours
        values = numbers[..., :colours].astype(np.float64)
        if self._layout.alpha is None:
            return values, np.ones((*values.shape[:2], 1))
        alpha = numbers[..., colours : colours + 1].astype(np.float64)
        alpha = np.clip(np.nan_to_num(alpha / _opaque(self._layout.type)), 0, 1)
        if self._layout.alpha == "premultiplied":
            values = np.divide(values, alpha, out=np.zeros_like(values), where=alpha > 0)
        return values, alpha

    def _read(self, band: Band) -> SampleArray:
        """(H, W, samples) of the rows of the band, in the machine's byte order."""
        rows = (0, band[1], self._layout.row_bytes, band[3])
        planes = [_numbers(np.asarray(plane.crop(rows)), self._layout) for plane in self._planes]
        return np.concatenate(planes, axis=2)[:, : self._width]


def _fraction(values: npt.NDArray[np.float64], levels: LevelRange) -> npt.NDArray[np.float64]:
    """From 0 at the lower to 1 at the upper level. The halves keep a range of float64 within float64."""
    low, high = (level / 2 for level in levels)
    if not low < high:
        return np.full(values.shape, 0.5)
    with np.errstate(over="ignore", invalid="ignore"):
        fraction = np.nan_to_num((values / 2 - low) / (high - low), nan=0.0)
    return np.clip(fraction, 0.0, 1.0)


def _opaque(number: SampleType) -> float:
    """The alpha that hides what is behind."""
    if number.kind == "floating-point":
        return 1.0
    return float(2 ** (number.bits - (number.kind == "signed")) - 1)


def _numbers(data: npt.NDArray[np.uint8], layout: SampleLayout) -> SampleArray:
    """(H, columns, interleaved) from (H, row bytes); the predictor of each tile is undone."""
    tiles = data.reshape(len(data), layout.tiles, layout.tile_bytes)
    shape = (len(data), layout.tiles, layout.tile_columns, layout.interleaved)
    number = layout.type
    if number.is_packed:
        values = _unpack(tiles, number.bits, layout.tile_columns * layout.interleaved)
    elif layout.predictor == FLOAT_DIFFERENCES:
        values = _undo_float_differences(tiles, number, layout.interleaved)
    else:
        values = np.ascontiguousarray(tiles).view(f"{number.order}{LETTERS[number.kind]}{number.bits // 8}")
        values = values.astype(values.dtype.newbyteorder("="))
    values = values.reshape(shape)
    if layout.predictor == DIFFERENCES:
        unsigned = values.view(f"u{number.bits // 8}")
        values = np.cumsum(unsigned, axis=2, dtype=unsigned.dtype).view(values.dtype)
    return values.reshape(len(data), -1, layout.interleaved)


def _unpack(tiles: npt.NDArray[np.uint8], bits: int, count: int) -> npt.NDArray[np.uint16]:
    """Numbers of up to 16 bits, the highest bit first, without a gap between them."""
    single = np.unpackbits(tiles, axis=2, count=count * bits).reshape(*tiles.shape[:2], count, bits)
    values: npt.NDArray[np.uint16] = single @ (1 << np.arange(bits - 1, -1, -1, dtype=np.uint16))
    return values


def _undo_float_differences(tiles: npt.NDArray[np.uint8], number: SampleType, interleaved: int) -> SampleArray:
    """Adobe's predictor 3: the highest bytes of a row first, and so on, then differences between bytes."""
    size = number.bits // 8
    columns = tiles.reshape(*tiles.shape[:2], -1, interleaved)
    sums = np.cumsum(columns, axis=2, dtype=np.uint8).reshape(*tiles.shape[:2], size, -1)
    return np.ascontiguousarray(np.moveaxis(sums, 2, 3)).view(f">f{size}").astype(f"f{size}")
