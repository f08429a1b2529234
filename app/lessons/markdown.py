"""The Markdown of a lesson: prose as HTML with formulas in MathML, and places for figures and exercises.

The first heading is the title, and what follows it before the next heading the lead. Each heading of the second level
begins a section, which is a slide of a lecture. HTML in the text is shown as text, never as markup.

    ::: figure sliding
    What one does with it, in a sentence.
    :::
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, partial
from itertools import pairwise
from typing import Any, Literal

from latex2mathml.converter import convert
from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.renderer import RendererProtocol
from markdown_it.token import Token
from mdit_py_plugins.container import container_plugin
from mdit_py_plugins.dollarmath import dollarmath_plugin

BlockKind = Literal["figure", "exercise"]
BLOCK_KINDS: tuple[BlockKind, ...] = ("figure", "exercise")
NO_BREAK = re.compile(r"(?<=\w) (?=[×·] \w)|(?<=\w [×·]) (?=\w)|(?<=\d) (?=MB|%)")  # spaces at which no line ends
WORDS_A_MINUTE = 180  # of a text with formulas, read to be understood


@dataclass(frozen=True, slots=True)
class Prose:
    """A piece of HTML."""

    html: str


@dataclass(frozen=True, slots=True)
class Block:
    """The place of a figure or an exercise; `html` is the caption."""

    kind: BlockKind
    name: str
    html: str


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands below it; the first section of a lesson has none."""

    heading: str
    parts: tuple[Prose | Block, ...]


@dataclass(frozen=True, slots=True)
class LessonText:
    """A lesson in one language. `title` is plain text, `lead` HTML; `minutes` is how long one reads."""

    title: str
    lead: str
    sections: tuple[Section, ...]
    minutes: int

    def blocks(self, kind: BlockKind) -> Iterator[Block]:
        for section in self.sections:
            yield from (part for part in section.parts if isinstance(part, Block) and part.kind == kind)


def read_text(source: str) -> LessonText:
    """The text of a Markdown file.

    Raises:
        ValueError: it does not begin with a title and a lead, or a block in it is neither figure nor exercise.
    """
    tokens = _parser().parse(source)
    if unknown := next((token.content for token in tokens if token.content.startswith(":::")), None):
        raise ValueError(f"This block is neither a figure nor an exercise with a name: {unknown.splitlines()[0]}")
    headings = [place for place, token in enumerate(tokens) if token.type == "heading_open" and token.level == 0]
    if not headings or headings[0] != 0 or tokens[0].tag != "h1":
        raise ValueError("A lesson begins with its title, a heading of the first level.")
    starts = [place for place in headings if tokens[place].tag == "h2"]
    first = starts[0] if starts else len(tokens)
    lead_end = next((place for place, token in enumerate(tokens[:first], 1) if token.type == "paragraph_close"), None)
    if lead_end is None:
        raise ValueError("A lesson has a lead, a paragraph below its title.")
    opening = Section("", tuple(_parts(tokens[lead_end:first])))
    sections = [
        Section(_plain(tokens[start + 1]), tuple(_parts(tokens[start + 3 : end])))
        for start, end in pairwise((*starts, len(tokens)))
    ]
    return LessonText(
        title=_plain(tokens[1]),
        lead=_render(tokens[3:lead_end]),
        sections=(opening, *sections) if opening.parts else tuple(sections),
        minutes=max(1, round(len(source.split()) / WORDS_A_MINUTE)),
    )


def _parts(tokens: Sequence[Token]) -> Iterator[Prose | Block]:
    """The tokens below a heading as prose and blocks, in their order."""
    prose: list[Token] = []
    places = iter(range(len(tokens)))
    for place in places:
        kind = _block_kind(tokens[place])
        if kind is None:
            prose.append(tokens[place])
            continue
        if prose:
            yield Prose(_render(prose))
            prose = []
        end = next(after for after in places if tokens[after].type == f"container_{kind}_close")
        yield Block(kind, tokens[place].info.split()[1], _render(tokens[place + 1 : end]))
    if prose:
        yield Prose(_render(prose))


def _block_kind(token: Token) -> BlockKind | None:
    return next((kind for kind in BLOCK_KINDS if token.type == f"container_{kind}_open"), None)


def _plain(inline: Token) -> str:
    return "".join(token.content for token in inline.children or ())


def _render(tokens: Sequence[Token]) -> str:
    parser = _parser()
    rendered: str = parser.renderer.render(tokens, parser.options, {})
    return rendered


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "typographer": False}).enable("table")
    for kind in BLOCK_KINDS:
        parser.use(container_plugin, kind, validate=partial(_is_block, kind))
    parser.add_render_rule("text", _text)
    return parser.use(dollarmath_plugin, renderer=_formula, allow_digits=False, double_inline=True)


def _text(_renderer: RendererProtocol, tokens: Sequence[Token], place: int, *_context: Any) -> str:
    """The text of a token as HTML, in which `3 × 3` and `96 MB` stay in one line."""
    return NO_BREAK.sub("\N{NO-BREAK SPACE}", escapeHtml(tokens[place].content))


def _is_block(kind: str, text: str, _markup: str) -> bool:
    words = text.split()
    return len(words) == 2 and words[0] == kind


def _formula(latex: str, options: dict[str, Any]) -> str:
    return convert(latex.strip(), display="block" if options["display_mode"] else "inline")
