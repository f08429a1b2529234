"""What a network outputs for other tasks than classification: the shapes, computed from the size of the input."""

from dataclasses import dataclass
from math import prod

from pydantic import Field

from app.lessons.figures.formula import TIMES, grouped
from app.lessons.figures.kind import FigureKind, FigureState

STRIDES = (8, 16, 32)  # of the maps that a detector of the YOLO family predicts from
BOX_NUMBERS = 4  # of a box: its centre, its width and its height
AUDIO_FRAMES_A_SECOND, MEL_BANDS = 100, 80
TEXT_CHANNELS = 300


class TaskOutputsState(FigureState):
    """The side of the input and the number of classes."""

    side: int = Field(default=224, ge=32, le=2048)
    classes: int = Field(default=10, ge=1, le=1000)
    words: int = Field(default=40, ge=3, le=1000)
    seconds: int = Field(default=10, ge=1, le=60)


@dataclass(frozen=True, slots=True)
class TaskOutput:
    """A task: the shapes of its input and its output, and how the output's first axis comes about."""

    task: str
    input: tuple[int, ...]
    output: tuple[int, ...]
    formula: str = ""

    @property
    def numbers(self) -> int:
        return prod(self.output)


@dataclass(frozen=True, slots=True)
class TaskOutputsFigure:
    """The tasks, classification first."""

    tasks: tuple[TaskOutput, ...]


def draw_task_outputs(state: TaskOutputsState) -> TaskOutputsFigure:
    """The shapes. A detector predicts from one cell at a time, on maps of three sizes."""
    image, classes = (3, state.side, state.side), state.classes
    cells = [state.side // stride for stride in STRIDES]
    boxes = sum(cell * cell for cell in cells)
    formula = f"{' + '.join(f'{cell} {TIMES} {cell}' for cell in cells)} = {grouped(boxes)}"
    return TaskOutputsFigure(
        (
            TaskOutput("classification", image, (classes,)),
            TaskOutput("detection", image, (boxes, BOX_NUMBERS + classes), formula),
            TaskOutput("segmentation", image, (classes, state.side, state.side)),
            TaskOutput("text", (TEXT_CHANNELS, state.words), (classes,)),
            TaskOutput("sound", (1, MEL_BANDS, AUDIO_FRAMES_A_SECOND * state.seconds), (classes,)),
        )
    )


TASK_OUTPUTS = FigureKind("task-outputs", TaskOutputsState, draw_task_outputs)
