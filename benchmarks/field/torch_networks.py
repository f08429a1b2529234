"""Two networks that no package has: a U-Net, and a detector with a head as YOLO has it."""

import torch
from torch import nn
from torch.nn.functional import interpolate


def convolution(inputs: int, outputs: int, stride: int = 1) -> nn.Sequential:
    """A convolution with normalisation and SiLU."""
    layer = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
    return nn.Sequential(layer, nn.BatchNorm2d(outputs), nn.SiLU())


class UNet(nn.Module):
    """Three scales down and up again, one by transposed convolution, one by interpolation; a mask of two classes.

    After O. Ronneberger, P. Fischer, T. Brox, "U-Net", MICCAI 2015.
    """

    def __init__(self) -> None:
        super().__init__()
        self.first, self.second, self.third = convolution(3, 16), convolution(16, 32, 2), convolution(32, 64, 2)
        self.up = nn.ConvTranspose2d(64, 32, 2, 2)
        self.join, self.last = convolution(64, 32), convolution(48, 16)
        self.classes = nn.Conv2d(16, 2, 1)

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        fine = self.first(image)
        middle = self.second(fine)
        joined = self.join(torch.cat([self.up(self.third(middle)), middle], 1))
        larger = interpolate(joined, scale_factor=2, mode="bilinear", align_corners=False)
        return self.classes(self.last(torch.cat([larger, fine], 1))).softmax(1)


class YoloLike(nn.Module):
    """A backbone with pyramid pooling, two scales, boxes from distributions over distances, and class scores.

    The head is that of X. Li and others, "Generalized focal loss", NeurIPS 2020, as YOLOv8 has it: (1, 4 + 5, cells).
    """

    CLASSES, BINS, STRIDES = 5, 16, (8, 16)

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Sequential(convolution(3, 16, 2), convolution(16, 32, 2), convolution(32, 32, 2))
        self.down, self.mix = convolution(32, 64, 2), convolution(128, 64)
        self.pool = nn.MaxPool2d(5, 1, 2)
        self.join = convolution(96, 32)
        self.boxes = nn.ModuleList(nn.Conv2d(width, 4 * self.BINS, 1) for width in (32, 64))
        self.scores = nn.ModuleList(nn.Conv2d(width, self.CLASSES, 1) for width in (32, 64))

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        fine = self.stem(image)
        coarse = self.down(fine)
        coarse = self.mix(torch.cat([coarse, self.pool(coarse)], 1))
        fine = self.join(torch.cat([fine, interpolate(coarse, scale_factor=2, mode="nearest")], 1))
        return torch.cat([self._decode(scale, maps) for scale, maps in enumerate((fine, coarse))], 2)

    def _decode(self, scale: int, maps: torch.Tensor) -> torch.Tensor:
        """The centre, the size and the class scores of each cell's box, in pixels."""
        batch, _, height, width = maps.shape
        bins = self.boxes[scale](maps).view(batch, 4, self.BINS, height * width).softmax(2)
        left, top, right, bottom = (
            (bins * torch.arange(self.BINS, dtype=torch.float32).view(1, 1, -1, 1)).sum(2).unbind(1)
        )
        rows, columns = (torch.arange(length, dtype=torch.float32) + 0.5 for length in (height, width))
        rows, columns = torch.meshgrid(rows, columns, indexing="ij")
        x, y = columns.flatten() + (right - left) / 2, rows.flatten() + (bottom - top) / 2
        boxes = torch.stack([x, y, left + right, top + bottom], 1) * self.STRIDES[scale]
        return torch.cat([boxes, self.scores[scale](maps).flatten(2).sigmoid()], 1)
