"""Answers of this site's own API, read without a network: what a report holds is what the API gives."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import unquote, urlsplit

from fastapi import Request
from starlette.types import Message

from app.errors import ConvScopeError
from app.web.pages.components import Notice


@dataclass(frozen=True, slots=True)
class ApiAnswer:
    """What `GET` at an address of the API answers: the content and the headers, by names in small letters."""

    content: bytes
    headers: Mapping[str, str]

    @property
    def data(self) -> Any:
        """The content as JSON."""
        return json.loads(self.content)


async def read_answer(request: Request, href: str) -> ApiAnswer | Notice:
    """What the API answers at `href`, an address relative to the site; a notice where it answers with an error.

    Jobs that it starts end when the client of `request` goes.
    """
    address = urlsplit(href)
    path = f"/{unquote(address.path)}"
    parts: list[bytes] = []
    status, headers = HTTPStatus.OK, dict[str, str]()

    async def send(message: Message) -> None:
        nonlocal status, headers
        if message["type"] == "http.response.start":
            status = HTTPStatus(message["status"])
            headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in message["headers"]}
        elif message["type"] == "http.response.body":
            parts.append(message.get("body", b""))

    scope = {
        **request.scope,
        "method": "GET",
        "root_path": "",
        "path": path,
        "raw_path": address.path.encode(),
        "query_string": address.query.encode(),
        "headers": [(b"accept", b"application/json, image/png")],
    }
    try:
        await request.app.router(scope, request.receive, send)
    except ConvScopeError as error:
        return Notice.of(error)
    content = b"".join(parts)
    if status >= HTTPStatus.BAD_REQUEST:
        failure = json.loads(content)["error"]
        return Notice(failure["code"], failure["message"], status)
    return ApiAnswer(content, headers)
