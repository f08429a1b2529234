"""Probes for folders of photos, over the API."""

import io

import httpx
import pytest
from PIL import Image

from tests.conftest import SAMPLES
from tests.web.responses import events

FOLDERS = {"flight": "parachute.jpg", "town": "gas-pump.jpg"}


def crops(name: str) -> list[bytes]:
    """Four crops of a sample: photos that are alike."""
    photo = Image.open(SAMPLES / name).convert("RGB")
    files = []
    for shift in range(4):
        file = io.BytesIO()
        photo.crop((4 * shift, 0, photo.width, photo.height - 4 * shift)).save(file, "PNG")
        files.append(file.getvalue())
    return files


@pytest.fixture(scope="module")
def collection(server: str) -> str:
    files = [
        ("file", (f"{folder}/{number}.png", content))
        for folder, name in FOLDERS.items()
        for number, content in enumerate(crops(name))
    ]
    files.append(("file", ("flight/copy.png", files[0][1][1])))
    identity: str = httpx.post(f"{server}/api/v1/collections", files=files, timeout=60).raise_for_status().json()["id"]
    return identity


def test_folders_of_photos_that_differ_are_told_apart(client: httpx.Client, collection: str) -> None:
    path = f"/models/lenet5/collections/{collection}/probes"
    with client.stream("POST", path) as answer:
        *earlier, (last, probes) = events(answer)
    assert ({name for name, _ in earlier} <= {"progress"}, last) == (True, "done")
    assert probes == client.get(path).json()
    assert (probes["folders"], probes["photos"], probes["folds"], probes["chance"]) == (["flight", "town"], 8, 4, 0.5)
    assert probes["left_out"] == 1
    assert [each["layer"] for each in probes["layers"]] == ["tanh_c1", "tanh_c3", "tanh_c5", "tanh_f6", "output"]
    assert max(each["nearest"] for each in probes["layers"]) == 1


def test_one_folder_is_not_enough(client: httpx.Client, cat: bytes) -> None:
    collection = client.post("/collections", files=[("file", ("tabby/1.jpg", cat))]).json()["id"]
    answer = client.get(f"/models/lenet5/collections/{collection}/probes")
    assert answer.status_code == 400
    assert "two folders" in answer.json()["error"]["message"]
