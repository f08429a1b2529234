"""The store has what fits, the most recently used first, and returns every picture unchanged."""

import hashlib
import os
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from app.errors import StorageFull, UnknownImage
from app.images.decode import Picture
from app.images.store import PictureStore
from tests.images.pictures import BLOCK, DAY, kept_bytes, picture, there


@pytest.fixture
def store(tmp_path: Path) -> PictureStore:
    return PictureStore(tmp_path / "pictures", 10 * BLOCK, DAY)


def test_a_stored_picture_is_returned_unchanged(store: PictureStore) -> None:
    rgb = np.arange(5 * 7 * 3, dtype=np.uint8).reshape(5, 7, 3)
    stored = store.add(Picture(rgb, "JPEG", 700, 500))
    assert (stored.width, stored.height, stored.format) == (700, 500, "JPEG")
    pixels = store.get(stored.id)
    assert np.array_equal(pixels, rgb)
    assert pixels.dtype == np.uint8
    assert type(pixels) is np.ndarray
    assert not pixels.flags.writeable


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
    store = PictureStore(tmp_path / "pictures", 10 * BLOCK, DAY)
    outside = PictureStore(tmp_path, 10 * BLOCK, DAY).add(picture(0)).id
    assert not there(store, f"../{outside}")


def test_it_survives_a_restart(tmp_path: Path) -> None:
    image = PictureStore(tmp_path, 10 * BLOCK, DAY).add(picture(1)).id
    assert np.array_equal(PictureStore(tmp_path, 10 * BLOCK, DAY).get(image), picture(1).rgb)


def cut(number: int) -> Picture:
    """A picture whose file was cut off."""
    return replace(picture(number), is_cut=True)


def test_the_note_on_a_cut_file_survives_a_restart(tmp_path: Path) -> None:
    store = PictureStore(tmp_path, 10 * BLOCK, DAY)
    whole, stored = store.add(picture(1)), store.add(cut(1))
    assert (whole.note, store.note(whole.id)) == (None, None)
    assert stored.note
    assert stored.note == PictureStore(tmp_path, 10 * BLOCK, DAY).note(stored.id)
    assert np.array_equal(store.get(stored.id), picture(1).rgb)
    assert store.note("0" * 32) is store.note("../" + stored.id) is None


def test_notes_go_with_their_pictures(tmp_path: Path) -> None:
    store = PictureStore(tmp_path, 10 * BLOCK, DAY)
    for number in range(40):
        store.add(cut(number))
    names = {path.stem for path in tmp_path.glob("*.npy")}
    assert {path.stem for path in tmp_path.glob("*.cut")} == names


def test_the_note_on_a_file_that_is_damaged_goes_with_it(tmp_path: Path) -> None:
    store = PictureStore(tmp_path, 10 * BLOCK, DAY)
    image = store.add(cut(1)).id
    (tmp_path / f"{image}.npy").write_bytes(b"damaged")
    with pytest.raises(UnknownImage):
        store.get(image)
    assert store.note(image) is None


def test_the_least_recently_used_make_room(store: PictureStore) -> None:
    images = [store.add(picture(number)).id for number in range(10)]
    store.get(images[0])  # used again
    store.add(picture(1))  # sent again
    store.add(picture(10))
    kept = [there(store, image) for image in images]
    assert kept[:2] == [True, True]
    assert kept[2] is False
    assert kept == [True, True, *sorted(kept[2:])]


def test_it_never_has_more_than_its_maximum_bytes(tmp_path: Path) -> None:
    store = PictureStore(tmp_path, 10 * BLOCK, DAY)
    for number in range(60):
        store.add(picture(number, side=20 + 40 * (number % 3)))
        assert kept_bytes(tmp_path) <= 10 * BLOCK


def test_a_smaller_limit_is_kept_from_the_start(tmp_path: Path) -> None:
    large = PictureStore(tmp_path, 100 * BLOCK, DAY)
    images = [large.add(picture(number)).id for number in range(50)]
    small = PictureStore(tmp_path, 10 * BLOCK, DAY)
    assert kept_bytes(tmp_path) <= 10 * BLOCK
    assert there(small, images[-1])


def test_a_picture_larger_than_the_store_is_refused(tmp_path: Path) -> None:
    store = PictureStore(tmp_path, 10 * BLOCK, DAY)
    image = store.add(picture(0)).id
    with pytest.raises(StorageFull):
        store.add(picture(1, side=200))
    assert there(store, image)


