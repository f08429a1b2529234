"""Architectures side by side: what two or three networks do at each share of the input's size, step by step."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.analysis.operator_kind import operator_kind
from app.experiments.comparison.stages import NetworkStage, StageSum, align_stages
from app.experiments.comparison.steps import NetworkStep
from app.nets.layer import Layer
from app.nets.network import Network
from app.web.pages.address import Address
from app.web.pages.comparison.address import MAX_NETWORKS, ComparisonAddress
from app.web.pages.components import NetworkOption
from app.web.pages.network_card import NetworkCardView, network_card
from app.web.pages.wording import short_name

LISTED = 400  # rows of a stage
OPEN_ROWS = 12  # a stage of so few rows is unfolded


@dataclass(frozen=True, slots=True)
class StepCellView:
    """A step of a network: its layer with the link to it, and the counts of all its layers.

    `following` are the layers of the step after the first one. `field` is the larger side of the receptive field in
    pixels; None where a cell does not move over the input.
    """

    layer: Layer
    name: str
    kind: str
    href: str
    following: tuple[Layer, ...]
    params: int
    macs: int
    field: float | None


@dataclass(frozen=True, slots=True)
class NetworkStageView:
    """One stage: its `sums` and the rows of steps in line, None where a network has no such step.

    `common` rows are in all networks. `omitted` rows are not listed.
    """

    halvings: int | None
    sums: tuple[StageSum | None, ...]
    rows: tuple[tuple[StepCellView | None, ...], ...]
    common: int
    count: int
    is_open: bool

    @property
    def omitted(self) -> int:
        """How many rows are not listed."""
        return self.count - len(self.rows)


@dataclass(frozen=True, slots=True)
class ArchitecturesView:
    """Networks by their stages; `choices` are the options of each selection."""

    address: ComparisonAddress
    choices: tuple[tuple[NetworkOption, ...], ...]
    networks: tuple[NetworkCardView, ...]
    stages: tuple[NetworkStageView, ...]


def architectures_view(
    offered: Sequence[Network], networks: Sequence[Network], address: ComparisonAddress
) -> ArchitecturesView:
    """The networks of the address side by side; their weights are not needed."""
    view = Address(image=address.image)
    return ArchitecturesView(
        address=address,
        choices=tuple(
            tuple(
                NetworkOption(each.id, each.card.name, each.has_weights, [each.id] == address.models[place : place + 1])
                for each in offered
            )
            for place in range(min(MAX_NETWORKS, len(offered)))
        ),
        networks=tuple(network_card(network, view) for network in networks),
        stages=tuple(
            _stage(stage, networks, address.image) for stage in align_stages([network.graph for network in networks])
        ),
    )


def _stage(stage: NetworkStage, networks: Sequence[Network], image: str | None) -> NetworkStageView:
    return NetworkStageView(
        halvings=stage.halvings,
        sums=stage.sums,
        rows=tuple(
            tuple(_cell(network, step, image) if step else None for network, step in zip(networks, row, strict=True))
            for row in stage.rows[:LISTED]
        ),
        common=sum(all(row) for row in stage.rows),
        count=len(stage.rows),
        is_open=len(stage.rows) <= OPEN_ROWS,
    )


def _cell(network: Network, step: NetworkStep, image: str | None) -> StepCellView:
    lead, field = step.lead, step.last.receptive_field
    address = Address(model=network.id, image=image, layer=lead.id)
    return StepCellView(
        layer=lead,
        name=lead.name if lead.block is None else f"{lead.block}/{short_name(lead)}",
        kind=operator_kind(lead.op),
        href=f"./{address.link()}",
        following=step.layers[1:],
        params=step.params,
        macs=step.macs,
        field=max(field.size) if min(field.step) > 0 else None,
    )
