"""The language of a response, by the reader's choice and by the browser's."""

import pytest
from starlette.requests import Request

from app.web.language import COOKIE, read_language


def request(**headers: str) -> Request:
    lines = [(name.replace("_", "-").encode(), value.encode("latin-1")) for name, value in headers.items()]
    return Request({"type": "http", "headers": lines})


@pytest.mark.parametrize(
    ("accepted", "expected"),
    [
        ("", "en"),
        ("de", "de"),
        ("de-AT,en;q=0.5", "de"),
        ("en-GB,de;q=0.9", "en"),
        ("de;q=0.1, en;q=0.8", "en"),
        ("fr, de;q=0.3", "de"),
        ("fr", "en"),
        ("de;q=0", "en"),
        ("de;q=nonsense", "en"),
        ("de;q=\N{SUPERSCRIPT TWO}", "en"),
        ("*", "en"),
    ],
)
def test_the_browser_asks_for_a_language(accepted: str, expected: str) -> None:
    assert read_language(request(accept_language=accepted)) == expected


def test_the_reader_s_choice_comes_first() -> None:
    assert read_language(request(accept_language="en", cookie=f"{COOKIE}=de")) == "de"


def test_a_choice_that_is_no_language_is_ignored() -> None:
    assert read_language(request(accept_language="en", cookie=f"{COOKIE}=xx")) == "en"
