"""HEAD, which the framework's routes don't know: every GET may be asked for without its body."""

from starlette.types import ASGIApp, Receive, Scope, Send


class Head:
    """ASGI middleware: HEAD is GET whose answer has no body (RFC 9110 section 9.3.2); the server leaves that out."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        asked = {**scope, "method": "GET"} if scope.get("method") == "HEAD" else scope
        await self._app(asked, receive, send)
