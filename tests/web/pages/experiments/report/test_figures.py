"""What a report writes of an answer of the API."""

from app.web.pages.experiments.report.figures import MOST_FIGURES, ClassTable, figures_of, tables_of

ANSWER = {
    "model": "lenet5",
    "epsilon": 3,
    "mean": 0.12345678,
    "exact": True,
    "target": None,
    "shape": [6, 28, 28],
    "values": list(range(100)),
    "size": {"largest": 3, "deeper": {"share": 0.5}},
    "survival": [{"treatment": "shift", "original": {"label": "six"}}],
    "after": [{"label": "five", "score": 0.75, "logit": 2.0}, {"label": "six", "score": 0.25, "logit": 1.0}],
}


def test_single_values_and_short_lists_are_written_with_the_names_of_the_api() -> None:
    assert {each.name: each.value for each in figures_of(ANSWER)} == {
        "epsilon": "3",
        "mean": "0.123457",
        "exact": "true",
        "shape": "6, 28, 28",
        "size.largest": "3",
        "size.deeper.share": "0.5",
        "survival.1.treatment": "shift",
        "survival.1.original.label": "six",
    }


def test_classes_are_tables() -> None:
    assert tables_of(ANSWER) == (ClassTable("after", (("five", 0.75, 2.0), ("six", 0.25, 1.0))),)
    assert tables_of([1, 2]) == ()


def test_a_large_answer_is_cut_off() -> None:
    assert len(figures_of({str(number): number for number in range(1000)})) == MOST_FIGURES
    assert len(figures_of({"text": "x" * 10_000})[0].value) == 200
