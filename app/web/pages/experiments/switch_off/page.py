"""The data of the page that switches channels off: the switches, the prediction, what moved, and the ranking."""

from dataclasses import dataclass

from app.engine.engine import Engine
from app.nets.layer import INPUT, Layer
from app.web.pages.components import Choice, ColourTable, Notice, colour_filters
from app.web.pages.experiments.consequences import AblationStudy, ConsequencesView, consequences_view
from app.web.pages.experiments.subject import SubjectPlace, SubjectView, subject_view
from app.web.pages.experiments.switch_off.address import HOWS, PATH, SwitchOffAddress
from app.web.pages.experiments.switch_off.gather import SwitchOffData
from app.web.pages.experiments.switch_off.ranking import RankingView, ranking_view
from app.web.pages.experiments.switch_off.switches import SwitchSheetView, switch_sheet_view
from app.web.pages.site import Site


@dataclass(frozen=True, slots=True)
class BranchView:
    """An input that a layer reads, and whether it is switched off there."""

    id: str
    name: str
    is_off: bool


@dataclass(frozen=True, slots=True)
class SwitchOffPage:
    """The page: without `consequences` nothing is switched off, or the notice says why it can't be."""

    subject: SubjectView
    address: SwitchOffAddress
    layers: tuple[tuple[str, str, bool], ...]
    layer: Layer
    sheet: SwitchSheetView
    branches: tuple[BranchView, ...]
    hows: tuple[Choice, ...]
    off: int
    all_on: str
    consequences: ConsequencesView | None
    ranking: RankingView | None
    notice: Notice | None
    unsigned: ColourTable
    signed: ColourTable


def switch_off_page(site: Site, engine: Engine, data: SwitchOffData, picture_notice: Notice | None) -> SwitchOffPage:
    """The page; `picture_notice` says why a picture was not added."""
    network, layer = data.inference.network, data.layer
    address = data.address.model_copy(update={"model": network.id, "image": data.inference.image, "layer": layer.id})
    place = SubjectPlace(PATH, {"image": data.inference.image}, PATH + address.link(image=None))
    branches = list(dict.fromkeys(layer.inputs))
    unsigned, signed = colour_filters("auto")
    return SwitchOffPage(
        subject=subject_view(site, engine, data.inference, place, picture_notice),
        address=address,
        layers=tuple((each.id, each.name, each == layer) for each in data.layers),
        layer=layer,
        sheet=switch_sheet_view(data),
        branches=tuple(
            BranchView(name, name if name == INPUT else network.layer(name).name, name in data.ablation.inputs)
            for name in branches
        )
        if len(branches) > 1
        else (),
        hows=tuple(Choice(how, address.link(how=how), how == address.how) for how in HOWS),
        off=len(data.ablation.channels) + len(data.ablation.inputs),
        all_on=address.link(off=[], cut=[]),
        consequences=_consequences(data, address),
        ranking=ranking_view(data, data.ranking, address) if data.ranking else None,
        notice=data.notice,
        unsigned=unsigned,
        signed=signed,
    )


def _consequences(data: SwitchOffData, address: SwitchOffAddress) -> ConsequencesView | None:
    if data.run is None:
        return None
    return consequences_view(AblationStudy(data.inference, data.summary, data.ablation, data.run), address)
