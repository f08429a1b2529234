"""The file of a job's result: NumPy's archive of arrays (`.npz`), which is read without running anything."""

import io
import json
import zipfile
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from app.experiments.accuracy.evaluation import BEST, PictureResult, ScoredClass
from app.jobs.result import JobResult
from app.jobs.strongest_cells import StrongestCells


class DamagedResult(ValueError):
    """The file is none of a job's result, or is cut off."""


def encode_result(result: JobResult) -> bytes:
    """The archive of a result.

    `values`, `cell_photos` and `places` have a row for each channel; the layer `layers[i]` has the rows from
    `first_rows[i]` on. `classes` and `scores` are of the photos in `photos`, -1 and 0 where there are fewer than five.
    `problems` is JSON, by the number of the photo.
    """
    photos = sorted(result.predictions)
    classes, scores = np.full((len(photos), BEST), -1, np.int32), np.zeros((len(photos), BEST))
    for place, photo in enumerate(photos):
        for rank, each in enumerate(result.predictions[photo].best):
            classes[place, rank], scores[place, rank] = each.index, each.score
    problems = {photo: each.problem for photo, each in result.predictions.items() if each.problem is not None}
    file = io.BytesIO()
    np.savez(
        file,
        values=result.cells.values,
        cell_photos=result.cells.photos,
        places=result.cells.places,
        layers=np.array(list(result.rows)),
        first_rows=np.array([each.start for each in result.rows.values()], np.int32),
        photos=np.array(photos, np.int32),
        classes=classes,
        scores=scores,
        problems=np.frombuffer(json.dumps(problems).encode(), np.uint8),
    )
    return file.getvalue()


def decode_result(content: bytes) -> JobResult:
    """The result in an archive; raises DamagedResult."""
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
            cells = StrongestCells(arrays["values"], arrays["cell_photos"], arrays["places"])
            ends = [*arrays["first_rows"].tolist()[1:], len(cells.values)]
            bounds = map(slice, arrays["first_rows"].tolist(), ends)
            rows = dict(zip(arrays["layers"].tolist(), bounds, strict=True))
            problems = {int(photo): str(text) for photo, text in json.loads(arrays["problems"].tobytes()).items()}
            tables = (arrays["photos"].tolist(), arrays["classes"], arrays["scores"])
            predictions = {
                photo: PictureResult(tuple(_classes(classes, scores)), (), problems.get(photo))
                for photo, classes, scores in zip(*tables, strict=True)
            }
    except (EOFError, KeyError, OSError, TypeError, ValueError, zipfile.BadZipFile) as error:
        raise DamagedResult("This is no result of a job.") from error
    return JobResult(predictions, cells, rows)


def _classes(classes: npt.NDArray[np.int32], scores: npt.NDArray[np.float64]) -> Iterator[ScoredClass]:
    for index, score in zip(classes.tolist(), scores.tolist(), strict=True):
        if index >= 0:
            yield ScoredClass(index, score)
