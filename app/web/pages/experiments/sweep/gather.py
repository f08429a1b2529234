"""Everything that the page of a sweep waits for."""

from dataclasses import dataclass

from app.engine.inference import Inference
from app.errors import ConvScopeError
from app.experiments.sweep import Sweep
from app.experiments.sweep_scores import SweepScores
from app.web.deps import Client
from app.web.pages.components import Notice
from app.web.pages.experiments.subject import gather_subject
from app.web.pages.experiments.sweep.address import SweepAddress


@dataclass(frozen=True, slots=True)
class SweepData:
    """A sweep of the subject through the networks; `results` is None while it is to be computed.

    `sweep` is None where the notice says why.
    """

    address: SweepAddress
    subject: Inference
    inferences: tuple[Inference, ...]
    sweep: Sweep | None
    results: tuple[SweepScores, ...] | None
    notice: Notice | None


async def gather_sweep(client: Client, address: SweepAddress) -> SweepData:
    """The sweep of an address, with its results if they are in memory or the address waits for them.

    Raises:
        ConvScopeError: as `gather_subject` does. Any other error becomes a notice.
    """
    subject = await gather_subject(client, address.model, address.image)
    address = address.model_copy(update={"model": subject.network.id, "image": subject.image})
    inferences: tuple[Inference, ...] = (subject,)
    sweep, results, notice = None, None, None
    try:
        networks = [await client.network(model) for model in address.others]
        inferences = (subject, *(Inference(network, subject.image) for network in networks))
        sweep = address.sweep()
        results = client.engine.sweeps.cached(inferences, sweep)
        if results is None and address.wait:
            results = await client.wait(client.engine.sweeps.sweep(inferences, sweep))
    except ConvScopeError as error:
        notice = Notice.of(error)
    return SweepData(address, subject, inferences, sweep, results, notice)
