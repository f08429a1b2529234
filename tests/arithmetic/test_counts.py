"""Counts by the sizes of layers, against those that the lecture gives."""

from app.arithmetic.counts import (
    convolution_macs,
    convolution_parameters,
    fully_connected_parameters,
    separable_macs,
    stack_receptive_field,
)


def test_the_lecture_s_parameters() -> None:
    assert convolution_parameters(5, 3, 8) == 608
    assert convolution_parameters(5, 8, 16) == 3216
    assert fully_connected_parameters(400, 120) == 48_120
    assert fully_connected_parameters(120, 84) == 10_164
    assert fully_connected_parameters(84, 10) == 850


def test_two_small_kernels_see_as_much_as_a_large_one() -> None:
    assert stack_receptive_field([(3, 1), (3, 1)]) == stack_receptive_field([(5, 1)]) == 5
    assert stack_receptive_field([(3, 2), (3, 1)]) == 7


def test_a_separable_convolution_has_its_share_of_the_multiply_accumulates() -> None:
    share = sum(separable_macs(3, 64, 128, 49)) / convolution_macs(3, 64, 128, 49)
    assert abs(share - (1 / 128 + 1 / 9)) < 1e-12
