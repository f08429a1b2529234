"""The data of the page of a drawn digit: the pad, its changes, the scores, and every layer."""

from dataclasses import dataclass, replace
from urllib.parse import urlencode

from app.engine.engine import Engine
from app.images.perturbations.perturbation import PerturbationParameter
from app.images.perturbations.registry import PERTURBATIONS
from app.web.links import image_api_path, image_png_path, model_path
from app.web.pages.components import ColourTable, Notice, colour_filters
from app.web.pages.experiments.digit.address import CHANGES, DigitAddress
from app.web.pages.experiments.digit.gather import DigitData, takes_digits
from app.web.pages.experiments.live_scores import LiveScoresView, live_scores_view
from app.web.pages.experiments.live_sheet import LiveSheetView, live_sheet_view
from app.web.pages.experiments.subject import SubjectPlace, SubjectView, subject_view
from app.web.pages.site import Site

PLACE = "experiments/digit"
SCORES = 10


@dataclass(frozen=True, slots=True)
class AmountView:
    """A slider for one amount of a change of the drawing."""

    name: str
    value: str
    parameter: PerturbationParameter


@dataclass(frozen=True, slots=True)
class DigitPage:
    """The page of a drawn digit.

    `live` is the address that frames are sent to, `stored` that of the stored drawing's own, and `query` what both are
    asked for. `view` is the drawing as the network of `input_size` (width, height) receives it; `has_no_digit` warns
    that there may be none. `explore` is the drawing's page in the Explorer.
    """

    address: DigitAddress
    subject: SubjectView
    image: str
    picture: str
    amounts: tuple[AmountView, ...]
    can_centre: bool
    live: str
    stored: str
    query: str
    view: str
    input_size: tuple[int, int]
    scores: LiveScoresView
    sheets: tuple[LiveSheetView, ...]
    has_no_digit: bool
    explore: str
    notice: Notice | None
    unsigned: ColourTable
    signed: ColourTable


def digit_page(
    site: Site, engine: Engine, address: DigitAddress, data: DigitData, picture_notice: Notice | None
) -> DigitPage:
    """The page of an address; `picture_notice` says why a picture was not added."""
    network, request, frame = data.subject.network, data.request, data.frame
    unsigned, signed = colour_filters("auto")
    query = {"layer": request.layers, "clip": request.clip, "size": request.size, "colormap": request.colormap}
    explore = {"model": network.id, "image": data.subject.image}
    return DigitPage(
        address=address,
        subject=_subject(site, engine, address, data, picture_notice),
        image=data.subject.image,
        picture=image_png_path(data.subject.image),
        amounts=tuple(_amount(address, name) for name in CHANGES),
        can_centre=takes_digits(network),
        live=f"{model_path(network.id)}/live",
        stored=f"{image_api_path(network.id, data.subject.image)}/live",
        query=urlencode({**query, "top_k": SCORES}, doseq=True),
        view=frame.view.data_url,
        input_size=(network.card.input.width, network.card.input.height),
        scores=live_scores_view(network, frame.scores, SCORES),
        sheets=tuple(
            live_sheet_view(sheet, f"?{urlencode({**explore, 'layer': sheet.layer.id})}") for sheet in frame.sheets
        ),
        has_no_digit=frame.note is not None,
        explore=f"?{urlencode(explore)}",
        notice=data.notice,
        unsigned=unsigned,
        signed=signed,
    )


def _subject(
    site: Site, engine: Engine, address: DigitAddress, data: DigitData, picture_notice: Notice | None
) -> SubjectView:
    """The forms for the network, which offer those of digits, and the picture."""
    hidden = address.hidden_form_fields()
    place = SubjectPlace(
        PLACE, hidden | ({"image": address.image} if address.image else {}), f"experiments/{address.link()}"
    )
    view = subject_view(site, engine, data.subject, place, picture_notice)
    digits = {network.id for network in engine.catalog if takes_digits(network)}
    return replace(view, networks=tuple(each for each in view.networks if each.chosen or each.id in digits))


def _amount(address: DigitAddress, name: str) -> AmountView:
    parameters = PERTURBATIONS[CHANGES[name]].parameters
    parameter = next((each for each in parameters if each.name == name), parameters[0])
    return AmountView(name, getattr(address, name), parameter)
