"""The language of a response: what the reader chose, else what the browser asks for, else English."""

import re
from collections.abc import Iterator

from fastapi import Request

from app.web.texts import FIRST_LANGUAGE, LANGUAGES

COOKIE = "convscope_language"
QUALITY = re.compile(r"[0-9]+(\.[0-9]*)?")


def read_language(request: Request) -> str:
    """The language for a request."""
    chosen = request.cookies.get(COOKIE)
    if chosen in LANGUAGES:
        return chosen
    wanted = _accepted(request.headers.get("accept-language", ""))
    return next((language for language in wanted if language in LANGUAGES), FIRST_LANGUAGE)


def _accepted(header: str) -> Iterator[str]:
    """The primary languages of an Accept-Language header, the most wanted first (RFC 9110, section 12.5.4)."""
    ranges = []
    for place, part in enumerate(header.split(",")):
        tag, _, parameter = part.partition(";")
        quality = parameter.strip().removeprefix("q=") if parameter else "1"
        if QUALITY.fullmatch(quality) and float(quality) > 0:
            ranges.append((-float(quality), place, tag.strip().split("-")[0].lower()))
    return (language for _, _, language in sorted(ranges))
