"""Published networks: full-size graphs that ship without weights, and the files to download their weights from."""

import re
from dataclasses import replace
from datetime import MAXYEAR
from pathlib import Path
from typing import Annotated

from pydantic import Field

from app.errors import NotAvailable
from app.nets.card import Accuracy, Card, CardFolder, Data, InputSpec, read_card_folder

FOLDER = "originals"  # in the models folder: a card and a graph without weights for each network
UrlPath = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]+([./][A-Za-z0-9_-]+)*$")]


class Weights(Data):
    """An ONNX file with trained weights, hosted by others: its address, its checksum and the input it expects.

    `repository`, `file` and `path` fill the placeholders of an address such as `https://host/{repository}/{file}`.
    """

    repository: UrlPath
    file: UrlPath
    path: UrlPath
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    bytes: Annotated[int, Field(gt=0)]
    input: InputSpec
    trained_on: str
    licence: str
    source: str
    accuracy: tuple[Accuracy, ...] = ()
    notes: tuple[str, ...] = ()


class PublishedNetwork(Card):
    """The card of a network without weights: its `sha256` and `bytes` are those of the graph alone.

    `weights` is the file that fits the graph, None if no such file is known.
    """

    weights: Weights | None

    def require_weights(self) -> Weights:
        """The weights.

        Raises:
            NotAvailable: no file is known.
        """
        if self.weights is None:
            raise NotAvailable(f"No weights of {self.name} are known to ConvScope. Only its structure is available.")
        return self.weights

    def missing_weights(self) -> NotAvailable:
        """The error of a run without weights; it names the command that downloads them."""
        try:
            size = self.require_weights().bytes
        except NotAvailable as error:
            return error
        command = f"convscope pull {self.id}"
        return NotAvailable(
            f"The weights of {self.name} are not downloaded yet. `{command}` downloads them ({size / 1e6:.0f} MB).",
            command=command,
            bytes=size,
        )

    def card_with_weights(self) -> Card:
        """The card of the network with weights: what describes the file comes from `weights`, the rest from here."""
        weights = self.require_weights()
        of_weights = {
            name: getattr(weights, name) for name in weights.__class__.model_fields if name in Card.model_fields
        }
        of_network = {name: getattr(self, name) for name in Card.model_fields if name not in of_weights}
        return Card(**of_network, **of_weights)


def read_published_networks(models: Path) -> CardFolder[PublishedNetwork]:
    """The published networks of a models folder by year, family and id, and the errors of cards that are invalid."""
    folder = read_card_folder(PublishedNetwork, models / FOLDER)
    return replace(folder, cards=tuple(sorted(folder.cards, key=_order)))


def _order(card: Card) -> tuple[int, str, list[int | str]]:
    """By year, those without one last; then by family and id."""
    return card.year or MAXYEAR, card.family or "", _natural_order(card.id)


def _natural_order(name: str) -> list[int | str]:
    """A sorting key that puts resnet18 before resnet101."""
    return [int(part) if part.isdigit() else part for part in re.split(r"(\d+)", name)]
