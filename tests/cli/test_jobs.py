"""`convscope job run` on a folder: the result, the same again, and going on after Ctrl-C."""

import csv
import json
import shutil
import signal
from pathlib import Path

import numpy as np
import pytest

from app.cli import jobs
from app.engine.jobs.store import JobStore
from app.jobs.record import JobRecord, JobRequest
from app.jobs.strongest_cells import PhotoCells, StrongestCells
from tests.cli.conftest import Run
from tests.conftest import SAMPLES
from tests.work.clock import Clock

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


def test_a_job_of_the_data_folder_is_listed_shown_and_cancelled(run: Run, tmp_path: Path) -> None:
    record = JobRecord.new(JobRequest("lenet5", "0" * 64, "1" * 32), photos=12_345)
    JobStore(tmp_path / "jobs", 10_000_000, 1e6).add(record)
    listed = run("job", "list")[1].splitlines()
    assert listed[1].split() == [record.id, "lenet5", "waiting", "0", "12,345"]
    shown = json.loads(run("job", "show", record.id)[1])
    assert shown == {**json.loads(record.encode()), "id": record.id}
    assert json.loads(run("job", "list", "--json")[1]) == [shown]
    assert run("job", "cancel", record.id) == (0, "", f"{record.id} is cancelled.\n")
    assert json.loads(run("job", "show", record.id)[1])["state"] == "cancelled"


def test_a_line_each_second_says_how_many_photos_are_done(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The rate is of this command: an earlier one has done some."""
    clock = Clock()
    monkeypatch.setattr(jobs, "time", clock)
    line = jobs.JobLine(2_000)
    said = []
    for seconds, done in ((0.5, 1_010), (2, 1_030), (1, 1_031), (0.5, 1_032), (0.25, 1_900), (0.75, 2_000)):
        clock.seconds += seconds
        line.show(done)
        said.append(capsys.readouterr().err)
    assert said == [
        "",
        "1,030 of 2,000 photos, 8 a second\n",
        "",
        "1,032 of 2,000 photos, 6 a second\n",
        "",
        "2,000 of 2,000 photos, 198 a second\n",
    ]
