"""Error responses: one body for every error, `{"error": {"code", "message", "details"}}`, or a page for browsers."""

import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.errors import ConvScopeError
from app.web.edge.inference_path import is_inference
from app.web.edge.root_path import path_below_root

log = logging.getLogger("convscope")

# The messages for what the framework refuses by itself; the framework's own never reach a client.
REFUSALS = {
    400: ("invalid_request", "The request can't be read. A form has one file and at most 32 small fields."),
    404: ("not_found", "There is nothing at this address."),
    405: ("method_not_allowed", "This address does not support this method."),
    413: ("too_large", "The request body is too large."),
}

UNREADABLE_JSON = "The JSON of the request can't be read: it must be in UTF-8 and not nested too deep."


class ErrorInfo(BaseModel):
    """What went wrong: a code for programs, a sentence for people, and details that help to correct it."""

    code: str = Field(examples=["unknown_layer"])
    message: str
    details: dict[str, Any]


class ErrorResponse(BaseModel):
    """The body of every error."""

    error: ErrorInfo


RESPONSES: dict[int | str, dict[str, Any]] = {
    "4XX": {"model": ErrorResponse, "description": "The request can't be answered as it is."},
    "5XX": {"model": ErrorResponse, "description": "The server is busy, ran out of time, or failed."},
}


@dataclass(frozen=True, slots=True)
class Failure:
    """An error as a client gets it: HTTP status, a stable code, a sentence, JSON-serialisable details, and headers."""

    status: int
    code: str
    message: str
    details: dict[str, Any] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)


ErrorPage = Callable[[Request, Failure], Response]


def failure_of(error: Exception) -> Failure:
    """The failure to report for `error`. An unexpected error is logged, and the client gets only its reference."""
    match error:
        case ConvScopeError():
            return Failure(error.status, error.code, error.message, error.details, retry_after(error))
        case RequestValidationError():
            # A body that a dependency of the route reads too is checked twice.
            distinct = dict.fromkeys((".".join(map(str, f["loc"])), _plain(f["msg"])) for f in error.errors())
            faults = [{"where": where, "message": message} for where, message in distinct]
            message = "; ".join(f"{fault['where']}: {fault['message']}" for fault in faults)
            return Failure(422, "invalid_request", message, {"faults": faults})
        case HTTPException(__cause__=RecursionError() | UnicodeDecodeError()):
            return Failure(400, "invalid_request", UNREADABLE_JSON)
        case HTTPException():
            code, message = REFUSALS.get(error.status_code, ("refused", "The request was refused."))
            return Failure(error.status_code, code, message, {}, dict(error.headers or {}))
        case ClientDisconnect():  # nobody reads this
            return Failure(400, "invalid_request", "The connection ended before the whole request had come.")
    reference = secrets.token_hex(6)
    log.error("Unexpected error, reference %s", reference, exc_info=error)
    message = f"Something went wrong in the server. It is logged under the reference {reference}."
    return Failure(500, "internal", message, {"reference": reference})


async def error_response(request: Request, error: Exception) -> Response:
    """The response to a request that ended in `error`: JSON, or the app's error page where a browser asks for HTML.

    In the Open Inference Protocol an error is one string.
    """
    failure = failure_of(error)
    if is_inference(request.scope):
        return JSONResponse({"error": failure.message}, failure.status, failure.headers)
    page: ErrorPage | None = getattr(request.app.state, "error_page", None)
    if page is not None and _wants_html(request):
        return page(request, failure)
    body = ErrorResponse(error=ErrorInfo(code=failure.code, message=failure.message, details=failure.details))
    return JSONResponse(body.model_dump(mode="json"), failure.status, failure.headers)


class ErrorBoundary:
    """ASGI middleware: turns what is raised inside it into a response, which outer middlewares treat like any other."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def recording_send(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self._app(scope, receive, recording_send)
        except Exception as error:
            if scope["type"] != "http" or started:
                raise
            response = await error_response(Request(scope, receive), error)
            await response(scope, receive, send)


def install_errors(app: FastAPI) -> None:
    """Give the errors of routes the common body; `ErrorBoundary` does it for those of middlewares."""
    for kind in (ConvScopeError, RequestValidationError, HTTPException):
        app.add_exception_handler(kind, error_response)
    describe = app.openapi
    app.openapi = lambda: _errors_as_json(describe())  # type: ignore[method-assign]  # the documented way to extend it


def _errors_as_json(openapi: dict[str, Any]) -> dict[str, Any]:
    """Describe errors as JSON; FastAPI describes them in the media type of the route's response, such as image/png."""
    for methods in openapi["paths"].values():
        for operation in methods.values():
            for status in RESPONSES.keys() & operation["responses"].keys():
                error = operation["responses"][status]
                error["content"] = {"application/json": next(iter(error["content"].values()))}
    return openapi


def _wants_html(request: Request) -> bool:
    accept = request.headers.get("accept", "")
    return (
        "text/html" in accept
        and "application/json" not in accept
        and not path_below_root(request.scope).startswith("/api/")
    )


def _plain(message: str) -> str:
    return "a file is expected" if "UploadFile" in message else message.removeprefix("Value error, ")


def retry_after(error: ConvScopeError) -> dict[str, str]:
    """The Retry-After header, if the error says when to try again."""
    wait = error.details.get("retry_after_s")
    return {} if wait is None else {"Retry-After": str(wait)}
