"""The problems of exercises as requests name them, and their wording in the reader's language."""

import asyncio
from dataclasses import dataclass
from urllib.parse import urlencode

from fastapi import FastAPI, Request

from app.engine.inference import Inference
from app.lessons.book import Book
from app.lessons.exercises.exercise import ChannelMap, NetworkOptions, Problem, make_problem, read_options
from app.lessons.exercises.identity import ExerciseIdentity
from app.lessons.exercises.registry import KINDS, NETWORK_KINDS
from app.lessons.exercises.wording import ProblemWording
from app.web.deps import Client
from app.web.language import read_language
from app.web.links import channel_path, pinned_id
from app.web.photo import photo_of
from app.web.texts import LANGUAGES, read_catalogue

MAP_SIDE = 160


@dataclass(frozen=True, slots=True)
class NetworkChoice:
    """The network and the photo that an address names for exercises about them; empty for the defaults."""

    model: str = ""
    image: str = ""


@dataclass(frozen=True, slots=True)
class PosedProblem:
    """A problem, and the network and the photo that it is about; None for one of numbers alone."""

    problem: Problem
    inference: Inference | None = None

    @property
    def view(self) -> str:
        """The query of the view of what it is about; empty where it is about no network."""
        if self.inference is None:
            return ""
        view = {"model": self.inference.network.id, "image": self.inference.image}
        if place := self.problem.place:
            cell = {"channel": place["channel"], "cell": f"{place['row']},{place['column']}", "view": "number"}
            view |= {"layer": str(place["layer"])} | {name: str(value) for name, value in cell.items()}
        return f"?{urlencode(view)}"

    def map_path(self, channel: ChannelMap) -> str:
        """The address of a channel's map, relative to the server."""
        if self.inference is None:
            return ""
        path = channel_path(pinned_id(self.inference.network), self.inference.image, channel.layer, channel.channel)
        return f"{path}?{urlencode({'size': MAP_SIDE, 'domain': 'channel'})}"


def install_problems(app: FastAPI, book: Book) -> None:
    """Give the app the book whose exercises it poses, and their wording in every language."""
    app.state.book = book
    app.state.wordings = {each: ProblemWording(read_catalogue("problems", each)) for each in LANGUAGES}


def book_of(request: Request) -> Book:
    """The book of lessons."""
    book: Book = request.app.state.book
    return book


def wording_for(request: Request, language: str | None = None) -> ProblemWording:
    """The wording of problems in a language, by default the reader's."""
    wordings: dict[str, ProblemWording] = request.app.state.wordings
    return wordings.get(language or "") or wordings[read_language(request)]


async def pose(client: Client, exercise: ExerciseIdentity, choice: NetworkChoice) -> PosedProblem:
    """The problem of an exercise.

    Raises:
        UnknownModel, UnknownImage: there is no such network or photo.
        NotAvailable, NoSuchCell: the network has no weights, or gives no such problem for the photo.
    """
    kind = exercise.spec.kind
    if kind in KINDS:
        options = read_options(KINDS[kind], exercise.spec.options)
        return PosedProblem(await asyncio.to_thread(make_problem, KINDS[kind], options, exercise.origin))
    defaults = read_options(NETWORK_KINDS[kind], exercise.spec.options)
    model = choice.model or (defaults.model if isinstance(defaults, NetworkOptions) else "")
    network = await client.network(model)
    network.require_weights()
    inference = Inference(network, await photo_of(client, choice.image))
    problem = await client.wait(client.engine.exercises.problem(kind, exercise.origin, inference))
    return PosedProblem(problem, inference)
