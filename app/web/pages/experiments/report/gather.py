"""Everything that a report waits for: the answers of the API that each view consists of."""

from dataclasses import dataclass

from app.errors import Cancelled, ConvScopeError, InvalidRequest, TooLarge
from app.nets.network import Network
from app.web.deps import Client
from app.web.pages.components import Notice
from app.web.pages.experiments.report.answer import ApiAnswer, read_answer
from app.web.pages.experiments.report.views import (
    MAX_VIEWS,
    CollectedView,
    ViewAddress,
    files_of,
    read_view_address,
)
from app.web.pages.explorer.downloads import FileView

MAX_BYTES = 64_000_000  # of all answers in one report


@dataclass(frozen=True, slots=True)
class ViewAnswers:
    """One view with its files and what the API answers for each; a notice says why there are none."""

    view: CollectedView
    address: ViewAddress | None
    network: Network | None
    answers: tuple[tuple[FileView, ApiAnswer | Notice], ...]
    notice: Notice | None


async def gather_report(
    client: Client, views: list[CollectedView], experiments: tuple[str, ...]
) -> tuple[ViewAnswers, ...]:
    """The answers for each view, in their order. A view that fails leaves the others as they are.

    Raises:
        InvalidRequest: there are no views, or too many.
        TooLarge: the report would be too large.
        Cancelled: the client has gone.
    """
    if not 0 < len(views) <= MAX_VIEWS:
        raise InvalidRequest(f"A report holds 1 to {MAX_VIEWS} views.", max_views=MAX_VIEWS)
    gathered, left = [], MAX_BYTES
    for view in views:
        answers = await _gather_view(client, view, experiments)
        left -= sum(len(answer.content) for _, answer in answers.answers if isinstance(answer, ApiAnswer))
        if left < 0:
            raise TooLarge("The report would be too large. Choose fewer views.", max_bytes=MAX_BYTES)
        gathered.append(answers)
    return tuple(gathered)


async def _gather_view(client: Client, view: CollectedView, experiments: tuple[str, ...]) -> ViewAnswers:
    address, network = None, None
    try:
        address = read_view_address(view.address, experiments)
        if not address.query.get("image"):
            raise InvalidRequest("This view names no picture: choose one, then add it to the report again.")
        model = address.query.get("model")
        network = await client.network(model) if model else client.engine.default_network()
        answers = [(file, await read_answer(client.request, file.href)) for file in files_of(network, address)]
    except Cancelled:
        raise
    except ConvScopeError as error:
        return ViewAnswers(view, address, network, (), Notice.of(error))
    return ViewAnswers(view, address, network, tuple(answers), None)
