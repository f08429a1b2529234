"""Style sheets, scripts and samples: asked for anew each time, so that an update is seen at once; answered with 304."""

import re
from pathlib import Path
from typing import Any

from fastapi import Response
from fastapi.staticfiles import StaticFiles

IMPORTED = re.compile(r'^import\b[^;]*? from "(\.[^"]+)";', re.MULTILINE)


class Assets(StaticFiles):
    """Files of a folder, to be kept by browsers and checked by their entity tags."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        response = super().file_response(*args, **kwargs)
        response.headers["Cache-Control"] = "no-cache"
        return response


def modules_of(script: Path) -> tuple[str, ...]:
    """A script and all that it imports, relative to its folder: a page that names them has them fetched all at once."""
    found: dict[Path, None] = {}
    waiting = [script.resolve()]
    while waiting:
        module = waiting.pop()
        if module not in found:
            found[module] = None
            waiting += [(module.parent / said).resolve() for said in IMPORTED.findall(module.read_text("utf-8"))]
    return tuple(module.relative_to(script.parent.resolve()).as_posix() for module in found)
