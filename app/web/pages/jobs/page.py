"""The data of the page of a job: the form, how far the job is, its figures, and the patches of a layer's channels."""

from dataclasses import dataclass
from urllib.parse import quote

from app.engine.engine import Engine
from app.engine.jobs.jobs import StrongPatch
from app.jobs.record import JobRecord
from app.nets.layer import Layer
from app.nets.network import Network
from app.rendering.patches import data_url
from app.web.pages.components import Choice, NetworkOption, Notice
from app.web.pages.experiments.folder.page import AccuracyView, accuracy_view
from app.web.pages.experiments.map_layers import map_layers
from app.web.pages.experiments.subject import network_options
from app.web.pages.jobs.address import JobAddress
from app.web.pages.jobs.gather import JobData

CHANNELS = 24  # on one page
COLUMNS = 3  # of the patches of a channel
SIDE = 48  # pixels of a patch on the sheet


@dataclass(frozen=True, slots=True)
class JobView:
    """A job as it is: `share` of its photos are done, from 0 to 1. `events` is the address that its progress has."""

    id: str
    data_set: str
    network: str
    state: str
    done: int
    photos: int
    share: float
    rate: float | None
    seconds: float
    problem: str | None
    events: str
    href: str
    files: str

    @property
    def is_under_way(self) -> bool:
        return self.state in ("waiting", "running")


@dataclass(frozen=True, slots=True)
class ChannelPatches:
    """A channel on the sheet: the picture of its patches, and the page that has them large."""

    channel: int
    src: str
    href: str


@dataclass(frozen=True, slots=True)
class LargePatch:
    """A patch of the chosen channel; `src` is None where the photo can't be read any more."""

    src: str | None
    value: float
    name: str
    folder: str
    photo: int


@dataclass(frozen=True, slots=True)
class LayerPatches:
    """The sheet of a layer, `before` and `after` the pages of its other channels, and the patches of one channel."""

    layer: str
    name: str
    channels: int
    last: int
    layers: tuple[Choice, ...]
    sheet: tuple[ChannelPatches, ...]
    before: str | None
    after: str | None
    chosen: tuple[LargePatch, ...] | None


@dataclass(frozen=True, slots=True)
class JobPage:
    """The page; `refusal` says why no job was started."""

    address: JobAddress
    networks: tuple[NetworkOption, ...]
    job: JobView | None
    accuracy: AccuracyView | None
    patches: LayerPatches | None
    notice: Notice | None
    refusal: Notice | None


def job_page(engine: Engine, address: JobAddress, data: JobData, refusal: Notice | None) -> JobPage:
    """The page of an address."""
    return JobPage(
        address=address,
        networks=network_options(engine, data.network),
        job=_job(address, data.network, data.record) if data.record else None,
        accuracy=accuracy_view(data.network, data.evaluation) if data.evaluation else None,
        patches=_patches(address, data, data.layer) if data.layer else None,
        notice=data.notice,
        refusal=refusal,
    )


def _job(address: JobAddress, network: Network, record: JobRecord) -> JobView:
    files = f"api/v1/jobs/{quote(record.id)}"
    return JobView(
        id=record.id,
        data_set=record.request.data_set,
        network=network.card.name,
        state=record.state,
        done=record.done,
        photos=record.photos,
        share=record.done / max(1, record.photos),
        rate=record.photos_per_s,
        seconds=record.seconds,
        problem=record.problem,
        events=f"{files}/events",
        href=address.link(),
        files=files,
    )


def _patches(address: JobAddress, data: JobData, layer: Layer) -> LayerPatches:
    first = min(address.first, layer.channels - 1) // CHANNELS * CHANNELS
    last = min(first + CHANNELS, layer.channels)
    place = f"api/v1/jobs/{quote(str(address.job))}/layers/{quote(layer.id)}/channels"
    stated = address.model_copy(update={"layer": layer.id, "first": first, "channel": None})
    return LayerPatches(
        layer=layer.id,
        name=layer.name,
        channels=layer.channels,
        last=last,
        layers=tuple(Choice(each.id, each.name, each.id == layer.id) for each in map_layers(data.network)),
        sheet=tuple(
            ChannelPatches(
                channel,
                f"{place}/{channel}/patches.png?columns={COLUMNS}&side={SIDE}",
                f"{stated.link(channel=channel)}#channel",
            )
            for channel in range(first, last)
        ),
        before=stated.link(first=first - CHANNELS) if first else None,
        after=stated.link(first=last) if last < layer.channels else None,
        chosen=tuple(_large(each) for each in data.patches) if data.patches is not None else None,
    )


def _large(strong: StrongPatch) -> LargePatch:
    src = data_url(strong.patch.rgb) if strong.patch else None
    return LargePatch(src, strong.cell.value, strong.photo.name, strong.photo.folder, strong.cell.photo)
