"""Output sizes, counted position by position."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.lessons.exercises.checking import check_answer
from app.lessons.exercises.exercise import Problem, make_problem, read_options
from app.lessons.exercises.windows.output_size import FITTING_SIZE, OUTPUT_SIZE, SAME_PADDING
from app.lessons.exercises.wording import ProblemWording
from app.web.texts import read_catalogue

seeds = st.integers(0, 10_000).map(str)


def positions(side: int, kernel: int, stride: int, padding: int, dilation: int) -> int:
    """How many windows fit, one after the other."""
    count, start = 0, -padding
    while start + (kernel - 1) * dilation < side + padding:
        count, start = count + 1, start + stride
    return count


def numbers_of(problem: Problem, *names: str) -> list[int]:
    return [int(problem.question.values[name]) for name in names]


@given(seeds, st.lists(st.integers(1, 3), min_size=1, max_size=2))
def test_the_size_is_the_number_of_windows_that_fit(seed: str, dilations: list[int]) -> None:
    problem = make_problem(OUTPUT_SIZE, read_options(OUTPUT_SIZE, {"dilations": dilations}), seed)
    assert problem.answer == positions(*numbers_of(problem, "size", "kernel", "stride", "padding", "dilation"))


def test_the_window_of_a_pooling_is_no_kernel() -> None:
    wording = ProblemWording(read_catalogue("problems"))
    worded = wording.problem(
        "output-size", make_problem(OUTPUT_SIZE, read_options(OUTPUT_SIZE, {"window": "pooling"}), "1")
    )
    assert not [text for text in (worded.question, worded.hint) if "kernel" in text.lower()]
    refused: list[dict[str, object]] = [{"axes": 1}, {"dilations": [1, 2]}]
    for others in refused:
        with pytest.raises(ValueError, match="a pooling window moves over maps"):
            read_options(OUTPUT_SIZE, {"window": "pooling", **others})


@given(seeds, st.integers(1, 3))
def test_the_padding_keeps_the_size(seed: str, dilation: int) -> None:
    problem = make_problem(SAME_PADDING, read_options(SAME_PADDING, {"dilations": [dilation]}), seed)
    kernel, padding = *numbers_of(problem, "kernel"), int(problem.answer)
    assert positions(100, kernel, 1, padding, dilation) == 100


@given(seeds, st.integers(1, 9), st.integers(1, 3), st.integers(0, 3), st.integers(1, 3))
def test_any_numbers_that_give_the_size_are_right(
    seed: str, kernel: int, stride: int, padding: int, dilation: int
) -> None:
    problem = make_problem(FITTING_SIZE, read_options(FITTING_SIZE, {}), seed)
    side, target = numbers_of(problem, "size", "target")
    given = {"kernel": kernel, "stride": str(stride), "padding": padding, "dilation": dilation}
    size = positions(side, kernel, stride, padding, dilation)
    verdict = check_answer(problem, given)
    assert verdict.is_right == (size == target)
    assert verdict.sentence.key == ("too_large" if size == 0 else "fits" if size == target else "gives")


def test_a_size_that_would_fit_with_a_mistake_names_it() -> None:
    problem = make_problem(FITTING_SIZE, read_options(FITTING_SIZE, {"sizes": [7], "targets": [5]}), "1")
    verdict = check_answer(problem, {"kernel": 3, "stride": 2, "padding": 0, "dilation": 1})
    assert (verdict.sentence.values["result"], verdict.mistakes) == (3, ("stride_forgotten",))


def test_numbers_that_no_convolution_has_are_refused() -> None:
    problem = make_problem(FITTING_SIZE, read_options(FITTING_SIZE, {}), "1")
    for wrong in ({"stride": 0}, {"kernel": 2.5}, {"padding": -1}, {"kernel": 9999}):
        given = {"kernel": 3, "stride": 1, "padding": 0, "dilation": 1} | wrong
        assert check_answer(problem, given).sentence.key == "out_of_range"


def test_no_padding_keeps_the_size_with_an_even_kernel() -> None:
    with pytest.raises(ValueError, match=r"same-padding\.kernels: .*must be odd"):
        read_options(SAME_PADDING, {"kernels": [3, 4]})


def test_the_least_size_may_be_above_the_largest_of_the_defaults() -> None:
    problem = make_problem(OUTPUT_SIZE, read_options(OUTPUT_SIZE, {"least": 100}), "1")
    assert problem.question.values["size"] == 100


def test_an_output_is_never_as_large_as_the_input() -> None:
    options = read_options(FITTING_SIZE, {"sizes": [5], "targets": [5]})
    sides = [numbers_of(make_problem(FITTING_SIZE, options, str(seed)), "size")[0] for seed in range(20)]
    assert min(sides) == 6


@pytest.mark.parametrize(("dilation", "question"), [(1, "question_text"), (2, "question_text_dilated")])
def test_along_one_axis_the_words_of_a_text_are_asked_about(dilation: int, question: str) -> None:
    text, image = (
        make_problem(OUTPUT_SIZE, read_options(OUTPUT_SIZE, {"axes": axes, "dilations": [dilation]}), "1")
        for axes in (1, 2)
    )
    assert text.question.key == question != image.question.key
    assert (text.question.values, text.answer) == (image.question.values, image.answer)
