"""Answers that depend on their address and on a network's file: entity tags, 304, and what may be kept for ever.

A picture's id is the hash of its pixels, so an answer about it alone never changes; nor does one about a network where
the address pins its file. RFC 9110 section 8.8.3 (ETag), RFC 8246 (immutable).
"""

import hashlib

from fastapi import Request, Response

from app import __version__

FOR_EVER = "private, max-age=31536000, immutable"  # private: uploads are someone's pictures
ASK_AGAIN = "private, no-cache"  # keep it, and ask each time whether it is still so


class NotModified(Exception):
    """The client holds this very answer; `headers` go with the 304."""

    def __init__(self, headers: dict[str, str]) -> None:
        super().__init__()
        self.headers = headers


def not_modified(request: Request, reason: Exception) -> Response:
    """The exception handler for NotModified."""
    return Response(status_code=304, headers=reason.headers if isinstance(reason, NotModified) else {})


def cache_headers(request: Request, *identities: str, for_ever: bool = True) -> dict[str, str]:
    """The headers of an answer that depends on its address, on `identities` and on this version of ConvScope alone.

    It may be kept `for_ever` if the address says all of that. `If-None-Match: *`, which asks whether there is anything
    at all, is answered in full: only making the answer tells.

    Raises:
        NotModified: the client says that it holds the answer with this entity tag.
    """
    address = (request.url.path, sorted(request.query_params.multi_items()))
    digest = hashlib.sha256(repr((__version__, address, identities)).encode())
    etag = f'"{digest.hexdigest()[:32]}"'
    headers = {"ETag": etag, "Cache-Control": FOR_EVER if for_ever else ASK_AGAIN}
    held = {tag.strip().removeprefix("W/") for tag in request.headers.get("if-none-match", "").split(",")}
    if etag in held:
        raise NotModified(headers)
    return headers
