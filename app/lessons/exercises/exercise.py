"""An exercise: a kind, and the problem that it makes: its numbers, the answer, the usual mistakes, the solution."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Annotated, Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from app.errors import InvalidRequest

NumberArray = NDArray[np.float64]
Value = int | float | str
T = TypeVar("T")
Choices = Annotated[tuple[T, ...], Field(min_length=1)]  # numbers that a problem draws one from
MOST_DRAWS = 200  # until a problem is found whose mistakes give other answers than the right one


class ExerciseOptions(BaseModel):
    """What a lesson may choose for its problems of a kind. Every field has a default."""

    model_config = ConfigDict(frozen=True, extra="forbid")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence by its name in the catalogue of the kind, and the numbers that it speaks of."""

    key: str
    values: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class NamedMatrix:
    """A matrix of a problem; `channel` is its index where the input or the kernel has several."""

    name: str
    numbers: NumberArray
    channel: int | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """A step of a solution: what one does, as a formula with its numbers, and the matrix that results from it."""

    sentence: Sentence
    formula: str = ""
    matrix: NumberArray | None = None


@dataclass(frozen=True, slots=True)
class NumberForm:
    """The answer is one number, right to so many decimals."""

    decimals: int = 0

    @property
    def shape(self) -> tuple[int, ...]:
        return ()


@dataclass(frozen=True, slots=True)
class MatrixForm:
    """The answer is a matrix, each cell right to so many decimals."""

    shape: tuple[int, ...]
    decimals: int = 0


@dataclass(frozen=True, slots=True)
class ChannelMap:
    """A channel of a layer of the network that a problem is about."""

    layer: str
    channel: int


@dataclass(frozen=True, slots=True, eq=False)
class ChoiceForm:
    """The answer is the index of a statement, of a matrix or of a channel, whose map is shown."""

    statements: tuple[Sentence, ...] = ()
    matrices: tuple[NumberArray, ...] = ()
    channels: tuple[ChannelMap, ...] = ()
    decimals: int = 0

    @property
    def count(self) -> int:
        return len(self.statements) or len(self.matrices) or len(self.channels)

    @property
    def shape(self) -> tuple[int, ...]:
        return ()


@dataclass(frozen=True, slots=True)
class FieldsForm:
    """The answer is a whole number for each name; many answers may be right."""

    names: tuple[str, ...]
    decimals: int = 0

    @property
    def shape(self) -> tuple[int, ...]:
        return (len(self.names),)


AnswerForm = NumberForm | MatrixForm | ChoiceForm | FieldsForm


@dataclass(frozen=True, slots=True)
class Judgement:
    """What an answer of many that may be right comes to: a sentence, and the mistakes that it may come from."""

    is_right: bool
    sentence: Sentence
    mistakes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Problem:
    """What is asked, and what follows from it.

    Attributes:
        question: the sentence that asks.
        answer: the right answer, or one of them, in the shape of the form.
        mistakes: the answer that each mistake leads to, by its name; another shape where the mistake gives one.
        solution: the steps; the last one comes to the answer.
        matrices: what is shown of numbers.
        lines: what is shown of layers or of classes, one after the other.
        judge: says of an answer whether it is right, where many are, or what is to be said of each.
        place: the cell of the network that it is about: layer, channel, row and column.
    """

    question: Sentence
    form: AnswerForm
    answer: NumberArray
    mistakes: Mapping[str, NumberArray]
    solution: tuple[Step, ...]
    matrices: tuple[NamedMatrix, ...] = ()
    lines: tuple[Sentence, ...] = ()
    judge: Callable[[NumberArray], Judgement] | None = None
    place: Mapping[str, Value] | None = None

    @property
    def tolerance(self) -> float:
        """How far a number may be from the answer: half a unit of its last decimal."""
        return 0.5 * 10.0**-self.form.decimals if self.form.decimals else 0.0

    @property
    def is_fair(self) -> bool:
        """Whether every mistake leads to an answer that no rounding confuses with the right one."""
        return not any(self.matches(wrong, 4) for wrong in self.mistakes.values())

    def matches(self, numbers: NumberArray, factor: float = 1) -> bool:
        """Whether numbers are the answer, within a multiple of the tolerance."""
        return numbers.shape == self.answer.shape and bool(self.agreement(numbers, self.answer, factor).all())

    def agreement(self, numbers: NumberArray, expected: NumberArray, factor: float = 1) -> NDArray[np.bool_]:
        """Which numbers are what is expected. Rounding in binary may put one just outside the tolerance."""
        agrees: NDArray[np.bool_] = np.abs(numbers - expected) <= factor * self.tolerance + 1e-9
        return agrees


KindOptions = TypeVar("KindOptions", bound=ExerciseOptions)


@dataclass(frozen=True, slots=True)
class ExerciseKind(Generic[KindOptions]):
    """A kind of exercise: `draw` makes a problem from the options of a lesson, by chance."""

    name: str
    options: type[KindOptions]
    draw: Callable[[Random, KindOptions], Problem]


class NetworkOptions(ExerciseOptions):
    """The network that is asked about where the address names none."""

    model: str = Field("squeezenet1_1", max_length=200)


@dataclass(frozen=True, slots=True)
class NetworkExerciseKind:
    """A kind of exercise about a network and a photo: `engine/exercises.py` makes its problems."""

    name: str
    options: type[NetworkOptions] = NetworkOptions


def make_problem(kind: ExerciseKind[Any], options: ExerciseOptions, origin: str) -> Problem:
    """The problem of an origin, always the same one, that is fair.

    Raises:
        InvalidRequest: the options allow none.
    """
    for draw in range(MOST_DRAWS):
        problem = kind.draw(Random(f"{kind.name}/{origin}/{draw}"), options)  # noqa: S311 - anyone may know it
        if problem.is_fair:
            return problem
    raise InvalidRequest(f"The options of {kind.name} allow no problem whose mistakes can be told from the answer.")


def read_options(kind: ExerciseKind[Any] | NetworkExerciseKind, values: Mapping[str, Any]) -> ExerciseOptions:
    """The options that a lesson gives; raises ValueError, which names the first that is wrong."""
    try:
        options: ExerciseOptions = kind.options.model_validate(dict(values))
    except ValidationError as error:
        first = error.errors()[0]
        raise ValueError(f"{kind.name}.{'.'.join(map(str, first['loc']))}: {first['msg']}") from error
    return options


def number(value: float) -> NumberArray:
    """A number as an answer."""
    return np.array(float(value))


def draw_matrix(random: Random, shape: tuple[int, ...], least: int, most: int) -> NumberArray:
    """A matrix of whole numbers."""
    count = int(np.prod(shape))
    return np.array([random.randint(least, most) for _ in range(count)], np.float64).reshape(shape)
