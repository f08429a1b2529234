"""An evaluation in figures, as JSON has it: in answers, in archives and in files of commands."""

from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict, Field

from app.experiments.accuracy.evaluation import Evaluation


class FromAttributes(BaseModel):
    """A shape that is read from an object whose fields have the same names."""

    model_config = ConfigDict(from_attributes=True)


class ClassInfo(FromAttributes):
    index: int
    label: str


class FolderInfo(FromAttributes):
    name: str
    classes: list[ClassInfo] = Field(description="The classes that its name stands for: each counts as right.")


class ConfusionInfo(FromAttributes):
    folders: list[str] = Field(description="The folders that stand for classes.")
    counts: list[list[int]] = Field(
        description="A row for each folder that photos are in; a column for each that their prediction belongs in, and "
        "a last one for classes of no folder."
    )


class ReliabilityBinInfo(FromAttributes):
    """The photos whose best class has a probability within one fifteenth."""

    images: int
    confidence: float = Field(description="Its mean, in per cent.")
    accuracy: float = Field(description="How many are right, in per cent.")


class CalibrationInfo(FromAttributes):
    bins: list[ReliabilityBinInfo]
    error: float = Field(description="The expected calibration error, in percentage points.")


class EvaluationFigures(FromAttributes):
    """How a network does on photos. Those in folders that stand for no class are predicted, not judged."""

    judged: int = Field(description="How many photos are right or wrong.")
    top1: float | None = Field(description="The share of them whose best class is right; null if none is judged.")
    top5: float | None = Field(description="The share of them with a right class among the best five.")
    unread: int = Field(description="How many photos could not be read, or gave no finite numbers.")
    folders: list[FolderInfo]
    confusion: ConfusionInfo | None
    calibration: CalibrationInfo | None = Field(description="Null also where scores are of labels by themselves.")


def evaluation_figures(evaluation: Evaluation, labels: Sequence[str]) -> EvaluationFigures:
    """The figures of an evaluation, with the labels of the network's classes."""
    return EvaluationFigures(
        judged=evaluation.judged,
        top1=evaluation.top1,
        top5=evaluation.top5,
        unread=sum(each.problem is not None for each in evaluation.results),
        folders=[
            FolderInfo(name=each.name, classes=[ClassInfo(index=index, label=labels[index]) for index in each.classes])
            for each in evaluation.folders
        ],
        confusion=ConfusionInfo.model_validate(evaluation.confusion) if evaluation.confusion else None,
        calibration=CalibrationInfo.model_validate(evaluation.calibration) if evaluation.calibration else None,
    )
