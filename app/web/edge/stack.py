"""What stands around every route: errors, limits, security, figures, health and the API's description."""

from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware

from app.settings import Settings
from app.web.edge import health, metrics
from app.web.edge.bodies import Bodies, Places, acceptable_body
from app.web.edge.errors import Errors, install_errors
from app.web.edge.head import Head
from app.web.edge.health import not_closing
from app.web.edge.metrics import Measure, Meters
from app.web.edge.security import Gate, SecurityHeaders, known_host, same_site
from app.web.pages.reference import routes as docs


def install_edge(app: FastAPI, settings: Settings) -> None:
    """Put the edge around `app`. Middlewares are added from the inside out: a request meets the last one first."""
    app.state.closing = False
    app.state.meters = Meters(app)
    install_errors(app)
    checks = (not_closing, known_host(settings), same_site(settings), acceptable_body(settings))
    app.add_middleware(Places, places=settings.uploads)
    app.add_middleware(Gate, checks=checks)
    app.add_middleware(Errors)
    app.add_middleware(Bodies, max_bytes=settings.max_upload_bytes)
    if settings.cors_origins:
        app.add_middleware(
            CORSMiddleware, allow_origins=settings.cors_origins, allow_methods=["*"], expose_headers=["*"]
        )
    app.add_middleware(SecurityHeaders)
    app.add_middleware(Measure, meters=app.state.meters)
    app.add_middleware(Head)
    for part in (health, metrics, docs):
        app.include_router(part.router)
