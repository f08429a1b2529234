"""The sentences that pages take from elsewhere, from cards, methods, samples and errors, in a language of the pages.

They are English where they stand. A language has them in `sentences/`, each with its translation; a sentence may have
places, `{name}`, for what differs from one occurrence to the next.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from markupsafe import Markup

from app.web.pages.wording import localize_number, mark_code
from app.web.texts import FIRST_LANGUAGE, TEXTS, keep_numbers_whole

PLACE = re.compile(r"\\{(\w+)\\}(.*?)(?=\\{|$)")  # with the text after it, as `re.escape` leaves them
KEY = "key"  # the place of a single word, as the name of a field is
FILLED_IN = re.compile(r"\{\w+\}")
NUMBER = re.compile(r"-?\d{1,3}(,\d{3})+(\.\d+)?|-?\d+\.\d+")
CACHED_TEXTS = 1024
LONGEST = 6  # parts of a text that one translation covers
LONGEST_FILLED = 1000  # characters of what fills a place and is translated itself: so sentences do not nest deeply
LIST = "; "  # between the faults of one thing
MOST_FAULTS = 50  # of one thing that are translated: a reader's own text may have thousands of such parts
END_OF_SENTENCE = re.compile(r"(?<=[.:;!?]) (?=[A-Z0-9`])")


def read_sentences(language: str) -> dict[str, str]:
    """The sentences of all files of a language, each with its translation."""
    sentences: dict[str, str] = {}
    for path in sorted((TEXTS / language / "sentences").glob("*.json")):
        sentences |= json.loads(path.read_text("utf-8"))
    return {sentence: keep_numbers_whole(translation) for sentence, translation in sentences.items()}


@dataclass(frozen=True, slots=True)
class SentencePattern:
    """A sentence with places, and its translation with the same places. What fills a place is within a sentence."""

    pattern: re.Pattern[str]
    translation: str

    @classmethod
    def of(cls, sentence: str, translation: str) -> "SentencePattern":
        # A place ends where the text after it is found first, once and for all: to try further ends, of a text that a
        # reader has made up, may take hours.
        places = PLACE.sub(_place_pattern, rf"{re.escape(sentence)}\Z")
        return cls(re.compile(places), translation)


class Translation:
    """English sentences in one language."""

    def __init__(self, language: str, sentences: Mapping[str, str]) -> None:
        self._language = language
        self._sentences = sentences
        filled = sorted((pair for pair in sentences.items() if "{" in pair[0]), key=_fixed_length, reverse=True)
        self._patterns = [SentencePattern.of(*pair) for pair in filled]  # of two that fit, the one that says more
        self._find = lru_cache(CACHED_TEXTS)(self._find_in_order)

    def translate(self, text: str) -> str:
        """The text in the language; the English text where there is no translation of it."""
        return self.find(text) or text

    def translate_prose(self, text: str) -> Markup:
        """The text in the language with its code in code elements; what stays English says so."""
        translated = self.find(text)
        return (
            mark_code(translated)
            if translated is not None
            else Markup('<span lang="en">{}</span>').format(mark_code(text))
        )

    def find(self, text: str) -> str | None:
        """The translation of a text; None if a part of it has no translation."""
        return text if self._language == FIRST_LANGUAGE or not text else self._find(text)

    def _find_in_order(self, text: str) -> str | None:
        """The translations of the text's sentences one after the other, each as long as possible."""
        if (whole := self._find_sentence(text)) is not None:  # a list of faults has more parts than are tried
            return whole
        parts, translated = END_OF_SENTENCE.split(text), []
        while parts:
            counts = range(min(len(parts), LONGEST), 0, -1)
            starts = ((count, self._find_sentence(" ".join(parts[:count]))) for count in counts)
            count, sentence = next(((count, each) for count, each in starts if each is not None), (0, None))
            if sentence is None:
                return None
            translated.append(sentence)
            parts = parts[count:]
        return " ".join(translated)

    def _find_sentence(self, sentence: str) -> str | None:
        return self._sentences.get(sentence) or self._find_list(sentence) or next(self._filled(sentence), None)

    def _find_list(self, text: str) -> str | None:
        """The translation of several faults, each of which has one."""
        items = text.split(LIST)
        if not 1 < len(items) <= MOST_FAULTS:
            return None
        sentences = [sentence for item in items if (sentence := self._find_sentence(item))]
        if len(sentences) < len(items):
            return None
        return (" " if all(each.endswith(".") for each in sentences) else LIST).join(sentences)

    def _filled(self, sentence: str) -> Iterator[str]:
        for each in self._patterns:
            if match := each.pattern.fullmatch(sentence):
                yield each.translation.format_map({name: self._fill(part) for name, part in match.groupdict().items()})

    def _fill(self, part: str) -> str:
        """What fills a place: translated, or a number as the language writes it, or as it is."""
        if NUMBER.fullmatch(part):
            return localize_number(part, self._language)
        whole = self._find_sentence(part) if len(part) <= LONGEST_FILLED else None
        items = part.split(LIST)
        return whole or (LIST.join(map(self._fill, items)) if 1 < len(items) <= MOST_FAULTS else part)


def _place_pattern(place: re.Match[str]) -> str:
    name, rest = place.groups()
    filling = r"\S+?" if name == KEY else "(?:(?![.] ).)+?"
    return rf"(?>(?P<{name}>{filling}){rest})"


def _fixed_length(pair: tuple[str, str]) -> int:
    """How long a sentence is without its places."""
    return len(FILLED_IN.sub("", pair[0]))
