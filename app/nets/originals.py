"""The originals: full-size networks as published, whose weights others trained, host, and may be pulled from them."""

import re
from pathlib import Path
from typing import Annotated

from pydantic import Field

from app.errors import NetworkError, NotAvailable
from app.nets.card import Accuracy, Card, Data, Input, read_card_as

FOLDER = "originals"  # within the models folder: a card and a graph without weights for each
Hosted = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]+([./][A-Za-z0-9_-]+)*$")]


class Weights(Data):
    """An ONNX file that others trained: what tells where it lies, whether it came whole, and how to feed it.

    `repository`, `file` and `path` fill the places in an address such as `https://host/{repository}/{file}`.
    """

    repository: Hosted
    file: Hosted
    path: Hosted
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    bytes: Annotated[int, Field(gt=0)]
    input: Input
    trained_on: str
    licence: str
    source: str
    accuracy: tuple[Accuracy, ...] = ()
    notes: tuple[str, ...] = ()


class Original(Card):
    """The card of a network without weights, its `sha256` and `bytes` those of the graph alone.

    `weights` says which are known to fit; None if there are none.
    """

    weights: Weights | None

    def needed(self) -> Weights:
        """The weights.

        Raises:
            NotAvailable: none are known.
        """
        if self.weights is None:
            raise NotAvailable(f"No weights of {self.name} are known to ConvScope: its structure is all there is.")
        return self.weights

    def missing(self) -> NotAvailable:
        """Why the network can't answer yet, and the command that changes it."""
        try:
            size = self.needed().bytes
        except NotAvailable as error:
            return error
        command = f"convscope pull {self.id}"
        return NotAvailable(
            f"The weights of {self.name} are not here. `{command}` brings them ({size / 1e6:.0f} MB).",
            command=command,
            bytes=size,
        )

    def pulled(self) -> Card:
        """The card once the weights are here: what was published of the network, and theirs of everything else."""
        weights = self.needed()
        theirs = {name: getattr(weights, name) for name in weights.__class__.model_fields if name in Card.model_fields}
        ours = {name: getattr(self, name) for name in Card.model_fields if name not in theirs}
        return Card(**ours, **theirs)


def read_originals(models: Path) -> tuple[Original, ...]:
    """The originals of a models folder by year, family and id.

    Raises:
        NetworkError: a card is wrong, or belongs to a file of another name.
    """
    originals = []
    for path in (models / FOLDER).glob("*.json"):
        original = read_card_as(Original, path)
        if original.id != path.stem:
            raise NetworkError(f"The card {path.name} calls its network {original.id}: file and id must be the same.")
        originals.append(original)
    return tuple(sorted(originals, key=lambda card: (card.year, card.family, _natural(card.id))))


def _natural(name: str) -> list[int | str]:
    """A sorting key that puts resnet18 before resnet101."""
    return [int(part) if part.isdigit() else part for part in re.split(r"(\d+)", name)]
