"""The channels of a layer that the classes of a folder need most."""

from dataclasses import dataclass
from urllib.parse import quote

from app.experiments.folder_effects import MAX_PHOTOS, FolderEffects
from app.nets.layer import Layer
from app.nets.network import Network
from app.web.pages.components import Notice
from app.web.pages.experiments.folder.gather import FolderData
from app.web.pages.experiments.map_layers import default_layer
from app.web.pages.experiments.switch_off.address import SwitchOffAddress


@dataclass(frozen=True, slots=True)
class ChannelDrop:
    """A channel, by how much the logit of a class falls without it, and the page that switches it off."""

    channel: int
    drop: float
    href: str


@dataclass(frozen=True, slots=True)
class FolderChannels:
    """A folder with the channels that its class needs most."""

    name: str
    photos: int
    channels: tuple[ChannelDrop, ...]


@dataclass(frozen=True, slots=True)
class EffectsView:
    """The form that chooses the layer, and what its channels are to each class; no folders while that is computed.

    `shared` are channels that several classes need, each with their number; `table` is the address of all effects.
    """

    layers: tuple[Layer, ...]
    chosen: str
    folders: tuple[FolderChannels, ...]
    shared: tuple[tuple[int, int], ...]
    table: str
    most_photos: int
    notice: Notice | None


def effects_view(data: FolderData, resource: str) -> EffectsView | None:
    """The view; None where the network has no layer with maps, or no folder is judged."""
    layers = tuple(layer for layer in data.network.graph.layers if layer.has_maps)
    if not layers or data.evaluation is None or not data.evaluation.judged:
        return None
    layer, effects = data.effects.layer or default_layer(layers), data.effects.effects
    return EffectsView(
        layers=layers,
        chosen=layer.id,
        folders=_folders(data.network, layer, effects) if effects else (),
        shared=tuple((each.channel, each.folders) for each in effects.needed()) if effects else (),
        table=f"{resource}/layers/{quote(layer.id)}/effects.csv",
        most_photos=MAX_PHOTOS,
        notice=data.effects.notice,
    )


def _folders(network: Network, layer: Layer, effects: FolderEffects) -> tuple[FolderChannels, ...]:
    def drop(folder: int, channel: int) -> ChannelDrop:
        image = effects.folders[folder].images[0]
        off = SwitchOffAddress(model=network.id, image=image, layer=layer.id, off=[str(channel)])
        return ChannelDrop(channel, float(effects.drops[folder, channel]), f"switch-off{off.link()}")

    return tuple(
        FolderChannels(each.name, len(each.images), tuple(drop(place, channel) for channel in effects.strongest(place)))
        for place, each in enumerate(effects.folders)
    )
