"""One network on one picture: what most questions are about."""

from dataclasses import dataclass

from app.nets.network import Network


@dataclass(frozen=True, slots=True)
class Inference:
    """A network and the id of a stored picture."""

    network: Network
    image: str

    @property
    def identity(self) -> tuple[str, str]:
        """The network's fingerprint and the hash of the picture's pixels: all that its results depend on."""
        return self.network.fingerprint, self.image
