"""A layer of a network: its operator, its shape, its weights and its receptive field."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import prod
from typing import Any

from app.errors import UnknownChannel

INPUT = "input"  # the id of the network's input among the ids of layers


@dataclass(frozen=True, slots=True)
class ReceptiveField:
    """The part of the input that a cell of a layer depends on, in pixels as (vertical, horizontal).

    The field of cell (y, x) is `size` pixels from `offset + (y, x) * step` on; padding counts, so an offset may be
    negative and a field larger than the input. If every cell depends on the whole input, the step is 0.

    After A. Araujo, W. Norris, J. Sim, "Computing Receptive Fields of Convolutional Neural Networks", Distill, 2019.
    """

    size: tuple[float, float]
    step: tuple[float, float]
    offset: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle of input pixels; `bottom` and `right` are exclusive."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True, slots=True)
class Layer:
    """One operator whose output depends on the network's input.

    `id` is unique, stable and safe in a URL; `name` is text from the file, never HTML. `inputs` are the ids of the
    layers that it reads, "input" for the network's input. `output` is the name of its ONNX value, of `shape` (C, H, W)
    or (N,) without the batch axis. `weights` are the names of its constants by role: "weight" (C_out, C_in / groups,
    kH, kW), "bias", "scale" ... `params` and `macs` are counted as in `app.nets.reading.counts`.
    """

    id: str
    name: str
    op: str
    block: str | None
    inputs: tuple[str, ...]
    output: str
    shape: tuple[int, ...]
    params: int
    macs: int
    receptive_field: ReceptiveField
    attributes: Mapping[str, Any]
    weights: Mapping[str, str]

    @property
    def channels(self) -> int:
        """The number of channels, C, or of units, N."""
        return self.shape[0]

    @property
    def map_size(self) -> tuple[int, int]:
        """The (height, width) of a channel's map; (1, 1) for a layer of shape (N,)."""
        return (self.shape[1], self.shape[2]) if len(self.shape) == 3 else (1, 1)

    @property
    def has_maps(self) -> bool:
        """Whether the output is (C, H, W) with more than one cell per map."""
        return prod(self.map_size) > 1


def check_channel(layer: Layer, channel: int, count: int) -> None:
    """Raises UnknownChannel unless the layer has this many channels or filters."""
    if channel >= count:
        raise UnknownChannel(f"{layer.name} has {count} channels, numbered from 0 to {count - 1}.", count=count)
