"""The data of a report: its views with their pictures, figures and settings, all that is needed to repeat them."""

import hashlib
import shlex
from base64 import b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from typing import cast, get_args
from urllib.parse import parse_qs, urljoin, urlsplit

import numpy as np

from app import __version__
from app.nets.card import InputSpec
from app.nets.network import Network
from app.rendering.colormap import LEVELS, ColormapName, colour_table, resolve_colormap
from app.rendering.png import encode_palette
from app.resources import STATIC
from app.web.pages.components import Notice
from app.web.pages.experiments.report.answer import ApiAnswer
from app.web.pages.experiments.report.figures import ApiFigure, ClassTable, figures_of, tables_of
from app.web.pages.experiments.report.gather import ViewAnswers
from app.web.pages.explorer.downloads import FileView

STYLE = STATIC / "css" / "experiments" / "report-document.css"
IN_COLOUR = {"components"}  # pictures whose levels are colours
MEASURES = {"predictions"}  # files whose list of classes is all there is to say of them


@dataclass(frozen=True, slots=True)
class ReportPicture:
    """A picture as a `data:` address, `name` in the texts. `scale` are the ends of its colours, if they mean values."""

    name: str
    src: str
    scale: tuple[float, float] | None
    ramp: str


@dataclass(frozen=True, slots=True)
class ReportFigures:
    """The figures of one answer, `name` in the texts."""

    name: str
    figures: tuple[ApiFigure, ...]
    tables: tuple[ClassTable, ...]


@dataclass(frozen=True, slots=True)
class ReportEntry:
    """One view. `settings` are the parameters of its address, `curl` the lines that download its files.

    `notices` say what could not be computed.
    """

    page: str
    address: str
    note: str
    network: Network | None
    input: str
    settings: tuple[tuple[str, str], ...]
    pictures: tuple[ReportPicture, ...]
    figures: tuple[ReportFigures, ...]
    curl: str
    notices: tuple[Notice, ...]


@dataclass(frozen=True, slots=True)
class ReportDocument:
    """The whole report. `policy` allows its own style and pictures and nothing else."""

    entries: tuple[ReportEntry, ...]
    version: str
    runtime: str
    style: str
    policy: str


def report_document(gathered: Iterable[ViewAnswers], base: str, runtime: str) -> ReportDocument:
    """The report on this site at the address `base`, with onnxruntime of the version `runtime`."""
    style = STYLE.read_text("utf-8")
    digest = b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; img-src data:; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    return ReportDocument(tuple(_entry(each, base) for each in gathered), __version__, runtime, style, policy)


def _entry(gathered: ViewAnswers, base: str) -> ReportEntry:
    address, network = gathered.address, gathered.network
    failed = [answer for _, answer in gathered.answers if isinstance(answer, Notice)]
    notices = (gathered.notice, *failed) if gathered.notice else tuple(failed)
    responses = [(file, answer) for file, answer in gathered.answers if isinstance(answer, ApiAnswer)]
    return ReportEntry(
        page=address.page if address else "",
        address=urljoin(base, address.link) if address else gathered.view.address,
        note=gathered.view.note,
        network=network,
        input=describe_input(network.card.input) if network else "",
        settings=address.parameters if address else (),
        pictures=tuple(_picture(file, answer) for file, answer in responses if file.kind == "png"),
        figures=tuple(_figures(file.name, answer) for file, answer in responses if file.kind == "json"),
        curl="\n".join(
            f"curl -fsS -o {shlex.quote(file.file)} {shlex.quote(urljoin(base, file.href))}"
            for file, _ in gathered.answers
        ),
        notices=notices,
    )


def describe_input(spec: InputSpec) -> str:
    """How a picture becomes the input tensor, in the terms of the network's card."""
    to = "" if spec.resize.to is None else f" {spec.resize.to}"
    numbers = (" ".join(f"{each:.6g}" for each in values) for values in (spec.mean, spec.std))
    mean, deviation = numbers
    return (
        f"{spec.width} x {spec.height} {spec.channels}, {spec.resize.rule}{to} ({spec.resize.interpolation}), "
        f"scale {spec.scale:.6g}, mean {mean}, std {deviation}"
    )


def _picture(file: FileView, answer: ApiAnswer) -> ReportPicture:
    ends = [answer.headers.get(f"x-scale-{end}") for end in ("min", "max")]
    scale = (float(ends[0]), float(ends[1])) if ends[0] is not None and ends[1] is not None else None
    scale = None if file.name in IN_COLOUR else scale
    (name,) = parse_qs(urlsplit(file.href).query).get("colormap", ["grey"])
    name = name if name in get_args(ColormapName) else "grey"
    colours = resolve_colormap(cast(ColormapName, name), signed=answer.headers.get("x-scale-signed") == "1")
    return ReportPicture(file.name, _data_url(answer.content), scale, _ramp(colours))


def _figures(name: str, answer: ApiAnswer) -> ReportFigures:
    return ReportFigures(name, () if name in MEASURES else figures_of(answer.data), tables_of(answer.data))


def _ramp(colormap: str) -> str:
    return _data_url(encode_palette(np.arange(LEVELS, dtype=np.uint8)[np.newaxis], colour_table(colormap)))


def _data_url(png: bytes) -> str:
    return f"data:image/png;base64,{b64encode(png).decode()}"
