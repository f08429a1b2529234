"""The store of data sets: by content, limited in bytes and in age."""

import os
import time
from pathlib import Path

import pytest

from app.errors import StorageFull
from app.images.data_set_store import DataSetStore
from app.images.data_sets import UnknownDataSet

A, B = "a" * 32, "b" * 32


def age(path: Path, seconds: float) -> None:
    then = time.time() - seconds
    os.utime(path, (then, then))


def archive(folder: Path, size: int = 60) -> Path:
    path = folder / "upload"
    path.write_bytes(bytes(size))
    return path


def test_a_data_set_stays_until_it_expires_or_is_deleted(tmp_path: Path) -> None:
    store = DataSetStore(tmp_path / "store", 100, ttl_s=60)
    store.add(A, archive(tmp_path))
    assert store.get(A).read_bytes() == bytes(60)
    age(store.get(A), 61)
    with pytest.raises(UnknownDataSet):
        store.get(A)
    store.add(B, archive(tmp_path))
    store.delete(B)
    with pytest.raises(UnknownDataSet):
        store.get(B)


def test_what_was_not_used_for_an_hour_makes_room_and_nothing_else(tmp_path: Path) -> None:
    store = DataSetStore(tmp_path / "store", 100, ttl_s=100_000)
    store.add(A, archive(tmp_path))
    with pytest.raises(StorageFull, match="no room for another data set"):
        store.add(B, archive(tmp_path))
    age(store.get(A), 3_601)
    store.add(B, archive(tmp_path))
    with pytest.raises(UnknownDataSet):
        store.get(A)


@pytest.mark.parametrize("identity", ["../secret", "", "A" * 32])
def test_what_is_no_id_is_no_path(tmp_path: Path, identity: str) -> None:
    (tmp_path / "secret.zip").touch()
    store = DataSetStore(tmp_path / "store", 100, ttl_s=60)
    with pytest.raises(UnknownDataSet):
        store.get(identity)
    store.delete(identity)
    assert (tmp_path / "secret.zip").exists()
