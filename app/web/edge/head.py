"""HEAD requests, which FastAPI's routes do not answer by themselves."""

from starlette.types import ASGIApp, Receive, Scope, Send


class HeadRequests:
    """ASGI middleware: answers HEAD as GET without a body (RFC 9110 section 9.3.2). The server drops the body."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        as_get = {**scope, "method": "GET"} if scope.get("method") == "HEAD" else scope
        await self._app(as_get, receive, send)
