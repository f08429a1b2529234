"""Collections over HTTP: a ZIP or files become pictures, with folders; what can't be read spoils nothing."""

import io
import zipfile

import httpx

from tests.conftest import SAMPLES

CHURCH = (SAMPLES / "church.jpg").read_bytes()


def zip_of(**files: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return file.getvalue()


def test_a_zip_becomes_pictures_in_their_folders(client: httpx.Client, cat: bytes, image: str) -> None:
    packed = zip_of(**{"photos/tabby/1.jpg": cat, "photos/church/2.jpg": CHURCH, "photos/list.txt": b"no picture"})
    answer = client.post("/collections", files={"file": ("photos.zip", packed)})
    assert answer.status_code == 201
    collection = answer.json()
    assert [(each["folder"], each["name"]) for each in collection["pictures"]] == [
        ("tabby", "1.jpg"),
        ("church", "2.jpg"),
        ("photos", "list.txt"),
    ]
    assert collection["pictures"][0] == {"id": image, "name": "1.jpg", "folder": "tabby", "problem": None}
    assert collection["pictures"][2]["id"] is None
    assert "not a known picture format" in collection["pictures"][2]["problem"]
    address = f"/{answer.headers['location']}"
    assert client.get(address).json() == collection
    assert client.delete(address).status_code == 204
    assert (client.get(address).status_code, client.get(address).json()["error"]["code"]) == (404, "unknown_collection")


def test_files_with_folders_are_the_same_collection_as_their_zip(client: httpx.Client, cat: bytes) -> None:
    """As a browser sends a folder that is dropped. Two files may have the same name in two folders."""
    files = {"a/tabby/1.jpg": cat, "a/church/1.jpg": CHURCH}
    as_files = client.post("/collections", files=[("file", each) for each in files.items()]).json()
    as_zip = client.post("/collections", files={"file": ("a.zip", zip_of(**files))}).json()
    assert as_files == as_zip


def test_an_upload_without_a_picture_is_refused_in_words(client: httpx.Client, cat: bytes) -> None:
    answers = [
        client.post("/collections", files={"file": ("a.zip", zip_of())}),
        client.post("/collections", files={"file": ("a.zip", zip_of(**{"../x.jpg": cat}))}),
        client.post("/collections", files=[("file", (f"{n}.jpg", b"")) for n in range(201)]),
        client.post("/collections", files=[("file", ("a.zip", zip_of(a=cat))), ("file", ("b.jpg", b""))]),
    ]
    assert [(answer.status_code, answer.json()["error"]["message"].split(".")[0]) for answer in answers] == [
        (400, "There is no picture"),
        (400, "None of the files can be read"),
        (413, "There are 201 files; at most 200 are accepted at a time"),
        (400, "None of the files can be read"),
    ]
