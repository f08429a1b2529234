"""From any RGB picture to the view a network sees, and from the view to the tensor it is fed."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image

from app.nets.card import Input, Resize

RGB = npt.NDArray[np.uint8]
FILTERS = {"bilinear": Image.Resampling.BILINEAR, "bicubic": Image.Resampling.BICUBIC}


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle of the picture in its own pixels: left, top, width, height. Fractions of a pixel are real."""

    left: float
    top: float
    width: float
    height: float


def crop_box(width: int, height: int, spec: Input) -> Box:
    """The part of a `width` x `height` picture that becomes the view.

    With `shorter_side`, the crop is taken after the shorter side was resized to `to`, offset rounded to whole pixels of
    that resized picture as torchvision's `CenterCrop` does.
    """
    if spec.resize.rule == "squash":
        return Box(0, 0, width, height)
    resized_width, resized_height = _resized(width, height, spec.resize)
    left = round((resized_width - spec.width) / 2)
    top = round((resized_height - spec.height) / 2)
    across, down = width / resized_width, height / resized_height
    return Box(left * across, top * down, spec.width * across, spec.height * down)


def _resized(width: int, height: int, resize: Resize) -> tuple[int, int]:
    """Width and height after the shorter side became `resize.to`, the longer one truncated as torchvision does."""
    to = resize.to or 0
    if width <= height:
        return to, max(to, int(to * height / width))
    return max(to, int(to * width / height)), to


def view_of(picture: RGB, spec: Input) -> RGB:
    """The picture exactly as the network sees it, before mean and standard deviation.

    Args:
        picture: (H, W, 3) uint8 RGB of any size.
        spec: the network's input.

    Returns:
        (spec.height, spec.width, 3) uint8 RGB; a grey network's view has three equal planes (ITU-R BT.601 luma).
    """
    box = crop_box(picture.shape[1], picture.shape[0], spec)
    edges = (box.left, box.top, box.left + box.width, box.top + box.height)
    image = Image.fromarray(picture)
    image = image.resize((spec.width, spec.height), FILTERS[spec.resize.interpolation], box=edges)
    if spec.channels == "grey":
        image = image.convert("L").convert("RGB")
    return np.asarray(image)


def tensor_of(view: RGB, spec: Input) -> npt.NDArray[np.float32]:
    """The view as the network is fed: (1, C, H, W) float32, `(view * scale - mean) / std`, channels in its order."""
    planes = {"RGB": view, "BGR": view[..., ::-1], "grey": view[..., :1]}[spec.channels].transpose(2, 0, 1)
    column = (-1, 1, 1)
    factor = (np.float64(spec.scale) / np.asarray(spec.std)).astype(np.float32).reshape(column)
    shift = (np.asarray(spec.mean) / np.asarray(spec.std)).astype(np.float32).reshape(column)
    tensor = np.multiply(planes, factor, dtype=np.float32)
    tensor -= shift
    return np.ascontiguousarray(tensor)[np.newaxis]
