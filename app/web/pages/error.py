"""The page for an error without a view to show it in."""

from dataclasses import dataclass

from fastapi import Request, Response

from app.web.edge.errors import Failure
from app.web.edge.root_path import path_below_root
from app.web.pages.components import Notice
from app.web.pages.language import site_for


def error_page(request: Request, failure: Failure) -> Response:
    """The page for a failure without a view."""
    site = site_for(request)
    path = path_below_root(request.scope)
    error = ErrorView(
        notice=Notice(failure.code, failure.message, failure.status),
        root="../" * (path.count("/") - 1) or "./",
        known=tuple(failure.details.get("known", ())) if failure.code == "unknown_model" else (),
    )
    response = site.render("error.html", {"error": error}, error.notice)
    response.headers.update(failure.headers)
    return response


@dataclass(frozen=True, slots=True)
class ErrorView:
    """A failure without a view. `root` is the relative address of the start page, `known` the ids of all networks."""

    notice: Notice
    root: str
    known: tuple[str, ...]
