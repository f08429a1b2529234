"""The pages in each language, and the choice of one."""

import asyncio
import re
from html.parser import HTMLParser

import httpx
import pytest
from fastapi import FastAPI

from app.web.language import COOKIE
from app.web.pages import language

CHOICE = f"{COOKIE}=de"
LENET = "?model=lenet5&image={image}"
RESNET = "?model=resnet18-imagenette&image={image}"
VIEWS = [
    "",
    "?model=vgg16",
    "?model=lenet5",
    f"{LENET}&layer=input&target=2",
    f"{LENET}&layer=conv_c3&channel=3&cell=4,6",
    f"{LENET}&layer=softmax&channel=2",
    f"{RESNET}&layer=conv1&channel=3&alike=1",
    f"{LENET}&why=2&against=7&beside=methods&wait=1",
    f"{LENET}&why=2&method=cam",
    f"{LENET}&why=tanh_c1:2",
    f"{LENET}&layer=conv99",
    f"{LENET}&layer=conv_c1&channel=99",
    "?model=lenet99",
    f"?model=lenet5&image={'0' * 32}",
    "networks",
    "compare",
    "compare?image={image}&models=squeezenet1_1,lenet5",
    "docs",
    "learn/relu?relu.function=leaky",
    "experiments/layers?layer=nowhere",
    "no/such/page",
]
ENGLISH = re.compile(r"(?<![-\w])(?:[Tt]he|of|and|is|are|with|from|which|this|that|by|layers?|networks?)(?![-\w])")
SAID = {"title", "alt", "aria-label", "placeholder", "data-hint"}  # attributes that a reader hears or sees
VOID = {"br", "img", "input", "meta", "link", "hr"}


class Words(HTMLParser):
    """What a page says outside code and outside what is marked as English."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._open: list[tuple[str, bool]] = [("", True)]  # each with whether its words count
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = dict(attrs)
        counts = self._open[-1][1] and has.get("lang") != "en" and tag not in {"script", "code", "pre"}
        if counts:
            self.texts += [value for name, value in attrs if name in SAID and value]
        if tag not in VOID:
            self._open.append((tag, counts))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self._open.pop()

    def handle_endtag(self, tag: str) -> None:
        while self._open[-1][0] != tag:
            self._open.pop()
        self._open.pop()

    def handle_data(self, data: str) -> None:
        if self._open[-1][1]:
            self.texts.append(" ".join(data.split()))


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
    assert CHOICE in cookie
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie


@pytest.mark.parametrize("address", VIEWS)
def test_a_german_page_has_no_english_sentence(site: httpx.Client, image: str, address: str) -> None:
    answer = site.get(f"/{address.format(image=image)}", headers={"Accept-Language": "de"})
    assert answer.status_code < 500
    assert '<html lang="de">' in answer.text
    assert answer.headers["content-language"] == "de"
    assert "Accept-Language" in answer.headers["vary"]
    assert "Cookie" in answer.headers["vary"]
    assert [text for text in Words(answer.text).texts if ENGLISH.search(text)] == []


@pytest.mark.parametrize(
    ("language", "text", "status", "translated"),
    [
        ("de", "The file is empty.", 200, "Die Datei ist leer."),
        ("de", "The request body may have at most 12,345 bytes.", 200, "höchstens 12\N{NARROW NO-BREAK SPACE}345 Byte"),
        ("de", "No sentence of ours.", 204, ""),
        ("de", "x" * 4000, 204, ""),
        ("de", "x" * 4001, 422, ""),
        ("en", "The file is empty.", 200, "The file is empty."),
    ],
)
def test_a_script_is_given_a_message_of_the_api_in_the_reader_s_language(
    site: httpx.Client, language: str, text: str, status: int, translated: str
) -> None:
    answer = site.get("/translation", params={"text": text}, headers={"Accept-Language": language})
    assert answer.status_code == status
    assert translated in answer.text
    if status == 200:
        assert answer.headers["content-type"] == "text/plain; charset=utf-8"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["content-language"] == language
