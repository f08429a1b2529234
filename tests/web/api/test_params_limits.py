"""What a client may rely on: parameters keep their names, limits and defaults from version to version."""

import json
from pathlib import Path

from tests.web.api.limits import TABLE, read_limits


def test_published_limits_are_kept(tmp_path: Path) -> None:
    """Operations and parameters may be added; `python -m tests.web.api.limits` publishes them."""
    published, today = json.loads(TABLE.read_text("utf-8")), read_limits(tmp_path)
    assert {name: {each: today[name].get(each) for each in limits} for name, limits in published.items()} == published
