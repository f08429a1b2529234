"""An exercise on a page: the problem of the address's seed, what was typed, the verdict on it, and the solution."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from app.errors import ConvScopeError
from app.lessons.exercises.checking import AnswerVerdict, check_answer
from app.lessons.exercises.exercise import AnswerForm, ChoiceForm, FieldsForm, MatrixForm, Problem
from app.lessons.exercises.identity import ExerciseIdentity, next_seed, with_seed
from app.lessons.exercises.wording import ProblemWording, WordedMatrix, WordedProblem, WordedVerdict
from app.lessons.figures.matrix import matrix_of
from app.web.deps import Client
from app.web.pages.components import Notice
from app.web.problems import NetworkChoice, PosedProblem, pose, wording_for

ANSWER, SEED, SOLUTION = "answer", "seed", "solution"


@dataclass(frozen=True, slots=True)
class ExerciseCell:
    """A number of a matrix as text, with its level of colour."""

    text: str
    level: int


@dataclass(frozen=True, slots=True)
class ExerciseMatrix:
    """A matrix of a problem or of a solution."""

    label: str
    rows: tuple[tuple[ExerciseCell, ...], ...]

    @classmethod
    def of(cls, worded: WordedMatrix) -> "ExerciseMatrix":
        levels = [[cell.level for cell in row] for row in matrix_of("", worded.numbers).rows]
        pairs = zip(worded.rows, levels, strict=True)
        return cls(worded.label, tuple(tuple(map(ExerciseCell, *pair)) for pair in pairs))


@dataclass(frozen=True, slots=True)
class AnswerInput:
    """A field of the answer; `value` is what was typed."""

    name: str
    label: str
    value: str
    is_wrong: bool = False


@dataclass(frozen=True, slots=True)
class AnswerChoice:
    """One of the choices of an exercise; `picture` is the address of a channel's map."""

    letter: str
    statement: str
    matrix: ExerciseMatrix | None
    picture: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class SolutionStepView:
    text: str
    formula: str
    matrix: ExerciseMatrix | None


@dataclass(frozen=True, slots=True)
class LiveExercise:
    """An exercise as the address has it.

    Attributes:
        source: the address of the exercise alone.
        hidden: the other parameters of the page, and the seed, which the form keeps.
        inputs: the fields, in rows; none of a choice.
        verdict: None until something was typed.
        solution: the steps, if they are requested.
        view: the query of the view of the network that it is about; empty for numbers alone.
    """

    exercise: ExerciseIdentity
    source: str
    prefix: str
    hidden: Mapping[str, str]
    worded: WordedProblem
    matrices: tuple[ExerciseMatrix, ...]
    inputs: tuple[tuple[AnswerInput, ...], ...]
    choices: tuple[AnswerChoice, ...]
    form: str
    verdict: WordedVerdict | None
    is_right: bool
    solution: tuple[SolutionStepView, ...]
    view: str

    @property
    def name(self) -> str:
        """What it is called on its page."""
        return self.exercise.spec.name or "alone"

    @property
    def another(self) -> str:
        """The query of the same page with the next problem."""
        return f"?{urlencode({**self.hidden, f'{self.prefix}{SEED}': next_seed(self.exercise.seed)})}"


@dataclass(frozen=True, slots=True)
class UnavailableExercise:
    """An exercise about a network that can't be posed, and why."""

    name: str
    notice: Notice


@dataclass(frozen=True, slots=True)
class ExercisePlace:
    """An exercise, and the parameters of the page that it stands on."""

    exercise: ExerciseIdentity
    parameters: Mapping[str, str]

    @classmethod
    def of(cls, exercise: ExerciseIdentity, parameters: Mapping[str, str]) -> "ExercisePlace":
        """With the seed of the address: its own, or that of the page for all exercises."""
        seed = parameters.get(f"{exercise.spec.name}.{SEED}") or parameters.get(SEED, "")
        return cls(with_seed(exercise, seed), parameters)

    @property
    def source(self) -> str:
        """The address of the exercise alone, relative to every page that shows exercises."""
        spec, lesson = self.exercise.spec, self.exercise.lesson
        return f"../exercises/{f'{lesson}.{spec.name}' if lesson else spec.kind}"

    @property
    def choice(self) -> NetworkChoice:
        """The network and the photo of the page."""
        return NetworkChoice(self.parameters.get("model", ""), self.parameters.get("image", ""))

    @property
    def prefix(self) -> str:
        """What the names of its parameters begin with."""
        return f"{self.exercise.spec.name}." if self.exercise.spec.name else ""

    @property
    def own(self) -> dict[str, str]:
        """The parameters of the exercise, without their prefix."""
        return {
            name.removeprefix(self.prefix): value
            for name, value in self.parameters.items()
            if name.startswith(self.prefix)
        }

    @property
    def hidden(self) -> dict[str, str]:
        others = {
            name: value for name, value in self.parameters.items() if self.prefix and not name.startswith(self.prefix)
        }
        return others | {f"{self.prefix}{SEED}": self.exercise.seed}


