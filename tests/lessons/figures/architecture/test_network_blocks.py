"""A network drawn as blocks."""

from itertools import pairwise

from app.lessons.figures.architecture.network_blocks import HEIGHT, network_blocks


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
