"""What a process that decodes may say that a picture is, and what is no picture."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from app.errors import BrokenPicture
from app.images.decode import MAX_SIDE, Limits
from app.sandbox.picture_decoder import PictureDecoder
from app.sandbox.shared_memory import ArraySpec, SharedMemory

SIDE = 40


@pytest.fixture
def memory() -> Iterator[SharedMemory]:
    memory = SharedMemory.create(3 * SIDE * SIDE)
    pixels = memory.array(ArraySpec(np.dtype(np.uint8), (memory.size,)), 0)
    pixels[...] = np.arange(memory.size, dtype=np.int64).astype(np.uint8)
    del pixels
    yield memory
    memory.close()


def read(memory: SharedMemory, answer: dict[str, Any]) -> Any:
    sandbox: Any = None  # it is not asked
    return PictureDecoder(sandbox, Limits(max_side=SIDE))._read(answer, memory)


@pytest.mark.parametrize(("height", "width"), [(1, 1), (2, SIDE), (SIDE, 3), (SIDE, SIDE)])
@pytest.mark.parametrize("whole", [(1, 1), (MAX_SIDE, 7), (7, MAX_SIDE)])
def test_the_picture_is_what_is_in_memory(
    memory: SharedMemory, height: int, width: int, whole: tuple[int, int]
) -> None:
    picture = read(memory, {"shape": [height, width, 3], "width": whole[0], "height": whole[1]})
    assert (picture.width, picture.height, picture.format) == (*whole, "HEIC")
    assert picture.rgb.shape == (height, width, 3)
    assert picture.rgb.ravel().tolist() == [place % 256 for place in range(3 * height * width)]
    assert not picture.rgb.flags.writeable


GOOD = {"shape": [4, 5, 3], "width": 10, "height": 8}


@pytest.mark.parametrize(
    "wrong",
    [
        *({"shape": shape} for shape in
          ([4, 5], [4, 5, 4], [4, 5, 1], [0, 5, 3], [4, 0, 3], [-4, -5, 3], [SIDE + 1, 2, 3], [2, SIDE + 1, 3],
           [4, "a", 3], None, [float("inf"), 5, 3], [SIDE + 1, SIDE + 1, 3])),
        *({side: length} for side in ("width", "height") for length in (0, -1, MAX_SIDE + 1, None, "x")),
    ],
    ids=str,
)  # fmt: skip
def test_nonsense_is_a_broken_picture(memory: SharedMemory, wrong: dict[str, Any]) -> None:
    with pytest.raises(BrokenPicture, match="its decoder returns nonsense"):
        read(memory, GOOD | wrong)
    for name in GOOD:
        with pytest.raises(BrokenPicture, match="its decoder returns nonsense"):
            read(memory, {key: value for key, value in GOOD.items() if key != name})
