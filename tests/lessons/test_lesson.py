"""A lesson in its folder."""

from pathlib import Path

import pytest

from app.lessons.lesson import read_lesson

ENTRIES = """
part = "windows"
[figures.window]
kind = "convolution"
stride = 2
steps = [{ row = 1 }]

[exercises.size]
kind = "output-size"
largest = 9
"""
TEXT = "# Title\n\nLead.\n\n::: figure window\n:::\n\n::: exercise size\n:::\n"


def write(folder: Path, entries: str = ENTRIES, **texts: str) -> Path:
    folder.mkdir()
    (folder / "lesson.toml").write_text(entries, "utf-8")
    for language, text in (texts or {"en": TEXT}).items():
        (folder / f"{language}.md").write_text(text, "utf-8")
    return folder


def test_a_lesson_has_its_number_and_id_from_its_folder(tmp_path: Path) -> None:
    lesson = read_lesson(write(tmp_path / "03-sliding"))
    assert (lesson.number, lesson.id, lesson.part) == (3, "sliding", "windows")


def test_a_figure_has_a_kind_the_values_it_begins_with_and_steps(tmp_path: Path) -> None:
    figure = read_lesson(write(tmp_path / "03-sliding")).figures["window"]
    assert (figure.kind, figure.values, figure.steps) == ("convolution", {"stride": 2}, ({"row": 1},))


def test_a_figure_and_an_exercise_have_different_names(tmp_path: Path) -> None:
    folder = write(tmp_path / "03-sliding")
    for name in ("lesson.toml", "en.md"):
        path = folder / name
        path.write_text(
            path.read_text().replace("exercises.size", "exercises.window").replace("exercise size", "exercise window")
        )
    with pytest.raises(ValueError, match="the same name"):
        read_lesson(folder)


def test_an_exercise_of_an_unknown_kind_or_option_is_refused(tmp_path: Path) -> None:
    for number, (before, after) in enumerate((("output-size", "no-kind"), ("largest", "biggest")), 1):
        folder = write(tmp_path / f"0{number}-sliding")
        path = folder / "lesson.toml"
        path.write_text(path.read_text().replace(before, after))
        with pytest.raises(ValueError, match=after):
            read_lesson(folder)


def test_an_exercise_has_a_kind_and_options(tmp_path: Path) -> None:
    exercise = read_lesson(write(tmp_path / "03-sliding")).exercises["size"]
    assert (exercise.kind, exercise.options) == ("output-size", {"largest": 9})


def test_a_language_without_a_text_gets_the_english_one(tmp_path: Path) -> None:
    lesson = read_lesson(write(tmp_path / "03-sliding", en=TEXT, de=TEXT.replace("Title", "Titel")))
    assert (lesson.text("de").title, lesson.text("fr").title) == ("Titel", "Title")


def test_a_text_shows_every_figure_and_no_other(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"sliding, en.md: its figures are \['other'\], in lesson.toml \['window'\]"):
        read_lesson(write(tmp_path / "03-sliding", en=TEXT.replace("figure window", "figure other")))


def test_a_folder_is_called_by_number_and_id(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="such as 03-sliding"):
        read_lesson(write(tmp_path / "sliding"))
