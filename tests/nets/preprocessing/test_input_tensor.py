"""The input tensor in the layout of the file, by hand, and the place of every number of it."""

import numpy as np
import pytest

from app.nets.preprocessing.input_tensor import InputTensor

IMAGES = np.arange(2 * 3 * 4 * 5, dtype=np.float32).reshape(2, 3, 4, 5)
GREY = IMAGES[:, :1]
ROWS = GREY.reshape(2, 20)


def tensor(layout: str, channels: int = 3, dtype: str = "float32", **fields: int) -> InputTensor:
    return InputTensor("x", (channels, 4, 5), np.dtype(dtype), layout, fields.pop("batch", 1), **fields)


@pytest.mark.parametrize(
    ("given", "images", "expected"),
    [
        (tensor("NCHW"), IMAGES, IMAGES),
        (tensor("NHWC"), IMAGES, np.moveaxis(IMAGES, 1, 3)),
        (tensor("NCHW", dtype="float16"), IMAGES, IMAGES.astype(np.float16)),
        (tensor("CHW"), IMAGES[:1], IMAGES[0]),
        (tensor("HWC"), IMAGES[:1], np.moveaxis(IMAGES[0], 0, 2)),
        (tensor("NHW", 1), GREY, GREY[:, 0]),
        (tensor("HW", 1), GREY[:1], GREY[0, 0]),
        (tensor("NL", 1, length=17), GREY, ROWS[:, :17]),
        (tensor("L", 1, length=20), GREY[:1], ROWS[0]),
        (tensor("NCL", 3, length=20), IMAGES, IMAGES.reshape(2, 3, 20)),
        (tensor("NLC", 1, length=20), GREY, ROWS[..., np.newaxis]),
        (tensor("NCDHW", depth=2), IMAGES, np.stack([IMAGES, IMAGES], axis=2)),
        (tensor("NDHWC", depth=2), IMAGES, np.stack([np.moveaxis(IMAGES, 1, 3)] * 2, axis=1)),
        (tensor("NCHW", batch=3), IMAGES[:1], np.concatenate([IMAGES[:1]] * 3)),
        (tensor("NL", 1, "int64", length=20, levels=16), GREY, ROWS.astype(np.int64) // 16),
    ],
    ids=lambda value: value.layout if isinstance(value, InputTensor) else "",
)
def test_the_file_is_given_the_image_in_its_own_order(
    given: InputTensor, images: np.ndarray, expected: np.ndarray
) -> None:
    fed = given.feed(images)
    assert fed.dtype == given.dtype
    assert fed.flags.c_contiguous
    np.testing.assert_array_equal(fed, expected)


@pytest.mark.parametrize("layout", ["NCHW", "NHWC", "CHW", "NCL", "NLC"])
def test_every_number_is_at_its_place(layout: str) -> None:
    given = tensor(layout, length=20)
    fed = given.feed(IMAGES[:1])
    for channel, y, x in np.ndindex(3, 4, 5):
        index = given.index_of(channel, y, x)
        assert fed[index] == IMAGES[0, channel, y, x]
        assert given.cell_of(index) == (channel, y, x)


def test_channels_that_the_image_does_not_have_are_zero() -> None:
    fitted = tensor("NCHW", 5).fit_channels(IMAGES)
    np.testing.assert_array_equal(fitted[:, :3], IMAGES)
    assert fitted.shape == (2, 5, 4, 5)
    assert not fitted[:, 3:].any()
    np.testing.assert_array_equal(tensor("NCHW", 2).fit_channels(IMAGES), IMAGES[:, :2])
