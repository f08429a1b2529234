"""Everything that the page of depth waits for."""

from dataclasses import dataclass

from app.engine.experiments.depth import Distances
from app.engine.inference import Inference
from app.errors import ConvScopeError
from app.images.perturbations.change import Change
from app.nets.outputs import Scores
from app.web.deps import Client
from app.web.pages.components import Notice
from app.web.pages.experiments.depth.address import DepthAddress
from app.web.pages.experiments.subject import gather_subject


@dataclass(frozen=True, slots=True)
class ChangedRun:
    """The run on the changed photo against that on the photo itself."""

    inference: Inference
    before: Scores
    after: Scores
    distances: Distances


@dataclass(frozen=True, slots=True)
class DepthData:
    """The photo before and after the changes; `changes` and `run` are empty where the notice says why."""

    address: DepthAddress
    subject: Inference
    changes: tuple[Change, ...]
    run: ChangedRun | None
    notice: Notice | None


async def gather_depth(client: Client, address: DepthAddress) -> DepthData:
    """Both runs, compared layer by layer. The changed photo is stored as any other.

    Raises:
        ConvScopeError: as `gather_subject` does. Any other error becomes a notice.
    """
    engine, subject = client.engine, await gather_subject(client, address.model, address.image)
    address = address.model_copy(update={"model": subject.network.id, "image": subject.image})
    changes: tuple[Change, ...] = ()
    run, notice = None, None
    try:
        changes = address.changes()
        changed = await client.wait(engine.pictures.change(subject.image, changes))
        other = Inference(subject.network, changed.stored.id)
        distances = await client.wait(engine.depth.distances(other, subject.image))
        before, after = [await client.wait(engine.predictions.scores(each)) for each in (subject, other)]
        run = ChangedRun(other, before, after, distances)
    except ConvScopeError as error:
        notice = Notice.of(error)
    return DepthData(address, subject, changes, run, notice)
