"""The app: settings, engine, edge and routes, wired together."""

import asyncio
import math
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache

from fastapi import FastAPI

from app import __version__
from app.engine.engine import Engine
from app.lessons.book import Book, read_book
from app.resources import LESSONS, STATIC
from app.settings import Settings
from app.web.admin import install_admin
from app.web.api import (
    channels,
    effective_fields,
    filters,
    images,
    inputs,
    layers,
    networks,
    outputs,
    predictions,
    preprocessings,
    timings,
    weights,
)
from app.web.api.arithmetic import cells, convolve, paths, photo_kernels, scripts
from app.web.api.experiments import (
    ablations,
    attacks,
    channel_effects,
    collections,
    components,
    damages,
    depth,
    differences,
    evaluation_sweeps,
    evaluations,
    folder_effects,
    folder_probes,
    layer_readings,
    live_frames,
    perturbations,
    sweeps,
)
from app.web.api.explanations import maps, methods, progress, series
from app.web.api.jobs import data_sets, jobs, patches
from app.web.api.lessons import exercise, lesson
from app.web.api.own import networks as own_networks
from app.web.edge.errors import RESPONSES
from app.web.edge.etags import NotModified, not_modified_response
from app.web.edge.stack import install_edge
from app.web.inference import routes as inference
from app.web.pages.assets import Assets
from app.web.pages.comparison.routes import install_comparison
from app.web.pages.experiments import routes as experiments
from app.web.pages.experiments.compare import routes as compare_page
from app.web.pages.experiments.depth import routes as depth_page
from app.web.pages.experiments.digit import routes as digit_page
from app.web.pages.experiments.folder import routes as folder_page
from app.web.pages.experiments.fool import routes as fool_page
from app.web.pages.experiments.layers import routes as layers_page
from app.web.pages.experiments.paint import routes as paint_page
from app.web.pages.experiments.picture import routes as picture_page
from app.web.pages.experiments.report import routes as report_page
from app.web.pages.experiments.sweep import routes as sweep_page
from app.web.pages.experiments.switch_off import routes as switch_off_page
from app.web.pages.experiments.webcam import routes as webcam_page
from app.web.pages.explorer.routes import install_explorer
from app.web.pages.jobs import routes as jobs_page
from app.web.pages.kernel import routes as kernel_page
from app.web.pages.language import install_language
from app.web.pages.lessons.routes import install_lessons
from app.web.pages.networks import routes as networks_page
from app.web.pages.own_networks import routes as own_networks_pages
from app.web.pages.reference import routes as reference
from app.web.pages.start.routes import install_start

API = (
    *(
        networks,
        own_networks,
        timings,
        images,
        inputs,
        predictions,
        outputs,
        preprocessings,
        layers,
        channels,
        filters,
        cells,
        paths,
        effective_fields,
        scripts,
    ),
    *(convolve, photo_kernels, methods, maps, series, progress, lesson, exercise, weights),
    ablations,
    attacks,
    channel_effects,
    collections,
    depth,
    components,
    damages,
    differences,
    evaluation_sweeps,
    evaluations,
    folder_effects,
    folder_probes,
    layer_readings,
    live_frames,
    perturbations,
    sweeps,
    *(data_sets, jobs, patches),
)
PAGES = (
    *(reference, networks_page, own_networks_pages, kernel_page, jobs_page),
    *(
        experiments,
        paint_page,
        picture_page,
        sweep_page,
        depth_page,
        compare_page,
        fool_page,
        digit_page,
        switch_off_page,
        folder_page,
        layers_page,
        webcam_page,
        report_page,
    ),
)
DESCRIPTION = "See what a convolutional neural network sees: every activation map, every filter, every number."


def create_app(settings: Settings) -> FastAPI:
    """The ASGI app with its own engine, which closes with the app's lifespan.

    Raises:
        ConvScopeError: the requested provider is not available.
    """
    engine = Engine(settings)
    app = FastAPI(
        title="ConvScope",
        description=DESCRIPTION,
        version=__version__,
        lifespan=_lifespan,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        responses=RESPONSES,
        form_limits={"max_files": 1, "max_fields": 32, "max_part_size": 65_536},
    )
    app.state.engine = engine
    app.state.shutdown_s, app.state.closes_by = settings.shutdown_s, math.inf  # its server says when it closes
    app.add_exception_handler(NotModified, not_modified_response)
    app.mount("/static", Assets(STATIC), name="static")  # first: a page asks for dozens
    app.include_router(inference.router)  # of its many requests each would pass all other routes
    for part in API:
        app.include_router(part.router)
    install_admin(app, settings)
    install_edge(app, settings)
    install_language(app, settings, engine)
    install_start(app, engine)
    install_explorer(app)
    for page in PAGES:
        app.include_router(page.router)
    install_comparison(app)
    install_lessons(app, shipped_lessons())
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Jobs run as long as the app does; at its end its engine is closed in the time that the requests have left."""
    app.state.engine.jobs.watch()
    yield
    left_s = min(app.state.shutdown_s, max(0.0, app.state.closes_by - time.monotonic()))
    await asyncio.to_thread(app.state.engine.close, left_s)


@cache
def shipped_lessons() -> Book:
    """The lessons, which every app of a process shares."""
    return read_book(LESSONS)
