"""What figures have in common that show a network at work on a photo: their state, and the inference that it names."""

from pydantic import Field

from app.engine.inference import Inference
from app.errors import NotAvailable
from app.lessons.figures.kind import FigureState
from app.nets.network import Network
from app.web.deps import Client
from app.web.photo import DEFAULT_SAMPLE, photo_of


class NetworkPhotoState(FigureState):
    """The photo and the network."""

    image: str = Field(default="", max_length=100)
    model: str = Field(default="squeezenet1_1", max_length=200)


async def inference_of(client: Client, state: NetworkPhotoState, sample: str = DEFAULT_SAMPLE) -> Inference:
    """The network and the photo; without a photo in the state, the file of a sample.

    Raises:
        UnknownModel, UnknownImage: there is no such network or photo.
        NotAvailable: the network has no weights.
    """
    network = await client.network(state.model)
    network.require_weights()
    return Inference(network, await photo_of(client, state.image, sample))


def require_classes(network: Network) -> None:
    """Raises NotAvailable where the network's numbers are no scores of classes, so that none is a probability."""
    if not network.classes:
        raise NotAvailable(f"{network.card.name} predicts no classes.")
