"""How each network that ships is trained, as data: its width, its pictures, the settings of the descent."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

# ImageNet's mean and standard deviation of red, green and blue, 0 to 255.
PHOTO_MEAN = (123.675, 116.28, 103.53)
PHOTO_STD = (58.395, 57.12, 57.375)


@dataclass(frozen=True)
class Recipe:
    """One training run.

    Attributes:
        network: a name in `training.nets.NETWORKS`.
        data: "imagenette" or "mnist".
        sizes: (epochs, pixels) in turn: small pictures first save time. The last is the network's own size.
        peak_rate: of the one-cycle schedule (Smith & Topin 2017).
        options: the network's arguments but for the class count.
        mean, std: what is taken from each channel, and what it is then divided by.
        batch: pictures per step.
        weight_decay: on weights; normalisation and biases are left alone.
        label_smoothing: the share of a label spread over all classes.
        average: how much of the averaged weights each step keeps.
        bfloat16: multiply in 16 bits; twice as fast or more on processors with AVX-512 BF16 or AMX.
        seed: of everything random.
    """

    network: str
    data: str
    sizes: tuple[tuple[int, int], ...]
    peak_rate: float
    options: Mapping[str, Any] = field(default_factory=dict)
    mean: tuple[float, ...] = PHOTO_MEAN
    std: tuple[float, ...] = PHOTO_STD
    batch: int = 64
    weight_decay: float = 5e-4
    label_smoothing: float = 0.1
    average: float = 0.995
    bfloat16: bool = True
    seed: int = 0

    @property
    def epochs(self) -> int:
        return sum(epochs for epochs, _ in self.sizes)

    @property
    def size(self) -> int:
        """Rows and columns of the picture that the finished network takes."""
        return self.sizes[-1][1]

    def size_in(self, epoch: int) -> int:
        """Rows and columns of the pictures in an epoch, counted from 0."""
        return next(size for last, size in self._ends() if epoch < last)

    def _ends(self) -> list[tuple[int, int]]:
        return [(sum(epochs for epochs, _ in self.sizes[: i + 1]), size) for i, (_, size) in enumerate(self.sizes)]


RECIPES = {
    "lenet5": Recipe(
        "lenet5",
        "mnist",
        sizes=((20, 32),),
        peak_rate=0.1,
        # The paper's scale: white is -0.1 and black 1.175, so that the mean is about 0 and the variance about 1.
        mean=(20.0,),
        std=(200.0,),
        batch=128,
        weight_decay=1e-4,
        label_smoothing=0.0,
        bfloat16=False,
    ),
    "resnet18-imagenette": Recipe(
        "resnet18", "imagenette", sizes=((16, 96), (24, 128)), peak_rate=0.2, options={"width": 0.5}
    ),
    "mobilenet_v1-imagenette": Recipe(
        "mobilenet_v1", "imagenette", sizes=((20, 96), (30, 128)), peak_rate=0.2, options={"width": 0.5}
    ),
    "alexnet-imagenette": Recipe(
        "alexnet",
        "imagenette",
        sizes=((50, 160),),
        peak_rate=0.05,
        options={"width": 0.5, "units": 1024, "size": 160, "batch_norm": True},
    ),
    "googlenet-imagenette": Recipe(
        "googlenet",
        "imagenette",
        sizes=((20, 96), (24, 128)),
        peak_rate=0.1,
        options={"width": 0.5, "auxiliary": True, "batch_norm": True},
    ),
    "inception_v3-imagenette": Recipe(
        "inception_v3", "imagenette", sizes=((20, 128), (20, 160)), peak_rate=0.1, options={"width": 0.375}
    ),
    "vgg16-imagenette": Recipe(
        "vgg16",
        "imagenette",
        sizes=((40, 128),),
        peak_rate=0.05,
        options={"width": 0.25, "units": 512, "size": 128, "batch_norm": True},
    ),
}
