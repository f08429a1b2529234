"""What holds for the problems of every kind: a right answer is right, a mistake is named, the solution comes to it."""

import re
from functools import cache

import numpy as np
import pytest

from app.lessons.exercises.checking import check_answer
from app.lessons.exercises.exercise import ChoiceForm, FieldsForm, Problem, make_problem, read_options
from app.lessons.exercises.formulas import DECIMALS
from app.lessons.exercises.registry import KINDS, NETWORK_KINDS
from app.lessons.exercises.wording import ProblemWording
from app.web.texts import LANGUAGES, read_catalogue
from tests.lessons.formula_value import assert_true

every_kind = pytest.mark.parametrize("name", KINDS)
SEEDS = 12  # of each kind: a draw varies little but its numbers
NUMBER = re.compile(r"−?[\d.]+")
# Options that a lesson may give, beside the defaults.
OPTIONS: dict[str, list[dict[str, object]]] = {
    "products": [{"layer": "fully-connected"}],
    "convolution-cell": [{"bias": True}, {"channels": 3, "bias": True}, {"stride": 2, "padding": 1, "size": 6}],
    "convolution": [{"size": 4, "bias": True}, {"padding": 1, "size": 4}, {"stride": 2}, {"channels": 3, "size": 4}],
    "output-size": [
        {"dilations": [2, 3]},
        {"least": 5, "largest": 12},
        {"axes": 1},
        {"axes": 1, "dilations": [2]},
        {"window": "pooling"},
    ],
    "same-padding": [{"dilations": [2, 3]}],
    "pooling": [{"pool": "average"}, {"pool": "average", "size": 5, "kernel": 3, "stride": 1}],
    "pooling-cell": [{"pool": "average"}, {"size": 5, "kernel": 3, "stride": 1}],
    "softmax": [{"temperatures": [0.5, 2]}],
    "tensor-size": [{"channels": [16, 64]}, {"channels": [1]}],
    "network-parameters": [{"convolutions": 2}],
    "dropout": [{"ask": "average"}, {"ask": "scaled"}],
    "gradient-length": [{"layers": "skip"}],
}


def problems(name: str, seed: str) -> list[Problem]:
    """A problem of a kind with each of its options."""
    kind = KINDS[name]
    return [make_problem(kind, read_options(kind, each), seed) for each in ({}, *OPTIONS.get(name, []))]


@cache
def drawn(name: str) -> list[Problem]:
    """What the tests of every kind look at."""
    return [problem for seed in range(SEEDS) for problem in problems(name, str(seed))]


def given_as(numbers: np.ndarray, problem: Problem) -> object:
    """Numbers as a page sends them."""
    if isinstance(problem.form, FieldsForm):
        return dict(zip(problem.form.names, numbers.tolist(), strict=True))
    decimals = problem.form.decimals or 4
    return np.round(numbers, decimals).tolist()


@every_kind
def test_the_right_answer_is_right_however_it_is_rounded(name: str) -> None:
    for problem in drawn(name):
        verdict = check_answer(problem, given_as(problem.answer, problem))
        assert verdict.is_right, verdict
        assert verdict.mistakes == ()


@every_kind
def test_each_mistake_is_named_as_itself(name: str) -> None:
    for problem in drawn(name):
        for mistake, wrong in problem.mistakes.items():
            verdict = check_answer(problem, wrong.tolist())
            assert not verdict.is_right
            assert mistake in verdict.mistakes


@every_kind
def test_a_mistake_that_is_named_leads_to_this_answer(name: str) -> None:
    for problem in drawn(name):
        for wrong in problem.mistakes.values():
            for named in check_answer(problem, wrong.tolist()).mistakes:
                assert np.allclose(problem.mistakes[named], wrong, atol=0.011)


@every_kind
def test_the_solution_comes_to_the_answer(name: str) -> None:
    for problem in drawn(name):
        last = problem.solution[-1]
        if last.matrix is not None and not isinstance(problem.form, ChoiceForm):
            assert np.array_equal(last.matrix, problem.answer)
        elif isinstance(problem.form, ChoiceForm):
            assert last.sentence.values["letter"] == "ABCD"[int(problem.answer)]
        elif not problem.judge:
            value = float(NUMBER.findall(last.formula.partition("=")[2])[-1].replace("−", "-"))
            assert problem.matches(np.array(value))


