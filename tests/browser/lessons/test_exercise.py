"""Exercises in the browser: one of each kind is failed and solved, from what the page shows."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Locator, expect

from app.lessons.exercises.registry import KINDS, NETWORK_KINDS
from tests.browser.conftest import Watch
from tests.browser.lessons.solving import SOLVERS, read_exercise
from tests.lessons.shipped import BOOK

WRONG = "123456"
BUSY = '<main><div class="notice"><p><strong>The server is busy.</strong></p></div></main>'
ALL_KINDS = [*KINDS, *NETWORK_KINDS]
ALL = len(BOOK.lesson("sliding").exercises)


def fill(exercise: Locator, answer: Any) -> None:
    """Give an answer: a number, a matrix, the index of a choice, or numbers by name."""
    if exercise.locator(".answer-choice").count():
        exercise.locator("[type=radio]").nth(answer).check()
    elif isinstance(answer, dict):
        for name, value in answer.items():
            exercise.locator(f'[name$="answer.{name}"]').fill(str(value))
    else:
        texts = [f"{number:.3f}".rstrip("0").rstrip(".") for number in np.ravel(answer)]
        for field, value in zip(exercise.locator(".answer input").all(), texts, strict=True):
            field.fill(value)


def fail(exercise: Locator, answer: Any) -> None:
    """Give another answer than this one."""
    if exercise.locator(".answer-choice").count():
        exercise.locator("[type=radio]").nth((answer + 1) % 4).check()
    else:
        exercise.locator(".answer input").first.fill(WRONG)
    exercise.get_by_role("button", name="Check").click()


@pytest.mark.parametrize("group", [ALL_KINDS[::2], ALL_KINDS[1::2]], ids=["first", "second"])
def test_one_of_each_kind_is_failed_and_solved(watch: Watch, group: list[str]) -> None:
    for kind in group:
        exercise = watch.open(f"exercises/{kind}?seed=lab").locator("cs-exercise")
        answer = SOLVERS[kind](read_exercise(exercise))
        fill(exercise, answer)
        fail(exercise, answer)
        status = exercise.get_by_role("status")
        expect(status.locator(".finding.bad")).to_be_visible()
        fill(exercise, answer)
        exercise.get_by_role("button", name="Check").click()
        expect(status.locator(".finding.good"), kind).to_contain_text("Right")


def test_a_server_that_does_not_answer_or_is_busy_is_said(watch: Watch) -> None:
    page = watch.open("learn/sliding")
    exercise, figure = page.locator("#exercise-output-size"), page.locator(".figure[data-source]").first
    page.route("**/exercises/**", lambda route: route.abort())
    page.route("**/figures/**", lambda route: route.fulfill(status=503, body=BUSY, content_type="text/html"))
    exercise.locator(".answer input").first.fill("3")
    exercise.get_by_role("button", name="Check").click()
    expect(exercise.get_by_role("alert")).to_contain_text("The server does not answer")
    figure.locator("form").evaluate("form => form.requestSubmit()")
    expect(figure.get_by_role("alert")).to_have_text("The server is busy.")
    page.unroute_all()
    figure.locator("form").evaluate("form => form.requestSubmit()")
    expect(figure.get_by_role("alert")).to_have_count(0)
    exercise.get_by_role("button", name="Check").click()
    expect(exercise.locator(".finding")).to_be_visible()
    watch.expect_refusal(503)
    watch.wrong = [line for line in watch.wrong if "net::ERR_FAILED" not in line]


def test_without_scripts_the_page_comes_back_with_the_verdict(watch_without_scripts: Watch) -> None:
    page = watch_without_scripts.open("learn/sliding?output-size.seed=7")
    exercise = page.locator("#exercise-output-size")
    answer = SOLVERS["output-size"](read_exercise(exercise))
    fill(exercise, answer)
    exercise.get_by_role("button", name="Check").click()
    expect(exercise.locator(".finding.good")).to_be_visible()
    expect(exercise.locator(".answer input")).to_have_value(str(answer))
    exercise.get_by_role("link", name="Another one").click()
    assert "output-size.seed=8" in page.url
    expect(exercise.locator(".answer input")).to_have_value("")


def test_what_is_solved_is_remembered_saved_cleared_and_loaded(watch: Watch, tmp_path: Path) -> None:
    page = watch.open("learn/sliding?output-size.seed=7")
    exercise = page.locator("#exercise-output-size")
    expect(exercise.locator(".solved")).to_be_hidden()
    fill(exercise, SOLVERS["output-size"](read_exercise(exercise)))
    exercise.get_by_role("button", name="Check").click()
    expect(exercise.locator(".solved")).to_be_visible()
    exercise.get_by_role("link", name="Another one").click()
    expect(page).to_have_url(f"{watch.address}/learn/sliding?output-size.seed=8")
    expect(exercise.locator(".finding")).to_have_count(0)
    watch.open("learn")
    line = page.locator("[data-lesson=sliding]")
    expect(line).to_have_text(f"1 of {ALL} exercises solved")
    with page.expect_download() as download:
        page.get_by_role("button", name="Save as a file").click()
    download.value.save_as(tmp_path / "progress.json")
    assert list(json.loads((tmp_path / "progress.json").read_text())) == ["sliding.output-size"]
    page.get_by_role("button", name="Clear").click()
    expect(line).to_have_text(f"0 of {ALL} exercises solved")
    page.locator("#progress-file").set_input_files(tmp_path / "progress.json")
    expect(line).to_have_text(f"1 of {ALL} exercises solved")
    expect(page.locator("#progress-status")).to_have_text("The file is loaded.")


def test_the_verdict_is_announced_and_the_field_keeps_the_focus(watch: Watch) -> None:
    page = watch.open("exercises/output-size?seed=7")
    field = page.locator(".answer input")
    field.fill(WRONG)
    status = page.get_by_role("status").element_handle()
    field.press("Enter")
    expect(page.locator(".finding.bad")).to_be_visible()
    expect(field).to_be_focused()
    expect(field).to_have_value(WRONG)
    assert page.get_by_role("status").evaluate("(now, before) => now === before", status)
    page.get_by_role("button", name="Show the solution").click()
    expect(page.get_by_role("region", name="Solution")).to_be_visible()


def test_a_field_that_is_corrected_is_no_longer_marked_as_wrong(watch: Watch) -> None:
    page = watch.open("exercises/output-size?seed=7")
    exercise = page.locator("cs-exercise")
    field = page.locator(".answer input")
    for answer, finding, mark in (
        ("123456", "bad", "true"),
        (SOLVERS["output-size"](read_exercise(exercise)), "good", None),
    ):
        field.fill(str(answer))
        field.press("Enter")
        expect(page.locator(f".finding.{finding}")).to_be_visible()
        expect(field).to_be_focused()
        assert field.get_attribute("aria-invalid") == mark
    button = page.get_by_role("button", name="Check")
    button.focus()
    page.keyboard.press("Enter")
    page.wait_for_load_state("networkidle")
    expect(button).to_be_focused()


def test_a_choice_that_is_sent_by_the_keyboard_keeps_it(watch: Watch) -> None:
    page = watch.open("exercises/matching-kernel?seed=1")
    choice = page.locator("[type=radio]").nth(2)
    choice.check()
    choice.press("Enter")
    expect(page.locator(".finding")).to_be_visible()
    expect(choice).to_be_focused()
    expect(choice).to_be_checked()
