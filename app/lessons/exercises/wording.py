"""Problems and verdicts in a language: sentences of a catalogue, filled with numbers as the language writes them."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from app.lessons.exercises.checking import AnswerVerdict
from app.lessons.exercises.exercise import ChannelMap, ChoiceForm, NumberArray, Problem, Sentence
from app.lessons.exercises.formulas import DECIMALS, LETTERS, written

NARROW, NO_BREAK = "\N{NARROW NO-BREAK SPACE}", "\N{NO-BREAK SPACE}"
SIZE = re.compile(r"(?<=\d) × (?=\d)")  # no line ends inside one
GROUPS = re.compile(r"(?<![\d.])\d{4,}")
DECIMAL_POINT = re.compile(r"(?<=\d)\.(?=\d)")


@dataclass(frozen=True, slots=True, eq=False)
class WordedMatrix:
    """A matrix with its name; its rows as numbers and as text."""

    label: str
    numbers: NumberArray
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class WordedChoice:
    """One of the choices of an exercise: a statement, with a channel whose map is shown, or a matrix."""

    letter: str
    statement: str
    matrix: WordedMatrix | None
    channel: ChannelMap | None = None


@dataclass(frozen=True, slots=True)
class WordedStep:
    """A step of a solution."""

    text: str
    formula: str
    matrix: WordedMatrix | None


@dataclass(frozen=True, slots=True)
class WordedProblem:
    """What is asked, what is shown for it, and to how many decimals the answer is right."""

    name: str
    question: str
    lines: tuple[str, ...]
    matrices: tuple[WordedMatrix, ...]
    choices: tuple[WordedChoice, ...]
    tolerance: str
    hint: str


@dataclass(frozen=True, slots=True)
class WordedVerdict:
    """The verdict in a sentence, with hints: what each mistake is that the answer may come from."""

    message: str
    hints: tuple[str, ...]


class ProblemWording:
    """The wording of problems in one language."""

    def __init__(self, catalogue: Mapping[str, Any]) -> None:
        self._catalogue = catalogue

    def problem(self, kind: str, problem: Problem) -> WordedProblem:
        """What is asked."""
        own = self._catalogue["kinds"][kind]
        decimals = problem.form.decimals
        tolerance = "" if isinstance(problem.form, ChoiceForm) else self._catalogue["tolerances"][str(decimals)]
        return WordedProblem(
            name=own["name"],
            question=self._fill(own["questions"], problem.question),
            lines=tuple(self._fill(own["lines"], each) for each in problem.lines),
            matrices=tuple(
                self._matrix(self._label(each.name, each.channel), each.numbers) for each in problem.matrices
            ),
            choices=self._choices(kind, problem),
            tolerance=tolerance,
            hint=own["hint"],
        )

    def solution(self, kind: str, problem: Problem) -> tuple[WordedStep, ...]:
        """The steps of the solution."""
        own = self._catalogue["kinds"][kind]
        return tuple(
            WordedStep(
                self._fill(own["steps"], step.sentence),
                self.localize(step.formula),
                None if step.matrix is None else self._matrix("", step.matrix, problem.form.decimals),
            )
            for step in problem.solution
        )

    def verdict(self, kind: str, verdict: AnswerVerdict) -> WordedVerdict:
        """The verdict on an answer."""
        own = self._catalogue["kinds"][kind]
        sentences = {**self._catalogue["verdicts"], **own.get("verdicts", {})}
        mistakes = {**self._catalogue["mistakes"], **own.get("mistakes", {})}
        message = self._fill(sentences, verdict.sentence)
        if verdict.cells:
            places = "; ".join(self.place(row, column) for row, column in verdict.cells)
            message = f"{message} {places}."
        return WordedVerdict(message, tuple(mistakes[name] for name in verdict.mistakes))

    def field(self, name: str) -> str:
        """The label of a field."""
        label: str = self._catalogue["fields"][name]
        return label

    def place(self, row: int, column: int) -> str:
        """The place of a cell of a matrix."""
        place: str = self._catalogue["place"].format(row=row, column=column)
        return place

    def number(self, value: float, decimals: int | None = None) -> str:
        """A number with at most so many decimals."""
        return self.localize(written(value, DECIMALS if decimals is None else decimals))

    def localize(self, text: str) -> str:
        """A formula with the decimal sign of the language, and narrow spaces between thousands."""
        grouped = GROUPS.sub(lambda match: f"{int(match[0]):,}".replace(",", NARROW), text)
        decimal: str = self._catalogue["decimal_sign"]
        return grouped if decimal == "." else DECIMAL_POINT.sub(decimal, grouped.replace(", ", "; "))

    def _choices(self, kind: str, problem: Problem) -> tuple[WordedChoice, ...]:
        if not isinstance(problem.form, ChoiceForm):
            return ()
        statements = self._catalogue["kinds"][kind].get("statements", {})
        if problem.form.channels:
            return tuple(
                WordedChoice(letter, statements["channel"].format(channel=each.channel), None, each)
                for letter, each in zip(LETTERS, problem.form.channels, strict=False)
            )
        texts = [self._fill(statements, each) for each in problem.form.statements]
        matrices = [self._matrix(LETTERS[index], each) for index, each in enumerate(problem.form.matrices)]
        return tuple(
            WordedChoice(LETTERS[index], texts[index] if texts else "", matrices[index] if matrices else None)
            for index in range(problem.form.count)
        )

    def _label(self, name: str, channel: int | None) -> str:
        label: str = self._catalogue["matrices"][name if channel is None else f"{name}_channel"]
        return label.format(channel=channel)

    def _matrix(self, label: str, numbers: NumberArray, decimals: int | None = None) -> WordedMatrix:
        rows = tuple(tuple(self.number(each, decimals) for each in row) for row in numbers)
        return WordedMatrix(label, numbers, rows)

    def _fill(self, sentences: Mapping[str, str], sentence: Sentence) -> str:
        values = {
            name: value if isinstance(value, str) else self.number(value) for name, value in sentence.values.items()
        }
        return SIZE.sub(f"{NO_BREAK}×{NO_BREAK}", sentences[sentence.key].format_map(values))


def sentence_keys(problem: Problem) -> Iterable[tuple[str, str]]:
    """The section and the key of every sentence that a problem takes from the catalogue of its kind."""
    yield "questions", problem.question.key
    yield from (("lines", each.key) for each in problem.lines)
    yield from (("steps", step.sentence.key) for step in problem.solution)
    if isinstance(problem.form, ChoiceForm):
        yield from (("statements", each.key) for each in problem.form.statements)
