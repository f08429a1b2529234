"""The shapes of outputs for other tasks."""

from app.lessons.figures.architecture.task_outputs import TaskOutput, TaskOutputsState, draw_task_outputs


def output_of(task: str, side: int, classes: int) -> TaskOutput:
    figure = draw_task_outputs(TaskOutputsState(side=side, classes=classes))
    return next(each for each in figure.tasks if each.task == task)


def test_a_detector_answers_for_every_cell_of_three_maps() -> None:
    assert output_of("detection", 640, 80).output == (8400, 84)  # those of YOLOv8


def test_a_segmentation_has_a_score_for_each_class_at_every_pixel() -> None:
    assert output_of("segmentation", 64, 3).numbers == 3 * 64 * 64
