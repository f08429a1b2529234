"""Answers that are a pure function of their address: entity tags, 304, and keeping them for ever.

A picture's id is the hash of its pixels and a network's identity the hash of its file, so an answer about the two never
changes. RFC 9110 section 8.8.3 (ETag), RFC 8246 (immutable).
"""

import hashlib

from fastapi import Request, Response

from app import __version__

FOR_EVER = "private, max-age=31536000, immutable"  # private: uploads are someone's pictures


class NotModified(Exception):
    """The client holds this very answer; `headers` go with the 304."""

    def __init__(self, headers: dict[str, str]) -> None:
        super().__init__()
        self.headers = headers


def not_modified(request: Request, reason: Exception) -> Response:
    """The exception handler for NotModified."""
    return Response(status_code=304, headers=reason.headers if isinstance(reason, NotModified) else {})


def pure(request: Request, *identities: str) -> dict[str, str]:
    """The headers of an answer that depends on its address, on `identities` and on this version of ConvScope alone.

    Raises:
        NotModified: the client says that it holds the answer with this entity tag.
    """
    address = (request.url.path, sorted(request.query_params.multi_items()))
    digest = hashlib.sha256(repr((__version__, address, identities)).encode())
    etag = f'"{digest.hexdigest()[:32]}"'
    headers = {"ETag": etag, "Cache-Control": FOR_EVER}
    held = {tag.strip().removeprefix("W/") for tag in request.headers.get("if-none-match", "").split(",")}
    if etag in held or "*" in held:
        raise NotModified(headers)
    return headers
