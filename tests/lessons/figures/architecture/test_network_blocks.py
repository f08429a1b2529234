"""A network drawn as blocks."""

from itertools import pairwise

import numpy as np
import pytest

from app.lessons.figures.architecture.network_blocks import (
    GAP,
    HEIGHT,
    LEAST,
    MAX_SHEETS,
    SHEET,
    SLOT,
    SQUARE,
    network_blocks,
)


def test_blocks_stand_side_by_side_within_the_height() -> None:
    shapes: list[tuple[str, tuple[int, ...]]] = [("input", (32, 32, 3)), ("conv", (28, 28, 512)), ("dense", (10_000,))]
    blocks = network_blocks(shapes)
    for block, after in pairwise(blocks):
        assert block.left + block.width + block.depth <= after.left
    assert all(block.top - block.depth >= 0 and block.top + block.height <= HEIGHT for block in blocks)


def test_a_smaller_map_is_a_smaller_square() -> None:
    first, second = network_blocks([("input", (32, 32, 3)), ("pool", (16, 16, 3))])
    assert first.height > second.height
    assert first.depth == second.depth


def test_labels_do_not_touch() -> None:
    blocks = network_blocks([("input", (224, 224, 512)), ("pool", (112, 112, 512)), ("pool", (56, 56, 512))])
    letters = [len("×".join(map(str, block.shape))) for block in blocks]
    for (block, after), counts in zip(pairwise(blocks), pairwise(letters), strict=True):
        assert after.middle - block.middle > 7.9 * sum(counts) / 2


def test_a_stack_grows_by_a_sheet_where_the_channels_double() -> None:
    blocks = network_blocks([("conv", (8, 8, 2**count - 1)) for count in range(1, MAX_SHEETS + 3)])
    depths = [block.depth for block in blocks]
    np.testing.assert_allclose(depths, [SHEET * min(count, MAX_SHEETS) for count in range(1, MAX_SHEETS + 3)])


def test_a_bar_grows_evenly_where_the_units_double_up_to_the_height() -> None:
    blocks = network_blocks([("input", (8, 8, 1)), *(("dense", (2**count - 1,)) for count in range(1, 30))])
    heights = [block.height for block in blocks[1:]]
    assert heights[0] > LEAST
    steps = np.diff([height for height in heights if height < HEIGHT])
    np.testing.assert_allclose(steps, heights[0] - LEAST)
    assert heights[-1] == HEIGHT
    assert {block.depth for block in blocks[1:]} == {0}
    assert {block.width for block in blocks[1:]} == {blocks[1].width}


def test_the_side_of_a_square_is_in_proportion_to_that_of_the_map() -> None:
    blocks = network_blocks([("conv", (side, side, 3)) for side in (32, 16, 8)])
    assert [(block.width - LEAST, block.height - LEAST) for block in blocks] == [
        (share * (SQUARE - LEAST),) * 2 for share in (1, 1 / 2, 1 / 4)
    ]


def test_a_block_is_in_the_middle_above_its_label() -> None:
    blocks = network_blocks([("input", (32, 32, 3)), ("conv", (28, 28, 512)), ("dense", (10_000,)), ("dense", (1,))])
    for block in blocks:
        assert block.left + (block.width + block.depth) / 2 == pytest.approx(block.middle)
        assert block.top - block.depth == pytest.approx(HEIGHT - block.top - block.height)
    assert blocks[-1].middle - blocks[-2].middle == SLOT + GAP
