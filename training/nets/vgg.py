"""VGG: Simonyan & Zisserman, "Very Deep Convolutional Networks for Large-Scale Image Recognition", 2014."""

from torch import nn

from training.nets.parts import Chain, convolution, scaled

# Table 1, column by column: the kernels of each convolution, one group per resolution.
CONFIGURATIONS: dict[str, tuple[tuple[int, ...], ...]] = {
    "A": ((3,), (3,), (3, 3), (3, 3), (3, 3)),
    "A-LRN": ((3,), (3,), (3, 3), (3, 3), (3, 3)),
    "B": ((3, 3), (3, 3), (3, 3), (3, 3), (3, 3)),
    "C": ((3, 3), (3, 3), (3, 3, 1), (3, 3, 1), (3, 3, 1)),
    "D": ((3, 3), (3, 3), (3, 3, 3), (3, 3, 3), (3, 3, 3)),
    "E": ((3, 3), (3, 3), (3, 3, 3, 3), (3, 3, 3, 3), (3, 3, 3, 3)),
}
FILTERS = (64, 128, 256, 512, 512)
UNITS = 4096


class VGG(Chain):
    """Table 1. (N, 3, size, size) gives (N, classes); convolutions are named `conv1_1`, `conv1_2`, `conv2_1` ...

    Args:
        configuration: the paper's column, A, A-LRN, B, C, D (VGG-16) or E (VGG-19).
        classes: how many.
        width: the share of the paper's filters.
        units: of fc6 and fc7.
        size: rows and columns of a picture, a multiple of 32.
        batch_norm: behind every convolution, to train with; folded away at export.
    """

    def __init__(
        self,
        configuration: str,
        classes: int = 1000,
        width: float = 1,
        *,
        units: int = UNITS,
        size: int = 224,
        batch_norm: bool = False,
    ) -> None:
        super().__init__()
        channels = 3
        for group, (kernels, filters) in enumerate(zip(CONFIGURATIONS[configuration], FILTERS, strict=True), start=1):
            for number, kernel in enumerate(kernels, start=1):
                name, wide = f"conv{group}_{number}", scaled(filters, width)
                self.add(convolution(name, channels, wide, kernel, padding=kernel // 2, batch_norm=batch_norm))
                channels = wide
            if configuration == "A-LRN" and group == 1:
                # "As in (Krizhevsky et al., 2012)": k=2, n=5, alpha=1e-4, beta=0.75; PyTorch divides alpha by n.
                self.norm1 = nn.LocalResponseNorm(5, alpha=5e-4, beta=0.75, k=2.0)
            self.add_module(f"pool{group}", nn.MaxPool2d(2))
        self.flatten = nn.Flatten()
        self.fc6 = nn.Linear(channels * (size // 32) ** 2, units)
        self.fc6_relu = nn.ReLU()
        self.fc6_dropout = nn.Dropout(0.5)
        self.fc7 = nn.Linear(units, units)
        self.fc7_relu = nn.ReLU()
        self.fc7_dropout = nn.Dropout(0.5)
        self.fc8 = nn.Linear(units, classes)
        self.softmax = nn.Softmax(dim=1)
