"""What all pages share: the templates, the texts and the samples."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from app import __version__
from app.attribution.registry import PARAMETERS
from app.engine.experiments.collections import MAX_PICTURES
from app.engine.jobs.data_sets import MAX_UPLOADED_PHOTOS
from app.resources import STATIC, TEMPLATES
from app.settings import Settings
from app.web.pages import wording
from app.web.pages.assets import imported_modules, version_of
from app.web.pages.components import Notice
from app.web.pages.translation import Translation, read_sentences
from app.web.samples import SAMPLES, Sample, read_samples
from app.web.texts import LANGUAGES, read_catalogue, read_texts

SCRIPTS = STATIC / "js"
PAGES_WITH_SCRIPTS = SCRIPTS / "pages"
UNCACHED = {"Cache-Control": "no-cache", "Vary": "Accept, Accept-Language, Cookie"}


@dataclass(frozen=True, slots=True)
class WeightSources:
    """The sources of weights: `hosts`, or bundles if `offline`; `by_page` is whether a page has a form for them."""

    hosts: tuple[str, ...]
    offline: bool
    by_page: bool


@dataclass(frozen=True, slots=True)
class Site:
    """What every page in a language needs: the templates, the texts, the samples and the largest upload in bytes."""

    language: str
    translation: Translation
    templates: Environment
    texts: SimpleNamespace
    samples: tuple[Sample, ...]
    max_bytes: int

    def render(self, template: str, context: Mapping[str, Any], notice: Notice | None = None) -> HTMLResponse:
        """The page, with the status of what it gives notice of."""
        headers = UNCACHED | {"Content-Language": self.language}
        status = notice.status if notice else HTTPStatus.OK
        return HTMLResponse(self.templates.get_template(template).render(context), status, headers)


def site_of(settings: Settings, language: str, picture_formats: Callable[[], Sequence[str]]) -> Site:
    """The site in a language, with its templates, texts and samples, and the formats that photos may have."""
    texts, translation = read_texts(language), Translation(language, read_sentences(language))
    templates = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    templates.filters |= {each.__name__: each for each in _filters(translation)}
    templates.globals |= {
        "text": texts,
        "language": language,
        "languages": {other: read_catalogue("site", other)["language"] for other in LANGUAGES if other != language},
        "script_texts": read_catalogue("scripts", language),
        "version": __version__,
        "assets": f"static/{version_of(STATIC)}",
        "parameters": tuple(PARAMETERS),
        "picture_formats": picture_formats,
        "storage_kind": "shared" if settings.store_url else "server",  # for what users send
        "picture_lifetime_s": settings.store_ttl_s,
        "own_network_lifetime_s": settings.own_networks_ttl_s,
        "own_network_max_bytes": settings.own_network_max_bytes,
        "max_collection_bytes": settings.max_collection_bytes,
        "max_collection_files": MAX_PICTURES,
        "max_data_set_photos": MAX_UPLOADED_PHOTOS,
    }
    templates.globals["modules"] = {
        script.relative_to(PAGES_WITH_SCRIPTS).with_suffix("").as_posix(): imported_modules(script, SCRIPTS)
        for script in PAGES_WITH_SCRIPTS.rglob("*.js")
    }
    templates.globals["weight_sources"] = weight_sources(settings)
    return Site(
        language, translation, templates, texts, read_samples(SAMPLES / "samples.json"), settings.max_upload_bytes
    )


def _filters(translation: Translation) -> tuple[Callable[..., str], ...]:
    """What words a value in a template, by its own name."""
    numbers = (
        wording.format_number,
        wording.format_numbers,
        wording.format_power,
        wording.format_count,
        wording.format_percent,
        wording.format_tenths,
        wording.format_amount,
        wording.format_formula,
    )
    quantities = (wording.format_shape, wording.format_bytes, wording.abbreviate, wording.format_duration)
    operators = (wording.describe_operator, wording.name_operator, wording.plain_operator, wording.explain_operator)
    return (*numbers, *quantities, *operators, wording.mark_code, translation.translate, translation.translate_prose)


def weight_sources(settings: Settings) -> WeightSources:
    """The sources of weights that the settings allow; the token itself is left out."""
    hosts = dict.fromkeys(urlsplit(mirror).netloc.rpartition("@")[2] for mirror in settings.mirrors)
    by_page = bool(settings.admin_token.get_secret_value()) and not settings.offline
    return WeightSources(tuple(hosts), settings.offline, by_page)
