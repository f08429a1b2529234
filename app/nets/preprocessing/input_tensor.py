"""The input tensor of a network: how the file arranges the numbers of an image, and where each of them is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from app.nets.reading.inputs.image_input import LEVELS
from app.nets.reading.inputs.layout import Layout

IMAGE_LAYOUTS = {"NCHW", "NHWC"}


@dataclass(frozen=True, slots=True)
class InputTensor:
    """The input tensor of the network: its ONNX name, its `shape` (C, H, W), and how the file takes it.

    The file has the axes in the order of `layout`, which has one letter for each: batch, channel, height, width, depth
    (the image again and again) and length (the image's rows one after the other). It takes numbers of `dtype`, `batch`
    images at once, and of the 256 levels of a pixel as whole numbers those below `levels`.
    """

    name: str
    shape: tuple[int, int, int]
    dtype: np.dtype[Any]
    layout: Layout
    batch: int
    depth: int = 1
    length: int = 0
    levels: int = LEVELS

    @property
    def takes_levels(self) -> bool:
        """Whether it takes the levels of pixels, 0 to 255, as whole numbers: the file normalises them itself."""
        return self.dtype.kind in "iu" and np.iinfo(self.dtype).max >= LEVELS - 1

    @property
    def is_image(self) -> bool:
        """Whether the file takes the image as it is: a batch of channels, each with height and width."""
        return self.layout in IMAGE_LAYOUTS

    def fit_channels(self, tensors: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """Input tensors, (N, C, H, W), with the channels of the file: those that the image lacks are zero."""
        count, given = self.shape[0], tensors.shape[1]
        if given >= count:
            return tensors[:, :count]
        return np.pad(tensors, ((0, 0), (0, count - given), (0, 0), (0, 0)))

    def feed(self, tensors: npt.NDArray[np.float32]) -> npt.NDArray[Any]:
        """Input tensors, (N, C, H, W), in the layout and dtype of the file; one alone is repeated to fill the batch."""
        if self.takes_levels and self.levels < LEVELS:
            tensors = tensors * self.levels // LEVELS
        axes = "NCHW"
        if "L" in self.layout:
            tensors, axes = tensors.reshape(*tensors.shape[:2], -1)[..., : self.length], "NCL"
        if "D" in self.layout:
            tensors, axes = np.repeat(tensors[:, :, np.newaxis], self.depth, axis=2), "NCDHW"
        if self.batch > 1:
            tensors = np.repeat(tensors, self.batch, axis=0)
        left_out = [axis for axis in axes if axis not in self.layout]
        arranged = tensors[tuple(0 if axis in left_out else slice(None) for axis in axes)]
        present = [axis for axis in axes if axis not in left_out]
        return np.ascontiguousarray(arranged.transpose([present.index(axis) for axis in self.layout]), self.dtype)

    def index_of(self, channel: int, y: int, x: int) -> tuple[int, ...]:
        """The index in the file's tensor of a number of the first image."""
        places: Mapping[str, int] = {"C": channel, "H": y, "W": x, "L": y * self.shape[2] + x}
        return tuple(places.get(axis, 0) for axis in self.layout)

    def cell_of(self, index: Sequence[int]) -> tuple[int, int, int]:
        """The channel, row and column of the image at an index in the file's tensor."""
        places = dict(zip(self.layout, index, strict=True))
        y, x = divmod(places["L"], self.shape[2]) if "L" in places else (places.get("H", 0), places.get("W", 0))
        return places.get("C", 0), y, x
