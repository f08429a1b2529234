"""The order of the middlewares around every route."""

from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware

from app.settings import Settings
from app.web.edge import health, metrics
from app.web.edge.bodies import BodyLimit, LingeringClose, UploadSlots, body_check, body_limit
from app.web.edge.errors import ErrorBoundary, install_errors
from app.web.edge.head import HeadRequests
from app.web.edge.health import refuse_while_closing
from app.web.edge.metrics import RequestMeter, RequestMetrics
from app.web.edge.security import RequestChecks, SecurityHeaders, host_check, site_check


def install_edge(app: FastAPI, settings: Settings) -> None:
    """Put the middlewares around `app`, and add health checks and metrics.

    Middlewares are added from the inside out: a request meets the last one first.
    """
    app.state.draining = app.state.closing = False
    app.state.metrics = RequestMetrics(app)
    install_errors(app)
    limit_of = body_limit(settings)
    checks = (refuse_while_closing, host_check(settings), site_check(settings), body_check(limit_of))
    app.add_middleware(BodyLimit, limit_of=limit_of)
    app.add_middleware(UploadSlots, slots=settings.uploads)
    app.add_middleware(RequestChecks, checks=checks)
    app.add_middleware(ErrorBoundary)
    app.add_middleware(LingeringClose)
    if settings.cors_origins:  # without the header Authorization, of the admin's token: it is for our own page alone
        app.add_middleware(
            CORSMiddleware, allow_origins=settings.cors_origins, allow_methods=["*"], expose_headers=["*"]
        )
    app.add_middleware(SecurityHeaders)
    app.add_middleware(RequestMeter, metrics=app.state.metrics)
    app.add_middleware(HeadRequests)
    for part in (health, metrics):
        app.include_router(part.router)
