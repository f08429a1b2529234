"""The lecture's worked numbers, read off the pages of the lessons."""

import re

import httpx
import pytest

from app.web.texts import read_texts

PROBLEM = read_texts().lessons.network_builder.problems.window


def cells(page: str, figure: str, matrix: str) -> list[list[str]]:
    """The numbers of a matrix of a figure, as the page shows them."""
    element = page[page.index(f'id="figure-{figure}"') :]
    element = element[: element.index("</form>")]
    rows: dict[int, list[str]] = {}
    for row, content in re.findall(rf'<td data-cell="{matrix}\.(-?\d+)\.-?\d+"[^>]*>(.*?)</td>', element, re.DOTALL):
        rows.setdefault(int(row), []).append(re.sub(r"<[^>]*>|\s", "", content).replace("−", "-"))
    return list(rows.values())


def rows(text: str) -> list[list[str]]:
    return [row.split() for row in text.split(";")]


@pytest.mark.parametrize(
    ("lesson", "figure", "matrix", "numbers"),
    [
        ("numbers", "digit", "numbers", "0 0 1 1 0 0; 0 1 0 0 1 0; 0 0 1 1 0 0; 0 1 0 0 1 0; 0 0 1 1 0 0"),
        ("products", "sum", "products", "3 4 0; 6 0 0; 0 45 2"),
        ("sliding", "sliding", "output", "4 3 4; 2 4 3; 2 3 4"),
        ("edges", "numbers", "output", "-5 -4 0 8; -10 -2 2 3; 0 -2 -4 -7; -3 -2 -3 -16"),
        ("edges", "half", "output", "0 30 30 0; 0 30 30 0; 0 30 30 0; 0 30 30 0"),
        ("maps", "first", "output", "3 -1 -3 -1; -3 1 0 -3; -3 -3 0 1; 3 -2 -2 -1"),
        ("maps", "stride", "output", "3 -3; -3 0"),
        ("maps", "second", "output", "-1 -1 -1 -1; -1 -1 -2 1; -1 -1 -2 1; -1 0 -4 3"),
        ("pooling", "pooling", "max", "3 3 3; 3 3 3; 3 2 3"),
        ("training", "step", "kernel", "3 2 0; 3 0 1; 0 5 2"),
        ("training", "step", "gradient", "10 20 30; 20 0 0; 70 90 10"),
        ("pooling", "pooling", "average", "1.67 1.67 1.67; 1 1.22 1.78; 1.11 0.778 1.33"),
    ],
)
def test_a_figure_shows_the_matrix_of_the_lecture(
    site: httpx.Client, lesson: str, figure: str, matrix: str, numbers: str
) -> None:
    page = site.get(f"/learn/{lesson}").raise_for_status().text
    assert cells(page, figure, matrix) == rows(numbers)


@pytest.mark.parametrize(
    ("lesson", "formula"),
    [
        ("products", "3 + 4 + 0 + 6 + 0 + 0 + 0 + 45 + 2 = 60"),
        ("colour", "308 − 498 + 164 + 1 = −25"),
        ("sharing", "(32 × 32 × 3) × (28 × 28 × 6) = 14 450 688"),
        ("sharing", "(5 × 5 × 3 + 1) × 6 = 456"),
        ("parameters", "(5 × 5 × 3 + 1) × 8 = 608"),
        ("parameters", "(5 × 5 × 8 + 1) × 16 = 3 216"),
        ("parameters", "(400 + 1) × 120 = 48 120"),
        ("parameters", "(120 + 1) × 84 = 10 164"),
        ("parameters", "(84 + 1) × 10 = 850"),
        ("fully-connected", "(9 216 + 1) × 4 096 = 37 752 832"),
        ("training", "0 × 0 + 0 × 1 + 7 × 0 + 9 × 5 + 1 × 2 = 60"),
        ("regularisation", "12 − 9 = 3"),
        ("receptive-field", "3 × 3 + 3 × 3 = 18. A single kernel of 5 × 5 has 25."),
    ],
)
def test_a_lesson_shows_the_sum_of_the_lecture(site: httpx.Client, lesson: str, formula: str) -> None:
    page = site.get(f"/learn/{lesson}").raise_for_status().text
    assert formula in re.sub(r"<[^>]*>", "", page).replace("\N{NO-BREAK SPACE}", " ").replace("\u202f", " ")


def test_alexnet_with_the_lecture_s_strides_does_not_fit_and_with_the_paper_s_it_ends_in_9216_numbers(
    site: httpx.Client,
) -> None:
    page = site.get("/learn/families").raise_for_status().text
    row = page[page.index('id="strides.problem"') :]
    assert re.sub(r"<[^>]*>", "", row[: row.index("</strong>")]).endswith(PROBLEM.format(3, 2))
    own = "conv 96 11 stride 4; pool 3 stride 2; conv 256 5 pad 2; pool 3 stride 2; conv 384 3 pad 1; conv 384 3 pad 1"
    layers = f"{own}; conv 256 3 pad 1; pool 3 stride 2"
    answer = site.get("/learn/families", params={"strides.layers": layers}).raise_for_status()
    assert "6 × 6 × 256" in answer.text.replace("\N{NARROW NO-BREAK SPACE}", " ").replace("\N{NO-BREAK SPACE}", " ")
