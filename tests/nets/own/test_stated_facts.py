"""What sources state: numbers, sizes, texts and labels that are usable, and what is none."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.nets.own.stated_facts import (
    MAX_LABELS,
    MAX_NUMBER,
    MAX_SIDE,
    MAX_TEXT,
    NO_FACTS,
    Fact,
    Facts,
    Rescaling,
    Resizing,
    first_of,
    label_tuple,
    numbers_of,
    one_line,
    size_facts,
    text_fact,
)

LEAST = 1 / MAX_NUMBER


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("counts", [(1, 1), (1, 3), (3, 1), (3, 3), (2, 1), (1, 2), (0, 1)])
def test_one_number_is_that_of_every_channel(counts: tuple[int, int], channels: int) -> None:
    means, stds = counts
    fitted = Rescaling(2, tuple(range(means)), tuple(range(5, 5 + stds))).fit(channels)
    assert (fitted is not None) == ({means, stds} <= {1, channels})
    if fitted:
        assert fitted.scale == 2
        assert fitted.mean == tuple(at if means > 1 else 0 for at in range(channels))
        assert fitted.std == tuple(5 + at if stds > 1 else 5 for at in range(channels))


@pytest.mark.parametrize(
    ("scale", "mean", "std", "is_valid"),
    [
        (1, (0.0,), (1.0,), True),
        (2 * LEAST, (MAX_NUMBER, -MAX_NUMBER), (1.0, 2 * LEAST), True),
        (LEAST, (0.0,), (1.0,), False),
        (1, (0.0,), (1.0, LEAST), False),
        (1, (0.0,), (-1.0,), False),
        (1, (0.0, -1.1 * MAX_NUMBER), (1.0,), False),
        (1, (1.1 * MAX_NUMBER,), (1.0,), False),
        (1, (), (1.0,), False),
        (1, (0.0,), (), False),
    ],
)
def test_a_rescaling_of_a_reasonable_size(
    scale: float, mean: tuple[float, ...], std: tuple[float, ...], is_valid: bool
) -> None:
    assert Rescaling(scale, mean, std).is_valid == is_valid


@given(st.integers(1, 600), st.integers(1, 600), st.integers(0, 600))
def test_the_share_that_a_crop_leaves_gives_its_size_back(width: int, height: int, margin: int) -> None:
    side = max(width, height)
    resize = Resizing("shorter_side", crop=side / (side + margin)).fit(width, height)
    assert (resize.rule, resize.to) == ("shorter_side", side + margin)
    assert Resizing("letterbox", margin=7).fit(width, height).margin == 7
    assert Resizing("squash", interpolation="bicubic").fit(width, height).interpolation == "bicubic"
    assert Resizing("squash").fit(width, height).to is None


def test_an_image_is_never_smaller_than_the_input() -> None:
    assert Resizing("shorter_side", crop=2).fit(30, 20).to == 30


def test_the_first_source_that_states_something_is_believed() -> None:
    one, other = Facts(width=Fact(3, "one")), Facts(width=Fact(4, "other"), height=Fact(5, "other"))
    assert first_of([one, other]) == Facts(width=Fact(3, "one"), height=Fact(5, "other"))
    assert first_of([NO_FACTS, other, one]) == other
    assert first_of([]) == NO_FACTS


@pytest.mark.parametrize("length", [1, 2, MAX_SIDE])
def test_a_size_is_a_height_and_a_width(length: int) -> None:
    facts = size_facts((length, 7), "file")
    assert (facts.height, facts.width) == (Fact(length, "file"), Fact(7, "file"))


@pytest.mark.parametrize("length", [0, -1, MAX_SIDE + 1, True, 7.0, "7", None])
def test_what_is_no_length_of_an_image(length: Any) -> None:
    assert size_facts((length, 7), "file") == size_facts((7, length), "file") == NO_FACTS


@given(st.text(st.characters(), max_size=3 * MAX_TEXT))
def test_a_text_is_one_line(text: str) -> None:
    line = one_line(text)
    assert len(line) <= MAX_TEXT
    assert line.isprintable()
    assert "  " not in line
    assert one_line(line) == line.strip()
    assert one_line(f"\t a\n\n{line}")[: MAX_TEXT - 2].strip() == f"a {line}"[: MAX_TEXT - 2].strip()


def test_a_long_text_is_cut() -> None:
    assert one_line("ab" * MAX_TEXT) == "ab" * (MAX_TEXT // 2)
    assert text_fact("\n \t", "file") is text_fact(7, "file") is None
    assert text_fact(" a\nb ", "file") == Fact("a b", "file")


@pytest.mark.parametrize(
    ("value", "numbers"),
    [
        (7, (7.0,)),
        (0.5, (0.5,)),
        ([1, 2.5], (1.0, 2.5)),
        ((1, 2, 3, 4), (1.0, 2.0, 3.0, 4.0)),
        ([1, 2, 3, 4, 5], ()),
        ([1, True], ()),
        ([1, "2"], ()),
        ([-MAX_NUMBER], (-MAX_NUMBER,)),
        ([2 * MAX_NUMBER], ()),
        ([-2 * MAX_NUMBER], ()),
        (float("nan"), ()),
        (None, ()),
        ([], ()),
    ],
)
def test_a_number_or_a_list_of_up_to_four(value: object, numbers: tuple[float, ...]) -> None:
    assert numbers_of(value) == numbers


def test_a_class_without_a_name_has_its_number() -> None:
    assert label_tuple(["cat", "", 7, " a\nb"]) == ("cat", "1", "7", "a b")
    assert len(label_tuple("a" * MAX_LABELS)) == MAX_LABELS
    assert label_tuple("a" * (MAX_LABELS + 1)) == ()