@every_kind
def test_every_formula_of_a_solution_is_true(name: str) -> None:
    formulas = [step.formula for problem in drawn(name) for step in problem.solution]
    for formula in (part for each in formulas for part in re.split(r"; |, (?![^(]*\))", each)):
        sides = formula.split(" = ")
        if not sides[0].isidentifier():
            decimals = len(sides[-1].partition(".")[2]) or 2  # or they were zeros
            rounding = 2 * 10.0**-decimals if "." in formula else 1e-9  # of several numbers of one sum
            assert_true(formula, 1e-6, rounding)


@every_kind
def test_what_is_shown_is_what_is_computed_with(name: str) -> None:
    for problem in drawn(name):
        for sentence in (problem.question, *problem.lines):
            for value in sentence.values.values():
                assert isinstance(value, str) or round(value, DECIMALS) == value
        for matrix in problem.matrices:
            np.testing.assert_array_equal(matrix.numbers, matrix.numbers.round(DECIMALS))


@every_kind
def test_an_answer_has_the_shape_of_its_form_and_a_choice_is_one_of_those_offered(name: str) -> None:
    for problem in drawn(name):
        assert problem.answer.shape == problem.form.shape
        if isinstance(problem.form, ChoiceForm):
            assert problem.answer in range(problem.form.count)
            assert problem.form.count == 4


@pytest.mark.parametrize(
    ("name", "option"), [("softmax", "temperatures"), ("output-size", "dilations"), ("same-padding", "dilations")]
)
def test_a_number_that_is_not_1_is_asked_with_and_has_a_step_of_its_own(name: str, option: str) -> None:
    kind = KINDS[name]
    usual, other = (make_problem(kind, read_options(kind, {option: [value]}), "1") for value in (1, 2))
    assert usual.question.key == "question" != other.question.key
    assert len(other.solution) == len(usual.solution) + (name != "same-padding")


@every_kind
def test_a_problem_depends_on_its_seed_alone(name: str) -> None:
    again = [[problem.question.values for problem in problems(name, "7")] for _ in range(2)]
    assert again[0] == again[1]
    questions = [str(problems(name, str(seed))[0].matrices or problems(name, str(seed))[0]) for seed in range(4)]
    assert len(set(questions)) > 1


@pytest.mark.parametrize("language", LANGUAGES)
@every_kind
def test_every_sentence_is_in_the_catalogue(name: str, language: str) -> None:
    wording = ProblemWording(read_catalogue("problems", language))
    for problem in drawn(name):
        worded = wording.problem(name, problem)
        assert "{" not in f"{worded.question}{worded.lines}"
        assert len(wording.solution(name, problem)) == len(problem.solution)
        if isinstance(problem.form, ChoiceForm):
            matrices = [choice.matrix.numbers for choice in worded.choices if choice.matrix]
            np.testing.assert_array_equal(matrices, problem.form.matrices)
            assert [bool(choice.statement) for choice in worded.choices] == [not matrices] * problem.form.count
        for wrong in problem.mistakes.values():
            verdict = check_answer(problem, wrong.tolist())
            assert len(wording.verdict(name, verdict).hints) == len(verdict.mistakes)


def test_the_catalogue_has_no_other_sentences() -> None:
    catalogue = read_catalogue("problems")
    assert catalogue["kinds"].keys() == KINDS.keys() | NETWORK_KINDS.keys()
    for name in KINDS:
        own: dict[str, dict[str, str]] = catalogue["kinds"][name]
        used: dict[str, set[str]] = {section: set() for section in ("questions", "lines", "steps", "mistakes")}
        for seed in range(30):
            for problem in problems(name, str(seed)):
                used["questions"].add(problem.question.key)
                used["lines"].update(each.key for each in problem.lines)
                used["steps"].update(step.sentence.key for step in problem.solution)
                used["mistakes"].update(problem.mistakes)
        for section in ("questions", "lines", "steps"):
            assert own[section].keys() == used[section], (name, section)
        if name != "fitting-size":
            assert own.get("mistakes", {}).keys() <= used["mistakes"], name


def test_options_that_are_not_known_are_named() -> None:
    with pytest.raises(ValueError, match=r"output-size\.strid: Extra inputs"):
        read_options(KINDS["output-size"], {"strid": 2})
