"""The first steps with the API run in a shell as they stand on the page."""

import json
import re
import subprocess
from html import unescape
from pathlib import Path

import httpx

from tests.conftest import SAMPLES


def test_the_commands_upload_a_photo_classify_it_and_draw_a_layer(server: str, tmp_path: Path) -> None:
    page = httpx.get(f"{server}/docs", timeout=60).text  # on a busy machine the description takes seconds
    (steps,) = re.findall(r'<ol class="first-steps">(.*?)</ol>', page, re.DOTALL)
    upload, classify, draw = map(unescape, re.findall(r"<code>((?:IMAGE|curl).*?)</code>", steps))
    (tmp_path / "photo.jpg").write_bytes((SAMPLES / "cat.jpg").read_bytes())
    script = f"{upload}\n{classify}\n{draw}\n"
    done = subprocess.run(["sh", "-e", "-c", script], cwd=tmp_path, capture_output=True, check=True)
    assert len(json.loads(done.stdout)["predictions"]) == 5
    assert (tmp_path / "layer.png").read_bytes().startswith(b"\x89PNG")
