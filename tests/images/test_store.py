"""The store of pictures returns every one unchanged, with what is to be said of its file."""

import hashlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from app.errors import UnknownImage
from app.images.decode import Picture
from app.images.store import PictureStore, PixelsKind, StoredPixels
from tests.images.pictures import BLOCK, DAY, picture, picture_store, there


@pytest.fixture
def store(tmp_path: Path) -> PictureStore:
    return picture_store(tmp_path / "pictures", 10 * BLOCK, DAY)


def test_a_stored_picture_is_returned_unchanged(store: PictureStore) -> None:
    rgb = np.arange(5 * 7 * 3, dtype=np.uint8).reshape(5, 7, 3)
    stored = store.add(Picture(rgb, "JPEG", 700, 500))
    assert (stored.width, stored.height, stored.format) == (700, 500, "JPEG")
    pixels = store.get(stored.id)
    assert np.array_equal(pixels, rgb)
    assert pixels.dtype == np.uint8
    assert type(pixels) is np.ndarray
    assert not pixels.flags.writeable


@pytest.mark.parametrize("is_cut", [False, True])
def test_the_size_is_that_of_the_file(is_cut: bool, tmp_path: Path) -> None:
    kind, content = PixelsKind(), StoredPixels(picture(3).rgb, is_cut)
    path = tmp_path / f"stored{kind.suffix}"
    with path.open("wb") as file:
        kind.write(content, file)
    assert kind.size(content) == path.stat().st_size
    assert kind.read(path).is_cut == is_cut


def test_the_id_is_the_hash_of_shape_and_pixels(store: PictureStore) -> None:
    rgb = np.arange(12, dtype=np.uint8).reshape(2, 2, 3)
    expected = hashlib.sha256(b"2x2x3" + bytes(range(12))).hexdigest()[:32]
    assert store.add(Picture(rgb, "PNG", 2, 2)).id == expected
    assert store.add(Picture(rgb.copy(), "BMP", 9, 9)).id == expected
    assert store.add(Picture(rgb.reshape(1, 4, 3), "PNG", 4, 1)).id != expected


@pytest.mark.parametrize(
    "image", ["", "0" * 31, "0" * 33, "G" * 32, "A" * 32, "../../etc/passwd", "0" * 32 + "\n", "é" * 32, "0" * 32]
)
def test_an_invalid_id_is_unknown(image: str, store: PictureStore) -> None:
    with pytest.raises(UnknownImage) as refusal:
        store.get(image)
    assert "/" not in refusal.value.message


def test_an_id_never_leaves_the_folder(tmp_path: Path) -> None:
    store = picture_store(tmp_path / "pictures", 10 * BLOCK, DAY)
    outside = picture_store(tmp_path, 10 * BLOCK, DAY).add(picture(0)).id
    assert not there(store, f"../{outside}")


def cut(number: int) -> Picture:
    """A picture whose file was cut off."""
    return replace(picture(number), is_cut=True)


def test_the_note_on_a_cut_file_survives_a_restart(tmp_path: Path) -> None:
    store = picture_store(tmp_path, 10 * BLOCK, DAY)
    whole, stored = store.add(picture(1)), store.add(cut(1))
    assert (whole.note, store.note(whole.id)) == (None, None)
    assert stored.note
    assert stored.note == picture_store(tmp_path, 10 * BLOCK, DAY).note(stored.id)
    assert np.array_equal(store.get(stored.id), picture(1).rgb)
    assert store.note("0" * 32) is store.note("../" + stored.id) is None


def whole_file() -> bytes:
    return b"\x93NUMPY\1\0v\0" + b"{'descr': '|u1', 'fortran_order': False, 'shape': (30, 30, 3), }".ljust(117) + b"\n"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x93NUMPY",
        whole_file(),
        whole_file() + bytes(2699),
        whole_file() + bytes(2701),
        whole_file().replace(b"(30, 30, 3)", b"(90, 30, 3)") + bytes(2700),
        whole_file().replace(b"u1", b"O8") + bytes(2700),
        whole_file().replace(b"(30, 30, 3)", b"(30, 30)   ") + bytes(900),
        whole_file().replace(b"(30, 30, 3)", b"(30, 30, 1)") + bytes(900),
        whole_file().replace(b"(30, 30, 3)", b"(30, 90)   ") + bytes(2700),
        whole_file().replace(b"u1", b"i1") + bytes(2700),
        bytes(2828),
        b"PK\3\4" + bytes(2824),
    ],
    ids=[
        "empty",
        "header cut",
        "no pixels",
        "cut",
        "too long",
        "larger shape",
        "objects",
        "grey",
        "one channel",
        "flat",
        "signed",
        "zeros",
        "archive",
    ],
)
def test_a_damaged_file_is_deleted_and_can_be_sent_again(content: bytes, tmp_path: Path) -> None:
    store = picture_store(tmp_path, 10 * BLOCK, DAY)
    image = store.add(picture(0)).id
    file = tmp_path / f"{image}.npy"
    file.unlink()
    file.write_bytes(content)
    assert not there(store, image)
    assert not file.exists()
    file.write_bytes(content)
    store.add(picture(0))
    assert np.array_equal(store.get(image), picture(0).rgb)
