"""The usual ways to normalise an input: what a network was trained with, where nothing states it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from app.nets.card import InputSpec

UsualName = Literal["imagenet", "unit", "signed", "caffe", "mnist", "levels", "bgr_levels"]
Channels = Literal["RGB", "BGR", "grey"]

UNIT = 1 / 255  # the scale from levels of pixels to 0 to 1
TOLERANCE = 2e-3  # of numbers that are rounded differently in different places: 0.229 and 58.4 / 255


@dataclass(frozen=True, slots=True)
class Normalisation:
    """What becomes of the levels 0 to 255 of a pixel: `(level * scale - mean) / std` per channel, in their order."""

    channels: Channels
    scale: float
    mean: tuple[float, ...]
    std: tuple[float, ...]

    @classmethod
    def of(cls, spec: InputSpec) -> "Normalisation":
        return cls(spec.channels, spec.scale, spec.mean, spec.std)

    def apply_to(self, spec: InputSpec) -> InputSpec:
        """The same view, normalised in this way."""
        update = {name: getattr(self, name) for name in ("channels", "scale", "mean", "std")}
        return spec.model_copy(update=update)

    def is_equal(self, other: "Normalisation") -> bool:
        """Whether both make the same numbers of the same levels, up to rounded constants."""
        if self.channels != other.channels:
            return False
        for one, another in zip(self._ends(), other._ends(), strict=True):
            if not np.allclose(one, another, rtol=TOLERANCE, atol=TOLERANCE * np.ptp(self._ends())):
                return False
        return True

    def _ends(self) -> Sequence[np.ndarray[tuple[int, ...], np.dtype[np.float64]]]:
        """What the levels 0 and 255 become."""
        return [(level * self.scale - np.asarray(self.mean)) / np.asarray(self.std) for level in (0.0, 255.0)]


# Of three channels: torchvision's and timm's for ImageNet; 0 to 1; -1 to 1, as for MobileNet and Inception; Caffe's,
# the mean of ImageNet's levels in the order blue, green, red, as for VGG and the ResNets of Keras.
COLOUR: dict[UsualName, Normalisation] = {
    "imagenet": Normalisation("RGB", UNIT, (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)),
    "unit": Normalisation("RGB", UNIT, (0.0,) * 3, (1.0,) * 3),
    "signed": Normalisation("RGB", UNIT, (0.5,) * 3, (0.5,) * 3),
    "caffe": Normalisation("BGR", 1.0, (103.939, 116.779, 123.68), (1.0,) * 3),
}
# Of one channel: the mean and deviation of MNIST, as in PyTorch's example.
GREY: dict[UsualName, Normalisation] = {
    "unit": Normalisation("grey", UNIT, (0.0,), (1.0,)),
    "signed": Normalisation("grey", UNIT, (0.5,), (0.5,)),
    "mnist": Normalisation("grey", UNIT, (0.1307,), (0.3081,)),
    "levels": Normalisation("grey", 1.0, (0.0,), (1.0,)),
}
# Of a file that takes whole numbers and normalises them itself: the order of the channels is left.
COLOUR_LEVELS: dict[UsualName, Normalisation] = {
    "levels": Normalisation("RGB", 1.0, (0.0,) * 3, (1.0,) * 3),
    "bgr_levels": Normalisation("BGR", 1.0, (0.0,) * 3, (1.0,) * 3),
}
GREY_LEVELS: dict[UsualName, Normalisation] = {"levels": GREY["levels"]}


def usual_inputs(spec: InputSpec, *, takes_levels: bool) -> dict[UsualName, InputSpec]:
    """The input `spec` normalised in each of the usual ways, the most frequent first.

    `takes_levels` is whether the file takes whole numbers.
    """
    if spec.channels == "grey":
        usual = GREY_LEVELS if takes_levels else GREY
    else:
        usual = COLOUR_LEVELS if takes_levels else COLOUR
    return {name: way.apply_to(spec) for name, way in usual.items()}


def usual_name(spec: InputSpec, *, takes_levels: bool) -> UsualName | None:
    """Which of the usual ways the input is normalised in; None if it is another one."""
    own = Normalisation.of(spec)
    usual = usual_inputs(spec, takes_levels=takes_levels)
    return next((name for name, other in usual.items() if own.is_equal(Normalisation.of(other))), None)
