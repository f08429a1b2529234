"""Style sheets, scripts and samples. Their addresses name their version, so that browsers ask for each one once."""

import hashlib
import os
import re
from functools import cache
from pathlib import Path
from typing import Any

from fastapi import Response
from fastapi.responses import FileResponse
from fastapi.staticfiles import StaticFiles
from starlette.types import Receive, Scope, Send

UNCHANGING = "public, max-age=31536000, immutable"  # RFC 8246
VERSION = re.compile(r"[0-9a-f]{12}")
IMPORTED = re.compile(r'^import\b[^;]*? from "(\.[^"]+)";', re.MULTILINE)


@cache
def version_of(folder: Path) -> str:
    """The version of the files below a folder: 12 hexadecimal digits, other ones once any of them has changed."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            digest.update(f"{path.relative_to(folder).as_posix()} {path.stat().st_size} ".encode() + path.read_bytes())
    return digest.hexdigest()[:12]


class Assets(StaticFiles):
    """The files of a folder, at their paths and below their version: `/css/base.css` and `/0123456789ab/css/base.css`.

    The second address always has this content, so browsers keep it. At the first one, and below the version of another
    server, they revalidate it by entity tag. Modules import each other by relative addresses: they stay in a version.

    The files are small: each is read and sent at once, as streaming one through threads takes twice the time. It is
    always sent whole, which RFC 9110 section 14.2 allows: the framework rejects odd ranges in its own words.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__(directory=folder)
        self._version = version_of(folder)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = [(name, value) for name, value in scope["headers"] if name != b"range"]
        await super().__call__({**scope, "headers": headers}, receive, send)

    def get_path(self, scope: Scope) -> str:
        """The path below the folder, and in `scope` whether its content can never change."""
        version, _, path = super().get_path(scope).partition(os.sep)
        if not VERSION.fullmatch(version):
            return super().get_path(scope)
        scope["is_immutable"] = version == self._version
        return path or os.curdir

    def file_response(self, full_path: Any, stat_result: os.stat_result, scope: Scope, *args: Any) -> Response:
        response = super().file_response(full_path, stat_result, scope, *args)
        if isinstance(response, FileResponse):
            body = Path(response.path).read_bytes()
            response = Response(body, headers={**response.headers, "content-length": str(len(body))})
        cached = UNCHANGING if scope.get("is_immutable") else "no-cache"
        response.headers.update({"Cache-Control": cached, "Accept-Ranges": "none"})
        return response


@cache
def imported_modules(script: Path, root: Path) -> tuple[str, ...]:
    """A script and all its imports, relative to `root`: a page lists them so that browsers fetch them in parallel."""
    modules: dict[Path, None] = {}
    waiting = [script.resolve()]
    while waiting:
        module = waiting.pop()
        if module not in modules:
            modules[module] = None
            waiting += [(module.parent / said).resolve() for said in IMPORTED.findall(module.read_text("utf-8"))]
    return tuple(module.relative_to(root.resolve()).as_posix() for module in modules)
