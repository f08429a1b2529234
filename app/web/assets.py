"""Style sheets, scripts and samples: asked for anew each time, so that an update is seen at once; answered with 304."""

from typing import Any

from fastapi import Response
from fastapi.staticfiles import StaticFiles


class Assets(StaticFiles):
    """Files of a folder, to be kept by browsers and checked by their entity tags."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        response = super().file_response(*args, **kwargs)
        response.headers["Cache-Control"] = "no-cache"
        return response
