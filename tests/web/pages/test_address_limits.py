"""A link that someone sent opens the same view in every version: the values in addresses keep names and limits."""

import json

from tests.web.pages.limits import TABLE, read_limits


def test_addresses_keep_their_limits() -> None:
    """Pages and values may be added; `python -m tests.web.pages.limits` adds them to the table."""
    before, today = json.loads(TABLE.read_text("utf-8")), read_limits()
    assert {name: {each: today[name].get(each) for each in limits} for name, limits in before.items()} == before
