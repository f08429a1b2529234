"""What the page of an input waits for: the predictions of a picture that is prepared in each of the usual ways."""

from dataclasses import dataclass

from app.engine.inference import Inference
from app.engine.preprocessings import PreprocessingComparison
from app.errors import ConvScopeError
from app.nets.network import Network
from app.web.deps import Client
from app.web.pages.components import Notice
from app.web.pages.own_networks.input_form import InputForm


@dataclass(frozen=True, slots=True)
class ChoiceData:
    """A network, a picture and the comparison; None without weights, and where the notice tells why.

    `form` is what the reader typed, or the network's own input; None where it can't be chosen.
    """

    network: Network
    image: str
    comparison: PreprocessingComparison | None
    form: InputForm | None
    notice: Notice | None


async def gather_choice(
    client: Client, inference: Inference, form: InputForm | None, notice: Notice | None = None
) -> ChoiceData:
    """The comparison on the picture. An error becomes a notice; `notice` is that of the form."""
    comparison = None
    try:
        if inference.network.has_weights:
            comparison = await client.wait(client.engine.preprocessings.compare(inference))
    except ConvScopeError as error:
        notice = notice or Notice.of(error)
    return ChoiceData(inference.network, inference.image, comparison, form, notice)
