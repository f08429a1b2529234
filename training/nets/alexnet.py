"""AlexNet: Krizhevsky, Sutskever & Hinton, "ImageNet Classification with Deep Convolutional Neural Networks", 2012."""

from torch import nn

from training.nets.parts import Chain, convolution, scaled

UNITS = 4096


def _norm() -> nn.LocalResponseNorm:
    # Section 3.3: k=2, n=5, alpha=1e-4, beta=0.75; PyTorch and ONNX divide alpha by n, the paper does not.
    return nn.LocalResponseNorm(5, alpha=5e-4, beta=0.75, k=2.0)


class AlexNet(Chain):
    """Section 3.5, figure 2. (N, 3, 227, 227) gives (N, classes).

    The paper says 224, which does not give its 55x55 maps.

    Args:
        classes: how many.
        width: the share of the paper's filters.
        units: of fc6 and fc7.
        groups: 2 as on the paper's two GPUs, where conv2, conv4 and conv5 see half of the maps each; 1 for all.
        size: rows and columns of a picture.
        batch_norm: behind every convolution, to train with; folded away at export.
    """

    def __init__(
        self,
        classes: int = 1000,
        width: float = 1,
        *,
        units: int = UNITS,
        groups: int = 2,
        size: int = 227,
        batch_norm: bool = False,
    ) -> None:
        super().__init__()
        f1, f2, f3, f4, f5 = (scaled(filters, width) for filters in (96, 256, 384, 384, 256))
        self.add(convolution("conv1", 3, f1, 11, stride=4, batch_norm=batch_norm))
        self.norm1 = _norm()
        self.pool1 = nn.MaxPool2d(3, stride=2)
        self.add(convolution("conv2", f1, f2, 5, padding=2, groups=groups, batch_norm=batch_norm))
        self.norm2 = _norm()
        self.pool2 = nn.MaxPool2d(3, stride=2)
        self.add(convolution("conv3", f2, f3, 3, padding=1, batch_norm=batch_norm))
        self.add(convolution("conv4", f3, f4, 3, padding=1, groups=groups, batch_norm=batch_norm))
        self.add(convolution("conv5", f4, f5, 3, padding=1, groups=groups, batch_norm=batch_norm))
        self.pool5 = nn.MaxPool2d(3, stride=2)
        self.flatten = nn.Flatten()
        self.fc6 = nn.Linear(f5 * _pool5_size(size) ** 2, units)
        self.fc6_relu = nn.ReLU()
        self.fc6_dropout = nn.Dropout(0.5)
        self.fc7 = nn.Linear(units, units)
        self.fc7_relu = nn.ReLU()
        self.fc7_dropout = nn.Dropout(0.5)
        self.fc8 = nn.Linear(units, classes)
        self.softmax = nn.Softmax(dim=1)


def _pool5_size(size: int) -> int:
    """Rows of pool5's maps: conv1 steps by 4, the pools by 2."""
    size = (size - 11) // 4 + 1
    for _ in range(3):
        size = (size - 3) // 2 + 1
    return size
