"""Every experiment's address and its page, by the id of the experiment."""

from collections.abc import Callable
from typing import Any

from app.web.deps import Client
from app.web.pages.components import Notice
from app.web.pages.experiments.compare.address import LayerPairAddress
from app.web.pages.experiments.compare.gather import gather_pair
from app.web.pages.experiments.compare.page import layer_pair_page
from app.web.pages.experiments.depth.address import DepthAddress
from app.web.pages.experiments.depth.gather import gather_depth
from app.web.pages.experiments.depth.page import depth_page
from app.web.pages.experiments.digit.address import DigitAddress
from app.web.pages.experiments.digit.gather import gather_digit
from app.web.pages.experiments.digit.page import digit_page
from app.web.pages.experiments.fool.address import FoolAddress
from app.web.pages.experiments.fool.gather import gather_fool
from app.web.pages.experiments.fool.page import fool_page
from app.web.pages.experiments.layers.address import LayersAddress
from app.web.pages.experiments.layers.gather import gather_layers
from app.web.pages.experiments.layers.page import layers_page
from app.web.pages.experiments.paint.address import PaintAddress
from app.web.pages.experiments.paint.gather import gather_paint
from app.web.pages.experiments.paint.page import paint_page
from app.web.pages.experiments.picture.address import PictureAddress
from app.web.pages.experiments.picture.gather import gather_picture
from app.web.pages.experiments.picture.page import picture_page
from app.web.pages.experiments.sweep.address import SweepAddress
from app.web.pages.experiments.sweep.gather import gather_sweep
from app.web.pages.experiments.sweep.page import sweep_page
from app.web.pages.experiments.switch_off.address import SwitchOffAddress
from app.web.pages.experiments.switch_off.gather import gather_switch_off
from app.web.pages.experiments.switch_off.page import switch_off_page
from app.web.pages.experiments.webcam.address import WebcamAddress
from app.web.pages.experiments.webcam.gather import gather_webcam
from app.web.pages.experiments.webcam.page import webcam_page
from app.web.pages.site import Site
from tests.web.pages.conftest import result_of

ADDRESSES: dict[str, Any] = {
    "compare": LayerPairAddress,
    "depth": DepthAddress,
    "digit": DigitAddress,
    "fool": FoolAddress,
    "layers": LayersAddress,
    "paint": PaintAddress,
    "picture": PictureAddress,
    "sweep": SweepAddress,
    "switch-off": SwitchOffAddress,
    "webcam": WebcamAddress,
}
MAKERS: dict[str, tuple[Callable[..., Any], Callable[..., Any], bool]] = {  # is the address asked for, too?
    "compare": (gather_pair, layer_pair_page, False),
    "depth": (gather_depth, depth_page, False),
    "digit": (gather_digit, digit_page, True),
    "fool": (gather_fool, fool_page, True),
    "layers": (gather_layers, layers_page, True),
    "paint": (gather_paint, paint_page, False),
    "picture": (gather_picture, picture_page, False),
    "sweep": (gather_sweep, sweep_page, False),
    "switch-off": (gather_switch_off, switch_off_page, False),
    "webcam": (gather_webcam, webcam_page, True),
}


def data_and_page(
    site: Site, caller: Client, name: str, address: Any, picture_notice: Notice | None = None
) -> tuple[Any, Any]:
    """What the page of an address waits for, and the page."""
    gather, page, with_address = MAKERS[name]
    data = result_of(gather(caller, address))
    return data, page(site, caller.engine, *([address] if with_address else []), data, picture_notice)


def read(name: str, query: dict[str, Any]) -> Any:
    """The address of a query, lists where it has lists."""
    fields = ADDRESSES[name].model_fields
    lists = {each for each, field in fields.items() if "list" in str(field.annotation)}
    return ADDRESSES[name].model_validate(
        {each: values if each in lists or isinstance(values, str) else values[-1] for each, values in query.items()}
    )
