"""How well layers tell the folders of a collection apart: the chart, or where it is computed."""

from dataclasses import dataclass

from app.experiments.folder_probes import FolderProbes
from app.web.links import model_path, pinned_id
from app.web.pages.components import Notice
from app.web.pages.experiments.layers.address import LayersAddress
from app.web.pages.experiments.layers.depth_chart import DepthChart, depth_chart
from app.web.pages.experiments.layers.gather import FolderReading, LayersData


@dataclass(frozen=True, slots=True)
class FolderChart:
    """The chart of the probes, None while they are to be computed; `resource` is where, `waiting` the page that waits.

    `folder_page` is the page of the collection; `notice` says why there is no chart.
    """

    chart: DepthChart | None
    probes: FolderProbes | None
    resource: str
    waiting: str
    folder_page: str
    notice: Notice | None


def folder_chart(address: LayersAddress, data: LayersData, reading: FolderReading) -> FolderChart:
    """The chart of a collection."""
    network, probes = data.subject.network, reading.probes
    chart = None
    if probes:
        chart = depth_chart(probes.layers, probes.chance, data.layer.id, lambda layer: address.link(layer=layer))
    return FolderChart(
        chart=chart,
        probes=probes,
        resource=f"{model_path(pinned_id(network))}/collections/{reading.collection}/probes",
        waiting=address.link(wait=True),
        folder_page=f"folder?model={network.id}&collection={reading.collection}",
        notice=reading.notice,
    )
