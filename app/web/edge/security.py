"""Security: the host names that this server answers to, cross-site requests, and the security headers."""

import re
from collections.abc import Callable, Iterator
from ipaddress import ip_address

from fastapi import Request
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.errors import ConvScopeError
from app.settings import LOOPBACK, Settings

Check = Callable[[Request], None]
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
HOST = re.compile(r"(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9_.-]+)(?::(\d{1,5}))?")
DEFAULT_PORTS = {"http": "80", "https": "443"}

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' blob: data:",
        "connect-src 'self'",
        "font-src 'none'",
        "frame-ancestors 'self'",
        "base-uri 'none'",
        "form-action 'self'",
    )
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), geolocation=(), microphone=(), payment=(), usb=()",
}


class UnknownHost(ConvScopeError):
    """The Host header has a name that this server does not answer to, as with DNS rebinding."""

    status = 400
    code = "unknown_host"


class CrossSite(ConvScopeError):
    """A page of another site sends a request that changes something."""

    status = 403
    code = "cross_site"


class SecurityHeaders:
    """ASGI middleware: sets `HEADERS` on every response that does not set its own."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, send_with_headers)


class RequestChecks:
    """ASGI middleware: a request passes if none of the checks raises. They run before its body is read."""

    def __init__(self, app: ASGIApp, checks: tuple[Check, ...]) -> None:
        self._app = app
        self._checks = checks

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            request = Request(scope)
            for check in self._checks:
                check(request)
        await self._app(scope, receive, send)


def host_check(settings: Settings) -> Check:
    """Refuse requests whose Host header is not a name of this server, as a defence against DNS rebinding.

    A page whose DNS name is rebound to this machine still sends that name. It can't send an IP address, so a server
    that listens beyond the loopback interface accepts every IP address.
    """
    bound = settings.host.strip("[]").lower()
    names = {*settings.allowed_hosts, bound, f"[{bound}]"}
    suffixes = tuple(name.removeprefix("*") for name in names if name.startswith("*."))
    addresses = bound not in {name.strip("[]") for name in LOOPBACK}

    def check(request: Request) -> None:
        name = _host_of(request.headers.getlist("host"))
        if name is None:
            raise UnknownHost("The Host header is missing or malformed.")
        known = name in names or name.endswith(suffixes) or "*" in names or (addresses and _is_address(name))
        if not known:
            raise UnknownHost(
                "This server does not answer to the name in the address. Use http://localhost, or ask whoever runs the "
                "server to add the name to CONVSCOPE_ALLOWED_HOSTS."
            )

    return check


def site_check(settings: Settings) -> Check:
    """Refuse requests that change something and come from a page of another site (CSRF).

    Sec-Fetch-Site counts first. Browsers send it only to HTTPS and to this machine itself, so over plain HTTP the
    origin counts: it must be the address that the request was sent to. With `Referrer-Policy: same-origin` our own
    forms send it; sandboxed frames and `data:` pages send `null`. Old browsers send the Referer alone. Programs send
    none of these headers and are accepted.
    """
    allowed = set(settings.cors_origins)

    def check(request: Request) -> None:
        if request.method in SAFE_METHODS:
            return
        origin = _origin_of(request)
        site = request.headers.get("sec-fetch-site")
        if origin in allowed:
            return
        own = site in {"same-origin", "none"} if site is not None else origin is None or _is_own(origin, request)
        if not own:
            raise CrossSite("Pages of other sites may not send this. Use ConvScope's own page, or a program.")

    return check


def _host_of(values: list[str]) -> str | None:
    match = HOST.fullmatch(values[0]) if len(values) == 1 else None
    return match[1].lower().rstrip(".") if match else None


def _is_address(name: str) -> bool:
    try:
        ip_address(name.strip("[]"))
    except ValueError:
        return False
    return True


def _origin_of(request: Request) -> str | None:
    """The origin of the page that sends the request: the Origin header, or else that of the Referer."""
    referrer = request.headers.get("referer")
    return request.headers.get("origin", referrer and "/".join(referrer.split("/", 3)[:3]))


def _is_own(origin: str, request: Request) -> bool:
    scheme, _, address = origin.lower().partition("://")
    port = ":" + DEFAULT_PORTS.get(scheme, "")
    return address != "" and address.removesuffix(port) in {host.removesuffix(port) for host in _addresses(request)}


def _addresses(request: Request) -> Iterator[str]:
    """The `name:port` that the request was sent to: the Host header, and what a proxy says it was before.

    A page of another site can't set the headers of a proxy: a form has none, and a script would have to ask first.
    """
    forwarded = request.headers.get("x-forwarded-host", "").split(",")
    port = request.headers.get("x-forwarded-port", "").strip()
    for host in (request.headers.get("host", ""), *forwarded):
        address = host.strip().lower()
        yield address
        if port and address and _has_no_port(address):
            yield f"{address}:{port}"


def _has_no_port(address: str) -> bool:
    match = HOST.fullmatch(address)
    return match is not None and match[2] is None
