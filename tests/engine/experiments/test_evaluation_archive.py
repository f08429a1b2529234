"""What is downloaded of an evaluation."""

import io
import zipfile
from collections.abc import Iterable
from datetime import datetime

import numpy as np
import pytest
from PIL import Image

from app.engine.engine import Engine
from app.engine.experiments import evaluation_archive as module
from app.engine.experiments.evaluation_archive import draw_contact_sheet, pack_archive, table_of
from app.errors import Cancelled, UnknownImage
from app.images.collections import Collection
from app.images.contact_sheet import ContactTile
from app.nets.preprocessing.fit import RGB
from app.work.stop import Stop
from tests.conftest import SAMPLES
from tests.engine.uploads import sent

MODEL = "resnet18-imagenette"


@pytest.fixture(scope="module")
def collection(engine: Engine) -> Collection:
    samples = {"golf ball/1.jpg": "golf-ball.jpg", "church/2.jpg": "church.jpg"}
    files = {name: (SAMPLES / sample).read_bytes() for name, sample in samples.items()}
    with sent(engine.collections.uploads, {**files, "church/notes.jpg": b"no photo"}) as incoming:
        return engine.collections.add(incoming).result()


def test_an_archive_has_a_sheet_a_table_and_numbers_and_is_the_same_each_time() -> None:
    packed = pack_archive(b"png", "a,b\n", "{}")
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        content = {name: archive.read(name) for name in archive.namelist()}
        assert {datetime(*each.date_time) for each in archive.infolist()} == {datetime(1980, 1, 1)}  # the first of ZIP
    assert content == {"contact-sheet.png": b"png", "predictions.csv": b"a,b\n", "evaluation.json": b"{}"}
    assert pack_archive(b"png", "a,b\n", "{}") == packed


def test_a_sheet_has_a_tile_for_each_picture_whether_read_or_not(engine: Engine, collection: Collection) -> None:
    network = engine.network(MODEL)
    evaluation = engine.evaluations.evaluate(network, collection).result()
    sheet = Image.open(io.BytesIO(draw_contact_sheet(engine.pictures, network, collection, evaluation, Stop())))
    assert sheet.format == "PNG"
    assert len(np.unique(np.asarray(sheet.convert("L")))) > 50
    rows = table_of(network, collection, evaluation).splitlines()
    assert len(rows) == 1 + len(collection.pictures) == 4
    assert [row.split(",")[2] for row in rows[1:]] == [picture.name for picture in collection.pictures]


def test_a_sheet_can_be_stopped(engine: Engine, collection: Collection) -> None:
    network = engine.network(MODEL)
    evaluation = engine.evaluations.evaluate(network, collection).result()
    stop = Stop()
    stop.set(Cancelled("enough"))
    with pytest.raises(Cancelled):
        draw_contact_sheet(engine.pictures, network, collection, evaluation, stop)


def test_a_tile_has_the_picture_with_the_best_class_its_score_and_its_folder(
    engine: Engine, collection: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    def tiles() -> list[ContactTile]:
        drawn: list[ContactTile] = []

        def sheet(tiles: Iterable[ContactTile], count: int) -> bytes:
            drawn.extend(tiles)
            return bytes(count)

        monkeypatch.setattr(module, "contact_sheet", sheet)
        assert draw_contact_sheet(engine.pictures, network, collection, evaluation, Stop()) == bytes(3)
        return drawn

    network = engine.network(MODEL)
    evaluation = engine.evaluations.evaluate(network, collection).result()
    first, second, third = tiles()
    scores = [f"{result.best[0].score:.0%}" for result in evaluation.results[:2]]
    assert (first.caption, first.remark, first.is_right) == ("golf ball", f"{scores[0]} golf ball", True)
    assert (second.caption, second.remark, second.is_right) == ("church", f"{scores[1]} church", True)
    assert (third.caption, third.remark, third.is_right, third.rgb) == ("not read", "notes.jpg", None, None)
    for tile, picture in zip((first, second), collection.pictures, strict=False):
        assert tile.rgb is not None
        assert np.array_equal(tile.rgb, engine.pictures.get(str(picture.id)))

    def gone(image: str) -> RGB:
        raise UnknownImage(image)

    monkeypatch.setattr(engine.pictures, "get", gone)
    assert [(tile.caption, tile.rgb) for tile in tiles()] == [("golf ball", None), ("church", None), ("not read", None)]
