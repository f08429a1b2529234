"""The comparison of all networks in figures: the table, the charts, the VGG family, the families and corrections."""

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from app.engine.engine import Engine
from app.engine.timings import MEASURED_RUNS
from app.nets.catalog import BrokenNetwork
from app.web.pages.comparison.accuracy_chart import AccuracyChartView, accuracy_charts
from app.web.pages.comparison.address import ComparisonAddress
from app.web.pages.comparison.entry import NetworkEntry, network_entry
from app.web.pages.comparison.sorting import HeadingView, heading_views, sort_entries
from app.web.pages.comparison.vgg import VggRowView, vgg_rows
from app.web.pages.components import Notice


@dataclass(frozen=True, slots=True)
class CorrectionView:
    """A row of the lecture's table, and the network that it is about with its computed figures."""

    text: Any
    entry: NetworkEntry


@dataclass(frozen=True, slots=True)
class FamilyView:
    """A family's idea in words, and its networks in the catalogue."""

    text: Any
    entries: tuple[NetworkEntry, ...]


@dataclass(frozen=True, slots=True)
class TableView:
    """All networks in figures. A time is the median of `runs` on `provider`.

    `unmeasured` is the number of networks with weights that have no time yet; `broken` are those that can't be used.
    """

    address: ComparisonAddress
    headings: tuple[HeadingView, ...]
    entries: tuple[NetworkEntry, ...]
    runs: int
    provider: str
    unmeasured: int
    charts: tuple[AccuracyChartView, ...]
    vgg: tuple[VggRowView, ...]
    families: tuple[FamilyView, ...]
    corrections: tuple[CorrectionView, ...]
    broken: tuple[BrokenNetwork, ...]
    notice: Notice | None


def table_view(engine: Engine, address: ComparisonAddress, texts: SimpleNamespace, notice: Notice | None) -> TableView:
    """All networks compared. `texts` also holds the figures of the VGG paper and of the lecture's table."""
    with_copy = {engine.catalog.original_of(network) for network in engine.catalog}
    entries = {
        network.id: network_entry(engine, network, has_copy=network.id in with_copy) for network in engine.catalog
    }
    return TableView(
        address=address,
        headings=heading_views(address),
        entries=sort_entries(entries.values(), address),
        runs=MEASURED_RUNS,
        provider=engine.status().provider_in_use,
        unmeasured=sum(entry.ready and entry.milliseconds is None for entry in entries.values()),
        charts=tuple(accuracy_charts(entries.values())),
        vgg=vgg_rows(engine, entries, texts.vgg),
        families=tuple(
            FamilyView(text, tuple(entry for entry in entries.values() if entry.card.family in text.match))
            for text in texts.families.list
        ),
        corrections=tuple(CorrectionView(row, entries[row.id]) for row in texts.notes.table if row.id in entries),
        broken=engine.catalog.broken,
        notice=notice,
    )
