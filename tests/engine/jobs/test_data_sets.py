"""Data sets of jobs: photos as they were sent, one by one, whether as files or as a ZIP."""

from collections.abc import Mapping

import pytest

from app.engine.engine import Engine
from app.engine.jobs.data_sets import data_set_limits
from app.errors import InvalidRequest
from app.images.data_sets import UnknownDataSet
from app.settings import read_settings
from tests.engine.uploads import archive, sent

FILES = {"cats/a.jpg": b"a cat", "dogs/b.jpg": b"a dog"}


def add(engine: Engine, files: Mapping[str, bytes]) -> str:
    with sent(engine.data_sets.uploads, files) as incoming:
        return engine.data_sets.add(incoming).result()


@pytest.mark.parametrize("files", [FILES, {"photos.zip": archive(FILES)}, {"only/one.jpg": b"one"}])
def test_each_photo_is_read_by_its_number(engine: Engine, files: Mapping[str, bytes]) -> None:
    identity = add(engine, files)
    photos = FILES if len(files) == 2 or "photos.zip" in files else files
    with engine.data_sets.open(identity) as data_set:
        assert [f"{photo.folder}/{photo.name}" for photo in data_set.photos] == list(photos)
    assert [engine.data_sets.read(identity, number) for number in range(len(photos))] == list(photos.values())
    with pytest.raises(InvalidRequest, match=f"from 0 to {len(photos) - 1}"):
        engine.data_sets.read(identity, len(photos))
    assert engine.data_sets.source(identity).path.is_file()


def test_the_same_photos_are_one_data_set_until_it_is_deleted(engine: Engine) -> None:
    identity = add(engine, FILES)
    assert add(engine, dict(reversed(FILES.items()))) == identity != add(engine, FILES | {"cats/a.jpg": b"another"})
    engine.data_sets.delete(identity)
    with pytest.raises(UnknownDataSet):
        engine.data_sets.read(identity, 0)


def test_an_archive_among_files_is_a_file_of_the_data_set(engine: Engine) -> None:
    identity = add(engine, {"photos.zip": archive(FILES), "z/b.jpg": b"a dog"})
    with engine.data_sets.open(identity) as data_set:
        assert len(data_set) == 2


def test_no_file_is_no_data_set(engine: Engine) -> None:
    with pytest.raises(InvalidRequest, match="no photo"):
        add(engine, {})


def test_a_data_set_may_have_some_names_that_are_no_photos() -> None:
    settings = read_settings()
    limits = data_set_limits(settings, 100, 5000)
    assert (limits.pictures, limits.picture_bytes, limits.total_bytes) == (100, settings.max_upload_bytes, 5000)
    assert 100 < limits.names < 200
