"""The shapes of outputs for other tasks."""

from app.lessons.figures.architecture.task_outputs import TaskOutput, TaskOutputsState, draw_task_outputs


def output_of(task: str, side: int, classes: int) -> TaskOutput:
    figure = draw_task_outputs(TaskOutputsState(side=side, classes=classes))
    return next(each for each in figure.tasks if each.task == task)


def test_a_detector_answers_for_every_cell_of_three_maps() -> None:
    assert output_of("detection", 640, 80).output == (8400, 84)  # those of YOLOv8


def test_a_segmentation_has_a_score_for_each_class_at_every_pixel() -> None:
    assert output_of("segmentation", 64, 3).numbers == 3 * 64 * 64


def test_a_text_has_a_vector_for_each_word_and_a_sound_a_spectrum_for_each_hundredth_of_a_second() -> None:
    figure = draw_task_outputs(TaskOutputsState(words=7, seconds=3, classes=5))
    shapes = {each.task: (each.input, each.output) for each in figure.tasks}
    assert shapes["text"] == ((300, 7), (5,))  # as long as the vectors of word2vec
    assert shapes["sound"] == ((1, 80, 300), (5,))
    assert shapes["classification"][1] == (5,)
