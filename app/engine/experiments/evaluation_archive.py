"""What one takes away of an evaluation: a contact sheet as PNG, and one ZIP of it with the table and the numbers."""

import io
import zipfile
from collections.abc import Iterator

from app.engine.experiments.sweeps import answer_labels
from app.engine.pictures import Pictures
from app.errors import UnknownImage
from app.experiments.accuracy.evaluation import Evaluation, PictureResult
from app.experiments.accuracy.evaluation_table import evaluation_table
from app.images.collections import Collection, CollectionPicture
from app.images.contact_sheet import ContactTile, contact_sheet
from app.nets.network import Network
from app.work.stop import Stop

SHEET, TABLE, NUMBERS = "contact-sheet.png", "predictions.csv", "evaluation.json"
CAPTION = 22  # characters that fit below a picture


def draw_contact_sheet(
    pictures: Pictures, network: Network, collection: Collection, evaluation: Evaluation, stop: Stop
) -> bytes:
    """Every picture with its prediction, a tick or a cross, its score, and its folder."""

    def tiles() -> Iterator[ContactTile]:
        for picture, result in zip(collection.pictures, evaluation.results, strict=True):
            stop.check()
            yield _tile(pictures, network, picture, result)

    return contact_sheet(tiles(), len(collection.pictures))


def pack_archive(sheet: bytes, table: str, numbers: str) -> bytes:
    """The ZIP of a contact sheet, a table and the numbers as JSON, without times: equal evaluations make equal ZIPs."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in ((SHEET, sheet), (TABLE, table.encode()), (NUMBERS, numbers.encode())):
            archive.writestr(zipfile.ZipInfo(name), content)
    return file.getvalue()


def table_of(network: Network, collection: Collection, evaluation: Evaluation) -> str:
    """The evaluation as comma-separated values."""
    return evaluation_table(collection, evaluation, answer_labels(network))


def _tile(pictures: Pictures, network: Network, picture: CollectionPicture, result: PictureResult) -> ContactTile:
    if not result.best:
        return ContactTile(None, "not read", picture.name[:CAPTION], None)
    best = result.best[0]
    caption, remark = answer_labels(network)[best.index][:CAPTION], f"{best.score:.0%} {picture.folder}"[:CAPTION]
    try:
        rgb = pictures.get(str(picture.id))
    except UnknownImage:  # since the evaluation
        rgb = None
    return ContactTile(rgb, caption, remark, result.is_right)
