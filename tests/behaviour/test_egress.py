"""The server makes no outgoing connection: a whole session with every connection and name look-up recorded."""

import os
from pathlib import Path

import httpx
import pytest

from tests.conftest import start

# Python runs this before the server; `socket.bind`, which the server must do, shows that it is at work.
WATCH = """
import os, sys
def note(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto", "socket.bind"):
        with open(os.environ["NOTES"], "a") as notes:
            notes.write(f"{event} {arguments[-1] if event == 'socket.bind' else arguments}\\n")
sys.addaudithook(note)
"""


def test_a_session_connects_to_no_other_host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cat: bytes) -> None:
    notes = tmp_path / "notes"
    (tmp_path / "sitecustomize.py").write_text(WATCH)
    monkeypatch.setenv("NOTES", os.fspath(notes))
    monkeypatch.setenv("PYTHONPATH", os.fspath(tmp_path))
    process, address = start(tmp_path / "data")
    with httpx.Client(base_url=address, timeout=60) as site:
        image = site.post("/api/v1/images", files={"file": cat}).json()["id"]
        shown = f"/api/v1/models/lenet5/images/{image}"
        answers = [
            site.get("/", params={"model": "lenet5", "image": image, "why": "2"}, headers={"Accept": "text/html"}),
            site.get("/compare", params={"image": image, "models": "lenet5"}),
            site.get("/docs"),
            site.post("/api/v1/models/lenet5/classify", files={"file": cat}),
            site.get(f"{shown}/layers/conv_c1.png"),
            site.get(f"{shown}/explanations/gradcam.json"),
            site.get("/metrics"),
        ]
        assert site.post("/api/v1/models/vgg16/pull").status_code == 403
    process.terminate()
    assert process.wait(30) == 0
    assert {answer.status_code for answer in answers} == {200}
    told = notes.read_text().splitlines()
    assert [line for line in told if line.startswith("socket.bind")]
    elsewhere = [line for line in told if not line.startswith("socket.bind") and "127.0.0.1" not in line]
    assert elsewhere == []
