"""HTTP caching: entity tags, 304 Not Modified, and immutable responses.

A picture's id is the hash of its pixels, so a response about it alone never changes; nor does one about a network whose
file is pinned by the address. RFC 9110 section 8.8.3 (ETag), RFC 8246 (immutable).
"""

import hashlib

from fastapi import Request, Response

from app import __version__

IMMUTABLE = "private, max-age=31536000, immutable"  # private: uploaded pictures belong to someone
REVALIDATE = "private, no-cache"  # may be stored, and must be revalidated each time


class NotModified(Exception):
    """The client has this response already; `headers` go with the 304."""

    def __init__(self, headers: dict[str, str]) -> None:
        super().__init__()
        self.headers = headers


def not_modified_response(request: Request, reason: Exception) -> Response:
    """The exception handler for NotModified."""
    return Response(status_code=304, headers=reason.headers if isinstance(reason, NotModified) else {})


def cache_headers(request: Request, *identities: str, immutable: bool = True) -> dict[str, str]:
    """The headers of a response that depends only on its address, on `identities` and on this version of ConvScope.

    It is `immutable` if the address alone says all of that. `If-None-Match: *`, which asks whether there is any
    response at all, is answered in full: only computing the response can tell.

    Raises:
        NotModified: the client says that it has the response with this entity tag.
    """
    address = (request.url.path, sorted(request.query_params.multi_items()))
    digest = hashlib.sha256(repr((__version__, address, identities)).encode())
    etag = f'"{digest.hexdigest()[:32]}"'
    headers = {"ETag": etag, "Cache-Control": IMMUTABLE if immutable else REVALIDATE}
    tags = {tag.strip().removeprefix("W/") for tag in request.headers.get("if-none-match", "").split(",")}
    if etag in tags:
        raise NotModified(headers)
    return headers
