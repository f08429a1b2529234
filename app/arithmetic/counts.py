"""Counts of layers by their sizes alone: parameters, multiply-accumulates, and the receptive field of a stack."""

from collections.abc import Iterable


def convolution_parameters(kernel: int, channels: int, filters: int) -> int:
    """The weights of square kernels over all input channels, and a bias for each filter."""
    return (kernel * kernel * channels + 1) * filters


def fully_connected_parameters(inputs: int, outputs: int) -> int:
    """A weight for each pair of input and output, and a bias for each output."""
    return (inputs + 1) * outputs


def convolution_macs(kernel: int, channels: int, filters: int, cells: int) -> int:
    """The multiply-accumulates of a convolution with so many cells in each output map."""
    return kernel * kernel * channels * filters * cells


def separable_macs(kernel: int, channels: int, filters: int, cells: int) -> tuple[int, int]:
    """The multiply-accumulates of the depthwise and of the pointwise part of a depthwise separable convolution."""
    return kernel * kernel * channels * cells, convolution_macs(1, channels, filters, cells)


def stack_receptive_field(windows: Iterable[tuple[int, int]]) -> int:
    """The side of the receptive field of a cell behind windows (kernel, stride), the first of which reads the input."""
    side, step = 1, 1
    for kernel, stride in windows:
        side += (kernel - 1) * step
        step *= stride
    return side
