"""The cost of a convolution behind a 1 x 1 reduction."""

from app.lessons.figures.architecture.bottleneck import BottleneckState, draw_bottleneck


def test_the_5_x_5_branch_of_googlenet_s_first_block_has_its_parameters() -> None:
    figure = draw_bottleneck(BottleneckState())
    assert figure.parameters == (192 + 1) * 16 + (5 * 5 * 16 + 1) * 32
    assert figure.alone.macs == 5 * 5 * 192 * 32 * 28 * 28


def test_without_a_reduction_the_second_layer_comes_on_top() -> None:
    figure = draw_bottleneck(BottleneckState(channels=8, reduced=8, kernel=1, filters=8))
    assert figure.ratio == 0.5