async def exercise_view(client: Client, place: ExercisePlace) -> LiveExercise | UnavailableExercise:
    """The exercise with what was typed and the verdict on it."""
    try:
        posed = await pose(client, place.exercise, place.choice)
    except ConvScopeError as error:
        return UnavailableExercise(place.exercise.spec.name or "alone", Notice.of(error))
    return live_exercise(place, posed, wording_for(client.request))


def live_exercise(place: ExercisePlace, posed: PosedProblem, wording: ProblemWording) -> LiveExercise:
    """A problem with what was typed and the verdict on it."""
    problem = posed.problem
    own, kind = place.own, place.exercise.spec.kind
    given, shows_solution = _given(problem.form, own), SOLUTION in own
    is_typed = any(value.strip() for name, value in own.items() if name.partition(".")[0] == ANSWER)
    verdict = check_answer(problem, given) if given is not None and (is_typed or not shows_solution) else None
    worded = wording.problem(kind, problem)
    return LiveExercise(
        exercise=place.exercise,
        source=place.source,
        prefix=place.prefix,
        hidden=place.hidden,
        worded=worded,
        matrices=tuple(map(ExerciseMatrix.of, worded.matrices)),
        inputs=tuple(_inputs(place, problem, wording, verdict)),
        choices=tuple(_choices(worded, posed, own.get(ANSWER))),
        form=form_name(problem.form),
        verdict=wording.verdict(kind, verdict) if verdict else None,
        is_right=verdict is not None and verdict.is_right,
        solution=tuple(_solution(kind, problem, wording)) if shows_solution else (),
        view=posed.view,
    )


def form_name(form: AnswerForm) -> str:
    """What a form is called in templates."""
    names = {MatrixForm: "matrix", ChoiceForm: "choice", FieldsForm: "fields"}
    return names.get(type(form), "number")


def _given(form: AnswerForm, own: Mapping[str, str]) -> Any:
    """The answer in the address; None if there is none."""
    if isinstance(form, FieldsForm):
        fields = {name: own.get(f"{ANSWER}.{name}", "") for name in form.names}
        return fields if any(f"{ANSWER}.{name}" in own for name in form.names) else None
    if isinstance(form, MatrixForm):
        rows, columns = form.shape
        names = [[f"{ANSWER}.{row}.{column}" for column in range(columns)] for row in range(rows)]
        is_there = any(name in own for row in names for name in row)
        return [[own.get(name, "") for name in row] for row in names] if is_there else None
    return own.get(ANSWER)


def _inputs(
    place: ExercisePlace, problem: Problem, wording: ProblemWording, verdict: AnswerVerdict | None
) -> Iterator[tuple[AnswerInput, ...]]:
    form, own = problem.form, place.own

    def field(name: str, label: str, is_wrong: bool) -> AnswerInput:
        return AnswerInput(f"{place.prefix}{name}", label, own.get(name, ""), is_wrong)

    is_wrong = verdict is not None and not verdict.is_right
    if isinstance(form, FieldsForm):
        for name in form.names:
            yield (field(f"{ANSWER}.{name}", wording.field(name), is_wrong),)
    elif isinstance(form, MatrixForm):
        wrong = set(verdict.cells) if verdict else set()
        rows, columns = form.shape
        for row in range(rows):
            yield tuple(
                field(f"{ANSWER}.{row}.{column}", wording.place(row, column), (row, column) in wrong)
                for column in range(columns)
            )
    elif not isinstance(form, ChoiceForm):
        yield (field(ANSWER, "", is_wrong),)


def _choices(worded: WordedProblem, posed: PosedProblem, chosen: str | None) -> Iterator[AnswerChoice]:
    for index, choice in enumerate(worded.choices):
        matrix = ExerciseMatrix.of(choice.matrix) if choice.matrix else None
        picture = posed.map_path(choice.channel) if choice.channel else ""
        yield AnswerChoice(choice.letter, choice.statement, matrix, picture, chosen == str(index))


def _solution(kind: str, problem: Problem, wording: ProblemWording) -> Iterator[SolutionStepView]:
    for step in wording.solution(kind, problem):
        matrix = ExerciseMatrix.of(step.matrix) if step.matrix else None
        yield SolutionStepView(step.text, step.formula, matrix)
