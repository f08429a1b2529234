"""Exercises: what is asked, the verdict on an answer, the worked solution."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query
from pydantic import BaseModel, ConfigDict, Field

from app.lessons.exercises.checking import check_answer
from app.lessons.exercises.exercise import ChoiceForm, FieldsForm, MatrixForm, Problem
from app.lessons.exercises.identity import ExerciseIdentity, find_exercise
from app.lessons.exercises.wording import WordedMatrix, WordedStep
from app.web.api.lessons.lesson import Language
from app.web.api.responses import Info
from app.web.deps import TheClient
from app.web.problems import NetworkChoice, PosedProblem, book_of, pose, wording_for

router = APIRouter(prefix="/api/v1")


class AnswerRequest(BaseModel):
    """An answer: a number or text that is one, the rows of a matrix, the index of a choice, or numbers by name."""

    model_config = ConfigDict(extra="forbid")

    answer: Any = Field(examples=[5])


class ProblemMatrixInfo(Info):
    label: str
    values: list[list[float]]


class ChoiceInfo(Info):
    """A statement, with a channel's map where it is about one, or the values of a matrix."""

    letter: str
    statement: str
    values: list[list[float]] | None
    map: str | None = Field(description="The address of the channel's map as PNG; relative to the server.")


class AnswerFormInfo(Info):
    """What an answer consists of."""

    kind: str = Field(description="`number`, `matrix`, `choice` (its index) or `fields` (numbers by name).")
    shape: list[int] = Field(description="Of a matrix: rows and columns.")
    names: list[str] = Field(description="Of the fields.")
    decimals: int = Field(description="To how many decimals it must be right; 0: the exact number.")


class ExerciseInfo(Info):
    """A problem. The same id always gives the same one."""

    id: str
    lesson: str
    kind: str
    name: str
    question: str
    lines: list[str] = Field(description="What is given, one thing after the other.")
    matrices: list[ProblemMatrixInfo]
    choices: list[ChoiceInfo]
    answer: AnswerFormInfo
    tolerance: str
    hint: str


class VerdictInfo(Info):
    """The verdict; `hints` name the mistakes that lead to this answer."""

    right: bool
    tolerance: str
    message: str
    hints: list[str]
    cells: list[tuple[int, int]] = Field(description="The first wrong cells of a matrix: row and column from 0.")


class SolutionStepInfo(Info):
    text: str
    formula: str
    values: list[list[float]] | None = Field(description="The matrix that the step results in.")


class SolutionInfo(Info):
    """The worked solution; the last step comes to the answer."""

    steps: list[SolutionStepInfo]
    answer: Any = Field(description="The right answer, or one of them, as `check` takes it.")


async def _exercise(
    client: TheClient,
    exercise: Annotated[
        str,
        Path(
            description="LESSON.NAME.SEED: a lesson, an exercise of it, and 1 to 12 letters and digits.",
            examples=["sliding.output-size.1"],
        ),
    ],
) -> ExerciseIdentity:
    return find_exercise(book_of(client.request), exercise)


TheExercise = Annotated[ExerciseIdentity, Depends(_exercise)]


async def _posed(
    client: TheClient,
    exercise: TheExercise,
    model: Annotated[str, Query(description="The network, for exercises about one.", max_length=200)] = "",
    image: Annotated[str, Query(description="The photo, for exercises about a network.", max_length=100)] = "",
) -> PosedProblem:
    return await pose(client, exercise, NetworkChoice(model, image))


ThePosedProblem = Annotated[PosedProblem, Depends(_posed)]


@router.get("/exercises/{exercise}", summary="A problem", tags=["lessons"], response_model=ExerciseInfo)
async def get_exercise(
    client: TheClient, exercise: TheExercise, posed: ThePosedProblem, language: Language = None
) -> ExerciseInfo:
    """What is asked. Another seed gives another problem of the same kind."""
    problem = posed.problem
    worded = wording_for(client.request, language).problem(exercise.spec.kind, problem)
    return ExerciseInfo(
        id=exercise.id,
        lesson=exercise.lesson,
        kind=exercise.spec.kind,
        name=worded.name,
        question=worded.question,
        lines=list(worded.lines),
        matrices=[ProblemMatrixInfo(label=each.label, values=each.numbers.tolist()) for each in worded.matrices],
        choices=[
            ChoiceInfo(
                letter=each.letter,
                statement=each.statement,
                values=_values(each.matrix),
                map=posed.map_path(each.channel) if each.channel else None,
            )
            for each in worded.choices
        ],
        answer=_form(problem),
        tolerance=worded.tolerance,
        hint=worded.hint,
    )


@router.post("/exercises/{exercise}/check", summary="Check an answer", tags=["lessons"], response_model=VerdictInfo)
async def check_exercise(
    client: TheClient, exercise: TheExercise, posed: ThePosedProblem, body: AnswerRequest, language: Language = None
) -> VerdictInfo:
    """The verdict on an answer, which may have a decimal comma. Where a known mistake leads to it, it is named."""
    problem = posed.problem
    verdict, wording = check_answer(problem, body.answer), wording_for(client.request, language)
    worded = wording.verdict(exercise.spec.kind, verdict)
    return VerdictInfo(
        right=verdict.is_right,
        tolerance=wording.problem(exercise.spec.kind, problem).tolerance,
        message=worded.message,
        hints=list(worded.hints),
        cells=list(verdict.cells),
    )


@router.get(
    "/exercises/{exercise}/solution", summary="The worked solution", tags=["lessons"], response_model=SolutionInfo
)
async def get_solution(
    client: TheClient, exercise: TheExercise, posed: ThePosedProblem, language: Language = None
) -> SolutionInfo:
    """The steps to the answer, with their numbers."""
    problem = posed.problem
    steps = wording_for(client.request, language).solution(exercise.spec.kind, problem)
    return SolutionInfo(steps=[_step(step) for step in steps], answer=_answer(problem))


def _form(problem: Problem) -> AnswerFormInfo:
    form = problem.form
    kinds = {MatrixForm: "matrix", ChoiceForm: "choice", FieldsForm: "fields"}
    return AnswerFormInfo(
        kind=kinds.get(type(form), "number"),
        shape=list(form.shape) if isinstance(form, MatrixForm) else [],
        names=list(form.names) if isinstance(form, FieldsForm) else [],
        decimals=form.decimals,
    )


def _answer(problem: Problem) -> Any:
    values = problem.answer.tolist()
    return dict(zip(problem.form.names, values, strict=True)) if isinstance(problem.form, FieldsForm) else values


def _step(step: WordedStep) -> SolutionStepInfo:
    return SolutionStepInfo(text=step.text, formula=step.formula, values=_values(step.matrix))


def _values(matrix: WordedMatrix | None) -> list[list[float]] | None:
    return None if matrix is None else matrix.numbers.tolist()