def test_pictures_expire_a_while_after_their_last_use(tmp_path: Path) -> None:
    store = PictureStore(tmp_path, 10 * BLOCK, ttl_s=100)
    old, new = store.add(picture(0)).id, store.add(picture(1)).id
    for image, age_s in ((old, 101), (new, 99)):
        os.utime(tmp_path / f"{image}.npy", (time.time() - age_s,) * 2)
    assert not there(store, old)
    assert there(store, new)
    os.utime(tmp_path / f"{new}.npy", (time.time() - 101,) * 2)
    PictureStore(tmp_path, 10 * BLOCK, ttl_s=100)
    assert kept_bytes(tmp_path) == 0


def test_an_expired_picture_can_be_sent_again(tmp_path: Path) -> None:
    store = PictureStore(tmp_path, 10 * BLOCK, ttl_s=100)
    image = store.add(picture(0)).id
    os.utime(tmp_path / f"{image}.npy", (time.time() - 200,) * 2)
    assert store.add(picture(0)).id == image
    assert there(store, image)


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
        bytes(2828),
        b"PK\3\4" + bytes(2824),
    ],
    ids=["empty", "header cut", "no pixels", "cut", "too long", "larger shape", "objects", "zeros", "archive"],
)
def test_a_damaged_file_is_deleted_and_can_be_sent_again(content: bytes, tmp_path: Path) -> None:
    store = PictureStore(tmp_path, 10 * BLOCK, DAY)
    image = store.add(picture(0)).id
    file = tmp_path / f"{image}.npy"
    file.unlink()
    file.write_bytes(content)
    assert not there(store, image)
    assert not file.exists()
    file.write_bytes(content)
    store.add(picture(0))
    assert np.array_equal(store.get(image), picture(0).rgb)


def test_others_may_delete_files_and_the_folder(tmp_path: Path) -> None:
    folder = tmp_path / "pictures"
    store = PictureStore(folder, 10 * BLOCK, DAY)
    image = store.add(picture(0)).id
    pixels = store.get(image)
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()
    assert np.array_equal(pixels, picture(0).rgb)
    assert not there(store, image)
    assert there(store, store.add(picture(0)).id)


@pytest.mark.parametrize("ledger", [b"", b"nonsense", b"99999999999999999999 0\n", b"-5", b"0 99999999999\n"])
def test_a_damaged_ledger_is_repaired(ledger: bytes, tmp_path: Path) -> None:
    store = PictureStore(tmp_path, 10 * BLOCK, DAY)
    images = [store.add(picture(number)).id for number in range(10)]
    (tmp_path / ".ledger").write_bytes(ledger)
    store.add(picture(10))
    assert kept_bytes(tmp_path) <= 10 * BLOCK
    assert there(store, images[-1])


def test_a_deleted_picture_is_unknown_and_its_room_is_free(store: PictureStore, tmp_path: Path) -> None:
    image, other = store.add(picture(0)).id, store.add(picture(1)).id
    before = kept_bytes(tmp_path / "pictures")
    store.delete(image)
    assert not there(store, image)
    assert there(store, other)
    assert kept_bytes(tmp_path / "pictures") < before
    with pytest.raises(UnknownImage):
        store.use(image)


def test_deleting_what_is_not_there_does_nothing(store: PictureStore) -> None:
    image = store.add(picture(0)).id
    store.delete("0" * 32)
    store.delete("../" + image)
    assert there(store, image)


def test_what_has_expired_is_deleted_without_another_picture(tmp_path: Path) -> None:
    store = PictureStore(tmp_path, 10 * BLOCK, ttl_s=60)
    old, new = store.add(picture(0)).id, store.add(picture(1)).id
    os.utime(tmp_path / f"{old}.npy", (time.time() - 61,) * 2)
    assert store.expire() == {new}
    assert [path.stem for path in tmp_path.glob("*.npy")] == [new]


def test_a_use_renews_a_picture(tmp_path: Path) -> None:
    store = PictureStore(tmp_path, 10 * BLOCK, ttl_s=60)
    image = store.add(picture(0)).id
    os.utime(tmp_path / f"{image}.npy", (time.time() - 59,) * 2)
    store.use(image)
    os.utime(tmp_path / f"{image}.npy", ((tmp_path / f"{image}.npy").stat().st_mtime - 59,) * 2)
    assert there(store, image)


def test_an_expired_picture_can_t_be_used(tmp_path: Path) -> None:
    store = PictureStore(tmp_path, 10 * BLOCK, ttl_s=60)
    image = store.add(picture(0)).id
    os.utime(tmp_path / f"{image}.npy", (time.time() - 61,) * 2)
    with pytest.raises(UnknownImage):
        store.use(image)
