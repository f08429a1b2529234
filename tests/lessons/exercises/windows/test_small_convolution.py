"""Convolutions with mistakes in them."""

import numpy as np

from app.lessons.exercises.windows.small_convolution import KernelMovement, SmallConvolution, output_size

MAPS = np.arange(25.0).reshape(1, 5, 5)
KERNEL = np.array([[[1.0, 2.0, 0.0], [0.0, -1.0, 0.0], [3.0, 0.0, 0.0]]])


def test_mistakes_that_change_nothing_are_left_out() -> None:
    assert SmallConvolution(MAPS, KERNEL, 0, KernelMovement()).mistakes().keys() == {"flipped", "transposed"}


def test_a_kernel_of_one_cell_can_be_neither_flipped_nor_transposed() -> None:
    assert SmallConvolution(MAPS, KERNEL[:, :1, :1], 0, KernelMovement()).mistakes() == {}


def test_each_mistake_changes_one_thing() -> None:
    task = SmallConvolution(np.concatenate([MAPS] * 3), np.concatenate([KERNEL] * 3), 2, KernelMovement(2, 1))
    mistakes = task.mistakes()
    assert np.array_equal(mistakes["bias_left_out"], task.result() - 2)
    assert np.array_equal(3 * (mistakes["one_channel"] - 2), task.result() - 2)
    assert mistakes["stride_forgotten"].shape == (5, 5)
    assert mistakes["padding_left_out"].shape == (2, 2)


def test_a_kernel_that_does_not_fit_has_no_output() -> None:
    assert output_size(3, 5, KernelMovement()) is None
    assert output_size(3, 5, KernelMovement(padding=1)) == 1
