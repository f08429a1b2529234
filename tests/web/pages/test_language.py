"""The language of a page, by the reader's choice and by the browser's."""

import asyncio

import httpx
import pytest
from fastapi import FastAPI
from starlette.requests import Request

from app.web.pages import language
from app.web.pages.language import read_language

COOKIE = f"{language.COOKIE}=de"


def request(**headers: str) -> Request:
    lines = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
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
        ("*", "en"),
    ],
)
def test_the_browser_asks_for_a_language(accepted: str, expected: str) -> None:
    assert read_language(request(accept_language=accepted)) == expected


def test_the_reader_s_choice_comes_first() -> None:
    assert read_language(request(accept_language="en", cookie=COOKIE)) == "de"


def test_a_choice_that_is_no_language_is_ignored() -> None:
    assert read_language(request(accept_language="en", cookie=f"{language.COOKIE}=xx")) == "en"


@pytest.mark.parametrize(
    ("referer", "back"),
    [
        ("http://lab.example/compare?sort=top1", "/compare?sort=top1"),
        ("http://lab.example//evil.example/x", "/evil.example/x"),
        ("https://evil.example", "/"),
        ("", "/"),
    ],
)
def test_a_choice_is_remembered_and_leads_back_on_this_host(referer: str, back: str) -> None:
    app = FastAPI()
    app.include_router(language.router)

    async def choose() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://lab.example") as client:
            return await client.post("/language", data={"language": "de"}, headers={"referer": referer})

    answer = asyncio.run(choose())
    assert (answer.status_code, answer.headers["location"]) == (303, back)
    cookie = answer.headers["set-cookie"]
    assert COOKIE in cookie
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
