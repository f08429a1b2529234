"""How each network that ships is trained, as data: its width, its pictures, the settings of the descent."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

# ImageNet's mean and standard deviation of red, green and blue, 0 to 255.
PHOTO_MEAN = (123.675, 116.28, 103.53)
PHOTO_STD = (58.395, 57.12, 57.375)
CLASSES = 10
FINE_TUNING_EPOCHS = 4


@dataclass(frozen=True)
class Recipe:
    """One training run.

    Attributes:
        network: a name in `training.nets.NETWORKS`.
        data: "imagenette" or "mnist".
        sizes: (epochs, pixels) in turn: small pictures first save time.
        peak_rate: of the one-cycle schedule (Smith & Topin 2017).
        optimizer: "sgd", with Nesterov's momentum, or "adamw" (Loshchilov & Hutter 2019).
        again: (epochs, peak rate) of a second cycle with pictures of the last size (Loshchilov & Hutter 2017).
        shown: rows and columns of the pictures that the finished network takes, if not the last of `sizes`: things look
            larger in random crops than in whole photos (Touvron et al. 2019).
        options: the network's arguments but for the class count.
        mean, std: what is taken from each channel, and what it is then divided by.
        batch: pictures per step.
        weight_decay: on weights; normalisation and biases are left alone.
        label_smoothing: the share of a label spread over all classes.
        average: how much of the averaged weights each step keeps.
        mixup: alpha of the beta distribution of the share that a picture keeps when it is laid over another; 0 is off.
        cutmix: the same of the area that it keeps when a rectangle of another replaces the rest; 0 is off.
        erased: the share of pictures in which a rectangle is replaced by noise.
        dropped: the share of photos that the last residual branch is left out for, fewer for earlier ones; ResNet only.
        teachers: ids of included networks whose probabilities are learnt from too.
        taught: the share of the loss that is the teachers', from 0 to 1; labels have the rest.
        temperature: at which teachers' and network's probabilities are compared.
        after: the name of the recipe whose exported file the run starts from, instead of from random weights.
        scored: "val", the validation split after each epoch; "val at the end", after the last one alone; "held out",
            every tenth picture of the training split, which is then not learnt from.
        bfloat16: multiply in 16 bits where the processor is quicker at it: those with AVX-512 BF16 or AMX.
        seed: of everything random.
    """

    network: str
    data: str
    sizes: tuple[tuple[int, int], ...]
    peak_rate: float
    optimizer: Literal["sgd", "adamw"] = "sgd"
    again: tuple[int, float] | None = None
    shown: int | None = None
    options: Mapping[str, Any] = field(default_factory=dict)
    mean: tuple[float, ...] = PHOTO_MEAN
    std: tuple[float, ...] = PHOTO_STD
    batch: int = 64
    weight_decay: float = 5e-4
    label_smoothing: float = 0.1
    average: float = 0.995
    mixup: float = 0.0
    cutmix: float = 0.0
    erased: float = 0.0
    dropped: float = 0.0
    teachers: tuple[str, ...] = ()
    taught: float = 0.0
    temperature: float = 1.0
    after: str | None = None
    scored: Literal["val", "val at the end", "held out"] = "val"
    bfloat16: bool = True
    seed: int = 0

    @property
    def epochs(self) -> int:
        return self.first_epochs + (self.again[0] if self.again else 0)

    @property
    def first_epochs(self) -> int:
        """Those of the first cycle."""
        return sum(epochs for epochs, _ in self.sizes)

    @property
    def size(self) -> int:
        """Rows and columns of the picture that the finished network takes."""
        return self.shown or self.sizes[-1][1]

    def size_in(self, epoch: int) -> int:
        """Rows and columns of the pictures in an epoch, counted from 0."""
        return next((size for last, size in self._ends() if epoch < last), self.sizes[-1][1])

    def _ends(self) -> list[tuple[int, int]]:
        return [(sum(epochs for epochs, _ in self.sizes[: i + 1]), size) for i, (_, size) in enumerate(self.sizes)]


RECIPES = {
    "lenet5": Recipe(
        "lenet5",
        "mnist",
        sizes=((40, 32),),
        peak_rate=0.1,
        # The paper's scale: white is -0.1 and black 1.175, so that the mean is about 0 and the variance about 1.
        mean=(20.0,),
        std=(200.0,),
        batch=128,
        weight_decay=1e-4,
        label_smoothing=0.0,
        bfloat16=False,
    ),
    "resnet18-imagenette-first": Recipe(
        "resnet18",
        "imagenette",
        sizes=((24, 96), (36, 128)),
        peak_rate=0.2,
        options={"width": 0.5},
        mixup=0.2,
        cutmix=1.0,
        teachers=("efficientnet_lite0",),
        taught=0.5,
        scored="val at the end",
    ),
    "mobilenet_v1-imagenette": Recipe(
        "mobilenet_v1",
        "imagenette",
        sizes=((14, 96), (24, 128)),
        peak_rate=0.2,
        shown=160,
        options={"width": 0.5},
    ),
    "alexnet-imagenette-first": Recipe(
        "alexnet",
        "imagenette",
        sizes=((60, 160),),
        peak_rate=0.05,
        options={"width": 0.5, "units": 1024, "size": 160, "batch_norm": True},
        mixup=0.2,
        cutmix=1.0,
        scored="val at the end",
    ),
    "googlenet-imagenette-first": Recipe(
        "googlenet",
        "imagenette",
        sizes=((20, 64), (25, 96), (35, 128)),
        peak_rate=0.1,
        shown=144,
        options={"width": 0.5, "auxiliary": True, "batch_norm": True},
        mixup=0.2,
        cutmix=1.0,
        scored="val at the end",
    ),
    "inception_v3-imagenette-first": Recipe(
        "inception_v3",
        "imagenette",
        sizes=((14, 112), (22, 144)),
        # Its gradients are 200 times longer at the start than later: stochastic descent forgets what it has learnt.
        peak_rate=0.002,
        optimizer="adamw",
        weight_decay=0.02,
        options={"width": 0.375},
    ),
    "vgg16-imagenette-first": Recipe(
        "vgg16",
        "imagenette",
        sizes=((60, 96),),
        peak_rate=0.05,
        shown=104,
        options={"width": 0.25, "units": 512, "size": 96, "batch_norm": True},
        mixup=0.2,
        cutmix=1.0,
        scored="val at the end",
    ),
}


def _fine_tuned(name: str, **changes: Any) -> Recipe:
    """A second run, from the weights of another: a few epochs at a tenth of its learning rate, photos and labels whole.

    Blended photos and smoothed labels make a network less sure than it is right, and not evenly so; this mends it.
    """
    first = RECIPES[name]
    whole = {"mixup": 0.0, "cutmix": 0.0, "label_smoothing": 0.0, "teachers": (), "taught": 0.0, "shown": first.size}
    return replace(
        first,
        sizes=((FINE_TUNING_EPOCHS, first.sizes[-1][1]),),
        peak_rate=first.peak_rate / 10,
        after=name,
        scored="val at the end",
        **whole | changes,
    )


RECIPES["alexnet-imagenette"] = _fine_tuned("alexnet-imagenette-first")
RECIPES["googlenet-imagenette"] = _fine_tuned(
    "googlenet-imagenette-first", options={"width": 0.5, "auxiliary": False, "batch_norm": True}
)
RECIPES["inception_v3-imagenette"] = _fine_tuned("inception_v3-imagenette-first", shown=176)
RECIPES["resnet18-imagenette"] = _fine_tuned("resnet18-imagenette-first", shown=160)
RECIPES["vgg16-imagenette"] = _fine_tuned("vgg16-imagenette-first")
