"""Addresses of the API, relative to the site."""

import hashlib
from urllib.parse import quote

from app import __version__
from app.nets.network import Network

FIGURE_SIDE = 640  # pixels of the stored picture on a page

TAG, TAG_DIGITS = "@", 12


def pinned_id(network: Network) -> str:
    """The network's id with a tag of its fingerprint and this version. The response at such an address never changes.

    An id alone may come to stand for another file or card.
    """
    tag = hashlib.sha256(f"{__version__} {network.fingerprint}".encode()).hexdigest()[:TAG_DIGITS]
    return f"{network.id}{TAG}{tag}"


def model_path(model: str) -> str:
    """The part of the API about one network, by its id or by what `pinned_id` gives."""
    return f"api/v1/models/{quote(model, safe=TAG)}"


def image_png_path(image: str) -> str:
    return f"api/v1/images/{quote(image)}.png?size={FIGURE_SIDE}"


def image_api_path(model: str, image: str) -> str:
    """The part of the API about one network and one picture."""
    return f"{model_path(model)}/images/{quote(image)}"


def layer_path(model: str, image: str, layer: str) -> str:
    return f"{image_api_path(model, image)}/layers/{quote(layer)}"


def channel_path(model: str, image: str, layer: str, channel: int) -> str:
    return f"{layer_path(model, image, layer)}/channels/{channel}.png"
