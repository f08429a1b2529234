"""`convscope job run` on a folder: the result, the same again, and going on after Ctrl-C."""

import csv
import json
import shutil
import signal
from pathlib import Path

import numpy as np
import pytest

from app.jobs.strongest_cells import PhotoCells, StrongestCells
from tests.cli.conftest import Run
from tests.conftest import SAMPLES

add = StrongestCells.add
PHOTOS = {"church/church.jpg": "church.jpg", "golf ball/a.jpg": "golf-ball.jpg", "golf ball/b.jpg": "coffee.jpg"}


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    for name, sample in PHOTOS.items():
        path = tmp_path / "photos" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(SAMPLES / sample, path)
    return tmp_path / "photos"


def test_a_folder_gives_figures_a_table_and_the_strongest_values(run: Run, photos: Path, tmp_path: Path) -> None:
    output = tmp_path / "out"
    code, _, words = run("job", "run", str(photos), "--network", "squeezenet1_1", "-o", str(output), "-k", "2")
    assert (code, "66.7% right" in words) == (0, True), words
    figures = json.loads((output / "evaluation.json").read_text())
    assert (figures["judged"], figures["top1"]) == (3, pytest.approx(2 / 3))
    rows = list(csv.DictReader((output / "predictions.csv").read_text().splitlines()))
    assert [(row["folder"], row["name"], row["right"]) for row in rows] == [
        ("church", "church.jpg", "yes"),
        ("golf ball", "a.jpg", "yes"),
        ("golf ball", "b.jpg", "no"),
    ]
    with np.load(output / "result.npz", allow_pickle=False) as arrays:
        assert (np.diff(arrays["values"], axis=1) <= 0).all()
        assert arrays["values"].shape[1] == 2


def add_interrupted(cells: StrongestCells, photo: int, of_photo: PhotoCells) -> None:
    """As Ctrl-C while the numbers of a photo are added to those of the others."""
    signal.raise_signal(signal.SIGINT)
    add(cells, photo, of_photo)


def test_an_interrupted_command_goes_on_and_another_question_does_not(
    run: Run, photos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    arguments = ("job", "run", str(photos), "--network", "lenet5", "-o", str(tmp_path / "out"))
    result = tmp_path / "out" / "result.npz"
    with monkeypatch.context() as patch:
        patch.setattr(StrongestCells, "add", add_interrupted)
        code, _, words = run(*arguments)
    assert (code, "Stopped after 1 photos. The same command goes on." in words) == (130, True), words
    with np.load(result, allow_pickle=False) as arrays:
        assert arrays["photos"].tolist() == [0]
    code, _, words = run(*arguments)
    assert code == 0, words
    with np.load(result, allow_pickle=False) as arrays:
        assert arrays["photos"].tolist() == [0, 1, 2]
        assert (np.sort(arrays["cell_photos"][:, :3]) == [0, 1, 2]).all()
    code, _, words = run(*arguments, "-k", "3")
    assert (code, "another network, other photos or another -k" in words) == (1, True)


def test_the_jobs_of_the_data_folder_are_listed_and_an_unknown_one_is_said(run: Run) -> None:
    assert run("job", "list", "--json")[:2] == (0, "[]\n")
    assert run("job", "list")[1].split() == ["id", "network", "state", "done", "photos"]
    code, _, words = run("job", "cancel", "0" * 32)
    assert (code, "no such job" in words) == (1, True), words
