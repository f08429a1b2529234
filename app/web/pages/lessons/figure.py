"""A figure on a page: its state from the address, what is drawn of it, and the addresses of other states."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from app.errors import ConvScopeError
from app.lessons.figures.kind import FigureState, read_state
from app.lessons.lesson import FigureSpec, Lesson
from app.lessons.markdown import Block
from app.web.deps import Client
from app.web.pages.components import Notice
from app.web.pages.lessons.kinds import draw, state_of, template_of

FROM_PAGE = ("image", "model")  # what all figures of a page have from its address


@dataclass(frozen=True, slots=True)
class LiveFigure:
    """A figure; `drawn` is what its template shows, None where the notice says why.

    Attributes:
        name: within its lesson; empty for a figure by itself.
        source: the address of the figure alone, relative to the page.
        values: the state as the fields of its form hold it, those that can't be read included.
        query: the parameters of the address that differ from what the figure begins with, with their prefix.
        page_query: the parameters of the page that belong to others.
        steps: the parameters of each step of a lecture.
        caption: HTML.
    """

    kind: str
    name: str
    source: str
    values: Mapping[str, Any]
    drawn: Any
    notice: Notice | None
    query: Mapping[str, str]
    page_query: Mapping[str, str]
    steps: tuple[str, ...]
    caption: str

    @property
    def prefix(self) -> str:
        """What the names of its parameters begin with."""
        return f"{self.name}." if self.name else ""

    @property
    def template(self) -> str:
        return template_of(self.kind)

    def link(self, **changes: Any) -> str:
        """The query of the page with some values changed."""
        changed = {f"{self.prefix}{name}": _text(value) for name, value in changes.items()}
        return f"?{urlencode({**self.page_query, **self.query, **changed})}"

    @property
    def embedding(self) -> str:
        """The query of the same figure by itself."""
        return urlencode({name: _text(value) for name, value in self.values.items()})


@dataclass(frozen=True, slots=True)
class FigurePlace:
    """A figure and where it stands: the address of it alone, relative to the page, and its caption as HTML."""

    spec: FigureSpec
    source: str
    caption: str = ""

    @classmethod
    def in_lesson(cls, lesson: Lesson, block: Block) -> "FigurePlace":
        return cls(lesson.figures[block.name], f"{lesson.id}/figures/{block.name}", block.html)


@dataclass(frozen=True, slots=True)
class LessonParameters:
    """The parameters of an address: those of the page, and those of each figure by its name."""

    all: Mapping[str, str]

    def page(self) -> dict[str, str]:
        return {name: self.all[name] for name in FROM_PAGE if name in self.all}

    def others(self, name: str) -> dict[str, str]:
        """All but those of a figure: its links and its form keep the state of the others."""
        return {key: value for key, value in self.all.items() if name and not key.startswith(f"{name}.")}

    def figure(self, name: str) -> dict[str, str]:
        """What the address has of a figure, without its prefix."""
        prefix = f"{name}." if name else ""
        own = {key.removeprefix(prefix): value for key, value in self.all.items() if key.startswith(prefix)}
        return {name: "; ".join(value.split("\n")).replace("\r", "") for name, value in own.items()}


async def figure_view(client: Client, place: FigurePlace, parameters: LessonParameters) -> LiveFigure:
    """The figure in the state of the address. What can't be read or drawn becomes a notice, with what was typed."""
    spec = place.spec
    state = state_of(spec.kind)
    page, own = parameters.page(), parameters.figure(spec.name)
    base = {**spec.values, **{name: value for name, value in page.items() if name in state.model_fields}}
    changes = state.of_form(own)
    values, drawn, notice = {**base, **changes}, None, None
    try:
        read = read_state(state, values)
        values = {name: _whole(value) for name, value in read.model_dump().items()}
        drawn = await draw(client, spec.kind, read)
    except ConvScopeError as error:
        notice = Notice.of(error)
        values = _defaults(state) | values
    prefix = f"{spec.name}." if spec.name else ""
    begin = _defaults(state) | base
    return LiveFigure(
        kind=spec.kind,
        name=spec.name,
        source=place.source,
        values=values,
        drawn=drawn,
        notice=notice,
        query={f"{prefix}{name}": value for name, value in changes.items() if value != _text(begin[name])},
        page_query=parameters.others(spec.name),
        steps=tuple(urlencode({f"{prefix}{key}": _text(value) for key, value in step.items()}) for step in spec.steps),
        caption=place.caption,
    )


def _defaults(state: type[FigureState]) -> dict[str, Any]:
    return {name: field.default for name, field in state.model_fields.items()}


def _whole(value: Any) -> Any:
    """A value as a field holds it: 1 for 1.0."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _text(value: Any) -> str:
    """A value as an address holds it."""
    if isinstance(value, bool):
        return "1" if value else "0"
    return str(_whole(value))
