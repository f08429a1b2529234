"""The data of the page of a sweep: its forms, and its chart or grid, or what is to be computed."""

import json
from dataclasses import dataclass, replace
from urllib.parse import quote, urlencode

from app.engine.engine import Engine
from app.experiments.sweep import Sweep, SweepAxis
from app.experiments.sweep_scores import SweepScores
from app.web.links import image_api_path, pinned_id
from app.web.pages.components import ColourTable, NetworkOption, Notice, colour_filters
from app.web.pages.experiments.amounts import AmountOption, amount_options
from app.web.pages.experiments.subject import SubjectPlace, SubjectView, subject_view
from app.web.pages.experiments.sweep.address import MAX_OTHERS
from app.web.pages.experiments.sweep.chart import SweepChart, sweep_chart
from app.web.pages.experiments.sweep.gather import SweepData
from app.web.pages.experiments.sweep.grid import SweepGrid, sweep_grid
from app.web.pages.site import Site

MAX_PICTURES = 100  # cells of a grid that have pictures
PICTURE_SIDE = 160  # pixels


@dataclass(frozen=True, slots=True)
class AxisFields:
    """The fields of one change: what can grow, and the ends and steps as they are typed or stand by default."""

    options: tuple[AmountOption, ...]
    chosen: str
    start: str
    stop: str
    steps: str
    unit: str


@dataclass(frozen=True, slots=True)
class SweepJob:
    """The computation that a script starts: its events, what is posted to them, how many runs the steps take.

    `awaits` is the page that then has the result, `href` the one that waits for it without a script.
    """

    events: str
    body: str
    runs: int
    awaits: str
    href: str


@dataclass(frozen=True, slots=True)
class SweepView:
    """A computed sweep: its chart, or its grids, one for each network.

    `picture` is the address of the picture and `changed` that of the page of its changes: both are completed by
    `&change=`. `table` is that of the numbers.
    """

    chart: SweepChart | None
    grids: tuple[SweepGrid, ...]
    picture: str
    has_pictures: bool
    table: str
    changed: str


@dataclass(frozen=True, slots=True)
class SweepPage:
    """The page. Until the sweep is computed there is the job, and after that the view; the notice says why neither."""

    subject: SubjectView
    model: str
    image: str
    first: AxisFields
    second: AxisFields
    others: tuple[tuple[NetworkOption, ...], ...]
    job: SweepJob | None
    view: SweepView | None
    notice: Notice | None
    unsigned: ColourTable
    signed: ColourTable

    @property
    def is_wide(self) -> bool:
        """Whether there is a second change, or another network."""
        return bool(self.second.chosen) or any(option.chosen for options in self.others for option in options)


def sweep_page(site: Site, engine: Engine, data: SweepData, picture_notice: Notice | None = None) -> SweepPage:
    """The page of a sweep."""
    address, sweep = data.address, data.sweep
    hidden = {name: text for name, text in address.query.items() if name not in {"model", "wait"}}
    place = SubjectPlace("experiments/sweep", hidden, f"experiments/{address.link(image=None)}")
    subject = subject_view(site, engine, data.subject, place, picture_notice)
    second = (address.second_from, address.second_to, address.second_steps)
    unsigned, signed = colour_filters("auto")
    return SweepPage(
        subject=subject,
        model=data.subject.network.id,
        image=data.subject.image,
        first=_fields(address.change, sweep.axis if sweep else None, (address.start, address.stop, address.steps)),
        second=_fields(address.second, sweep.second if sweep else None, second),
        others=tuple(_other_networks(data, subject.networks, place) for place in range(MAX_OTHERS)),
        job=_job(data, sweep) if sweep and data.results is None and data.notice is None else None,
        view=_view(data, sweep, data.results) if sweep and data.results else None,
        notice=data.notice,
        unsigned=unsigned,
        signed=signed,
    )


def _fields(chosen: str, axis: SweepAxis | None, typed: tuple[str, str, str]) -> AxisFields:
    """The fields of a change. Where it can't be read they have what was typed."""
    options = amount_options(chosen)
    if axis is None:
        return AxisFields(options, chosen, *typed, "")
    start, stop, steps = (f"{amount:.6g}" for amount in (axis.start, axis.stop, axis.steps))
    return AxisFields(options, chosen, start, stop, steps, axis.parameter.unit)


def _other_networks(data: SweepData, offered: tuple[NetworkOption, ...], place: int) -> tuple[NetworkOption, ...]:
    """The networks to choose for one of the other places: all that are offered, and own ones that are chosen."""
    chosen = [inference.network for inference in data.inferences[1:]]
    here = chosen[place].id if place < len(chosen) else None
    known = {option.id for option in offered}
    own = [NetworkOption(each.id, each.card.name, each.has_weights, False) for each in chosen if each.id not in known]
    return tuple(
        replace(option, chosen=option.id == here) for option in (*offered, *own) if option.id != data.subject.network.id
    )


def _job(data: SweepData, sweep: Sweep) -> SweepJob:
    axes = [
        {
            "change": str(axis.change),
            "parameter": axis.parameter.name,
            "from": axis.start,
            "to": axis.stop,
            "steps": axis.steps,
        }
        for axis in (sweep.axis, sweep.second)
        if axis
    ]
    models = [inference.network.id for inference in data.inferences[1:]]
    body = {**axes[0], "models": models} | ({"second": axes[1]} if sweep.second else {})
    path = image_api_path(data.subject.network.id, data.subject.image)
    runs = len(sweep.cells) * len(data.inferences)
    link = data.address.link
    return SweepJob(f"../{path}/sweeps", json.dumps(body), runs, link(), link(wait=True))


def _view(data: SweepData, sweep: Sweep, results: tuple[SweepScores, ...]) -> SweepView:
    subject = data.subject
    path = f"../{image_api_path(pinned_id(subject.network), subject.image)}/sweeps/{quote(str(sweep), safe=':~@;,')}"
    others = urlencode([("models", pinned_id(each.network)) for each in data.inferences[1:]])
    grids = (sweep_grid(sweep, each.network, result) for each, result in zip(data.inferences, results, strict=True))
    return SweepView(
        chart=None if sweep.second else sweep_chart(sweep, data.inferences, results),
        grids=tuple(grids) if sweep.second else (),
        picture=f"../api/v1/images/{subject.image}.png?size={PICTURE_SIDE}",
        has_pictures=len(sweep.cells) <= MAX_PICTURES,
        table=f"{path}.csv{'?' if others else ''}{others}",
        changed=f"picture?{urlencode({'model': subject.network.id, 'image': subject.image})}",
    )
