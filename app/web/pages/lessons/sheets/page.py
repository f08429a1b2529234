"""A sheet to be printed, and its answers: every variant with its problems in the reader's language."""

from dataclasses import dataclass

from app.lessons.exercises.exercise import ChoiceForm, FieldsForm, MatrixForm, Problem, make_problem, read_options
from app.lessons.exercises.formulas import LETTERS
from app.lessons.exercises.identity import ExerciseIdentity
from app.lessons.exercises.registry import KINDS
from app.lessons.exercises.sheet import Sheet
from app.lessons.exercises.wording import ProblemWording, WordedProblem
from app.web.pages.lessons.exercise import form_name
from app.work.stop import Stop


@dataclass(frozen=True, slots=True)
class SheetProblem:
    """A problem with room for its answer: the rows and columns of a matrix, the names of fields."""

    worded: WordedProblem
    form: str
    shape: tuple[int, ...]
    fields: tuple[str, ...]
    answer: str


@dataclass(frozen=True, slots=True)
class SheetVariant:
    """What one student gets."""

    number: int
    code: str
    problems: tuple[SheetProblem, ...]


def sheet_variants(sheet: Sheet, wording: ProblemWording, stop: Stop) -> tuple[SheetVariant, ...]:
    """Every variant of a sheet; raises what `stop` raises if nobody waits for it any more."""
    variants = []
    for number in range(1, sheet.variants + 1):
        stop.check()
        variant = sheet.variant(number)
        problems = tuple(_sheet_problem(each, wording) for each in variant.exercises)
        variants.append(SheetVariant(number, variant.code, problems))
    return tuple(variants)


def _sheet_problem(exercise: ExerciseIdentity, wording: ProblemWording) -> SheetProblem:
    kind = KINDS[exercise.spec.kind]
    problem = make_problem(kind, read_options(kind, exercise.spec.options), exercise.origin)
    form = problem.form
    return SheetProblem(
        worded=wording.problem(kind.name, problem),
        form=form_name(form),
        shape=form.shape,
        fields=tuple(map(wording.field, form.names)) if isinstance(form, FieldsForm) else (),
        answer=_answer(problem, wording),
    )


def _answer(problem: Problem, wording: ProblemWording) -> str:
    """The answer in one line, rounded as it is asked for."""
    form = problem.form
    if isinstance(form, ChoiceForm):
        return LETTERS[int(problem.answer)]
    rows = problem.answer.reshape(-1, problem.answer.shape[-1] if problem.answer.ndim else 1)
    texts = [[wording.number(value, form.decimals or None) for value in row] for row in rows.tolist()]
    if isinstance(form, FieldsForm):
        return ", ".join(f"{wording.field(name)} {text}" for name, text in zip(form.names, texts[0], strict=True))
    return " | ".join("  ".join(row) for row in texts) if isinstance(form, MatrixForm) else texts[0][0]
