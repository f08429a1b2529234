"""Evaluations over HTTP: progress and result, the same again, as a table, a sheet and an archive."""

import asyncio
import csv
import io
import json
import zipfile
from pathlib import Path

import httpx
import pytest
from PIL import Image

from app.engine.experiments.collections import Collections
from app.images.collections import Collection
from tests.conftest import SAMPLES, serving
from tests.web.responses import events

MODEL = "squeezenet1_1"
FILES = {"tabby/1.jpg": "cat.jpg", "golf_ball/2.jpg": "golf-ball.jpg", "church/3.jpg": "coffee.jpg"}


@pytest.fixture(scope="module")
def collection(server: str) -> str:
    files = [("file", (name, (SAMPLES / file).read_bytes())) for name, file in FILES.items()]
    files.append(("file", ("church/4.jpg", b"no picture")))
    identity: str = httpx.post(f"{server}/api/v1/collections", files=files).raise_for_status().json()["id"]
    return identity


def test_an_evaluation_tells_its_progress_and_judges_by_the_folders(client: httpx.Client, collection: str) -> None:
    address = f"/models/{MODEL}/collections/{collection}/evaluations"
    with client.stream("POST", address) as answer:
        *earlier, (last, result) = events(answer)
    assert ({name for name, _ in earlier} <= {"progress"}, last) == (True, "done")
    assert client.get(address).json() == result
    for picture in result["pictures"][:3]:
        alone = client.get(f"/models/{MODEL}/images/{picture['id']}/predictions").json()["predictions"][0]
        assert picture["predictions"][0]["label"] == alone["label"]
        assert picture["predictions"][0]["score"] == pytest.approx(alone["score"], abs=1e-4)
    rights = [picture["right"] for picture in result["pictures"]]
    assert rights == [rights[0], True, False, None]
    assert result["judged"] == 3
    assert result["top1"] == pytest.approx(rights.count(True) / 3)
    assert {folder["name"]: [each["label"] for each in folder["classes"]] for folder in result["folders"]} == {
        "tabby": ["tabby"],
        "golf_ball": ["golf ball"],
        "church": ["church"],
    }
    assert result["confusion"]["folders"] == ["tabby", "golf_ball", "church"]
    assert [sum(row) for row in result["confusion"]["counts"]] == [1, 1, 1]
    assert sum(each["images"] for each in result["calibration"]["bins"]) == 3
    assert 2 in result["mistakes"]


def test_the_archive_has_the_table_the_sheet_and_the_numbers(client: httpx.Client, collection: str) -> None:
    address = f"/models/{MODEL}/collections/{collection}/evaluations"
    with zipfile.ZipFile(io.BytesIO(client.get(f"{address}.zip").content)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    assert json.loads(files["evaluation.json"]) == client.get(address).json()
    assert files["predictions.csv"] == client.get(f"{address}.csv").content
    assert files["contact-sheet.png"] == client.get(f"{address}.png").content
    assert Image.open(io.BytesIO(files["contact-sheet.png"])).width > 3 * 120
    rows = list(csv.DictReader(io.StringIO(files["predictions.csv"].decode())))
    assert [row["name"] for row in rows] == ["1.jpg", "2.jpg", "3.jpg", "4.jpg"]


def test_a_sweep_over_the_photos_follows_their_accuracy(client: httpx.Client, collection: str) -> None:
    address = f"/models/{MODEL}/collections/{collection}/sweeps/rotation:0~90@3"
    with client.stream("POST", address) as answer:
        *_, (last, result) = events(answer)
    assert last == "done"
    assert [step["amount"] for step in result["steps"]] == [0, 45, 90]
    unchanged = client.get(f"/models/{MODEL}/collections/{collection}/evaluations").json()
    assert (result["steps"][0]["top1"], result["steps"][0]["agreement"]) == (unchanged["top1"], 1)
    assert client.get(address).json() == result
    assert len(list(csv.DictReader(io.StringIO(client.get(f"{address}.csv").text)))) == 3


def test_what_can_not_be_evaluated_is_refused_in_words(client: httpx.Client, collection: str) -> None:
    base = f"/models/{MODEL}/collections"
    codes = {
        f"{base}/{'0' * 32}/evaluations": (404, "unknown_collection"),
        f"{base}/{collection}/sweeps/rotation:0~90@26": (400, "invalid_request"),
        f"{base}/{collection}/sweeps/rotation:0~90@3;blur:0~5@3": (400, "invalid_request"),
        f"/models/alexnet/collections/{collection}/evaluations": (409, "not_available"),
    }
    for address, expected in codes.items():
        answer = client.get(address)
        assert (answer.status_code, answer.json()["error"]["code"]) == expected


def test_the_store_is_asked_for_the_photos_in_threads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bucket may take long to answer for each, and nothing else is answered while the event loop waits."""
    callers: list[object] = []
    look = Collections.present

    def present(self: Collections, collection: Collection) -> tuple[str, ...]:
        callers.append(asyncio._get_running_loop())
        return look(self, collection)

    monkeypatch.setattr(Collections, "present", present)
    with serving(tmp_path) as address, httpx.Client(base_url=address, timeout=60) as site:
        upload = {"file": ("tabby/1.jpg", (SAMPLES / "cat.jpg").read_bytes())}
        collection = site.post("/api/v1/collections", files=upload).raise_for_status().json()["id"]
        for question in ("evaluations", "sweeps/rotation:0~90@2"):
            resource = f"/api/v1/models/lenet5/collections/{collection}/{question}"
            assert "event: done" in site.post(resource).raise_for_status().text
            site.get(f"{resource}.csv").raise_for_status()
        page = f"/experiments/folder?model=lenet5&collection={collection}&sweep=rotation:0~80@2&wait=1"
        site.get(page).raise_for_status()
    assert callers
    assert set(callers) == {None}
