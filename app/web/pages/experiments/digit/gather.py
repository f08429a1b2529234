"""Everything that the page of a drawn digit waits for."""

from dataclasses import dataclass

from app.analysis.clipping import CLIPPED
from app.engine.engine import Engine
from app.engine.experiments.live_frames import FrameRequest, LiveFrame, first_layers
from app.engine.inference import Inference
from app.errors import InvalidRequest
from app.images.perturbations.change import Change
from app.nets.network import Network
from app.web.deps import Client
from app.web.pages.components import Notice
from app.web.pages.experiments.digit.address import DigitAddress
from app.web.pages.experiments.live_sheet import MAP_SIDE
from app.web.photo import photo_of

FIRST_DIGIT = "digits/5.jpg"  # of the samples


@dataclass(frozen=True, slots=True)
class DigitData:
    """The network and the stored drawing, and the run on it after the changes of the address.

    Where an amount is wrong, `notice` says so, and the run is that on the drawing as it is.
    """

    subject: Inference
    request: FrameRequest
    frame: LiveFrame
    notice: Notice | None


def takes_digits(network: Network) -> bool:
    """Whether a network looks for a digit in its picture."""
    return network.card.input.resize.rule == "digit"


def digit_network(engine: Engine) -> Network:
    """The first network of digits that can run, or else the default network."""
    digits = (network for network in engine.catalog if network.has_weights and takes_digits(network))
    return next(digits, None) or engine.default_network()


async def gather_digit(client: Client, address: DigitAddress) -> DigitData:
    """The run on the drawing of the address, or on a sample.

    Raises:
        UnknownModel, UnknownImage: there is no such network or picture.
        NotAvailable: the network's weights are not here.
    """
    engine = client.engine
    network = await client.network(address.model) if address.model else digit_network(engine)
    network.require_weights()
    subject = Inference(network, await photo_of(client, address.image or "", FIRST_DIGIT))
    changes, notice = _changes(address)
    request = FrameRequest(
        layers=first_layers(network, MAP_SIDE),
        changes=changes,
        fit="squash" if address.centring == "off" and takes_digits(network) else None,
        clip=CLIPPED,
        size=MAP_SIDE,
        colormap="auto",
    )
    frame = engine.live_frames.of_picture(network, lambda: engine.pictures.get(subject.image), request)
    return DigitData(subject, request, await client.wait(frame), notice)


def _changes(address: DigitAddress) -> tuple[tuple[Change, ...], Notice | None]:
    try:
        return address.changes(), None
    except InvalidRequest as error:
        return (), Notice.of(error)
