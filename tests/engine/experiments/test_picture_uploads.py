"""Uploads of many pictures: what is left of them, and what is given back."""

import os
import time
from pathlib import Path

import pytest

from app.engine.experiments.picture_uploads import LEFT_S, UPLOADS, PictureUploads
from app.errors import Overloaded, StorageFull, TooLarge


def test_an_upload_leaves_nothing_and_gives_its_bytes_back(tmp_path: Path) -> None:
    uploads = PictureUploads(tmp_path / "incoming", max_pictures=1, largest_bytes=10)

    def send(error: Exception | None) -> None:
        with uploads.incoming(None) as incoming:
            with incoming.create("a/cat.jpg") as file:
                file.write(b"cat")
            assert [(name, each.path.read_bytes()) for name, each in incoming.files] == [("a/cat.jpg", b"cat")]
            if error is not None:
                raise error

    send(None)
    for _ in range(2 * UPLOADS):
        with pytest.raises(StorageFull):
            send(OSError("the disk is full"))
    assert list((tmp_path / "incoming").iterdir()) == []


def test_as_many_bytes_arrive_as_of_the_largest_uploads(tmp_path: Path) -> None:
    uploads = PictureUploads(tmp_path, max_pictures=1, largest_bytes=10)
    with uploads.incoming(10 * UPLOADS - 1), uploads.incoming(1), pytest.raises(Overloaded), uploads.incoming(1):
        pass


def test_one_file_too_many_is_refused(tmp_path: Path) -> None:
    uploads = PictureUploads(tmp_path, max_pictures=1, largest_bytes=10)
    with uploads.incoming(10) as incoming:
        incoming.create("cat.jpg")
        with pytest.raises(TooLarge):
            incoming.create("dog.jpg")


def test_what_an_earlier_server_has_left_is_deleted_later(tmp_path: Path) -> None:
    """Another server may end an upload as this one looks at it, as if a link led nowhere."""
    for name, age_s in {"old": LEFT_S + 60, "young": LEFT_S - 60}.items():
        (tmp_path / name).mkdir()
        os.utime(tmp_path / name, (time.time() - age_s,) * 2)
    (tmp_path / "ended").symlink_to("nowhere")
    PictureUploads(tmp_path, max_pictures=1, largest_bytes=10)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["ended", "young"]


def test_a_place_that_can_not_be_made_is_a_full_disk(tmp_path: Path) -> None:
    """Here a file stands where the folder of all uploads should be."""
    uploads = PictureUploads(tmp_path / "file" / "incoming", max_pictures=1, largest_bytes=10)
    (tmp_path / "file").write_bytes(b"no folder")
    with pytest.raises(StorageFull), uploads.incoming(None):
        pytest.fail("there is no place")


def test_what_is_no_upload_is_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_bytes(b"")
    os.utime(tmp_path / "notes.txt", (time.time() - 2 * LEFT_S,) * 2)
    PictureUploads(tmp_path, max_pictures=1, largest_bytes=10)
    assert (tmp_path / "notes.txt").exists()
