"""Style sheets, scripts and samples. Browsers revalidate them, so that an update shows at once."""

import re
from pathlib import Path
from typing import Any

from fastapi import Response
from fastapi.responses import FileResponse
from fastapi.staticfiles import StaticFiles
from starlette.types import Receive, Scope, Send

IMPORTED = re.compile(r'^import\b[^;]*? from "(\.[^"]+)";', re.MULTILINE)


class Assets(StaticFiles):
    """The files of a folder, which browsers cache and revalidate by entity tag.

    They are small: each is read and sent at once, as streaming one through threads takes twice the time. It is always
    sent whole, which RFC 9110 section 14.2 allows: the framework rejects odd ranges in its own words.
    """

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = [(name, value) for name, value in scope["headers"] if name != b"range"]
        await super().__call__({**scope, "headers": headers}, receive, send)

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        response = super().file_response(*args, **kwargs)
        if isinstance(response, FileResponse):
            body = Path(response.path).read_bytes()
            response = Response(body, headers={**response.headers, "content-length": str(len(body))})
        response.headers.update({"Cache-Control": "no-cache", "Accept-Ranges": "none"})
        return response


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
