"""How numbers, shapes and operators read; the scripts' tests share the table."""

import json
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.nets.layer import Layer, ReceptiveField
from app.web.pages import wording
from app.web.texts import read_texts

TABLE = json.loads((Path(__file__).parents[2] / "js" / "wording.json").read_text("utf-8"))
NAMES = SimpleNamespace(stride="stride", padding="padding", dilation="dilation", groups="groups", to="to")
TIMES_NAMES = SimpleNamespace(days="d", hours="h", minutes="min", seconds="s")
SUPERSCRIPTS = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
magnitudes = st.floats(1e-30, 1e30)


def read(text: str) -> float:
    """The number that a person reads."""
    mantissa, _, power = text.replace("\N{NARROW NO-BREAK SPACE}", "").replace("−", "-").partition("×10")
    return float(mantissa) * 10.0 ** int(power.translate(SUPERSCRIPTS) or 0)


@given(magnitudes, st.sampled_from([1, -1]))
def test_a_number_reads_as_itself_to_three_digits(size: float, sign: int) -> None:
    text = wording.format_number(sign * size)
    rounded = float(f"{sign * size:.2e}") if size < 999.5 or size >= 999_500 else round(sign * size)
    assert read(text) == pytest.approx(rounded, rel=1e-12)
    assert ("×10" in text) == (float(f"{size:.2e}") < 1e-4 or float(f"{size:.2e}") >= 1e6)


@given(st.floats(0, 1e15))
def test_a_short_number_has_three_digits_before_its_unit(number: float) -> None:
    digits, _, unit = wording.abbreviate(number).partition("\xa0")
    factor = {"": 1, "k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12}[unit]
    assert read(digits) * factor == pytest.approx(number, rel=0.0051)
    assert unit == "T" or read(digits) < 1000
    assert not unit or read(digits) >= 1


@given(st.floats(0, 1))
def test_a_share_reads_as_itself(share: float) -> None:
    text = wording.format_percent(share).removesuffix("\xa0%")
    if "<" in text:
        assert 0 < share < 1e-4
    else:
        assert read(text) == pytest.approx(100 * share, abs=0.0501 if 100 * share > 9.99 else 0.00501)
        assert share == 0 or share >= 1e-4


@pytest.mark.parametrize(("language", "text"), [("en", "0.485, 0.500, 1"), ("de", "0,485; 0,500; 1")])
def test_a_comma_does_not_stand_between_numbers_that_have_one(language: str, text: str) -> None:
    token = wording.LANGUAGE.set(language)
    try:
        assert wording.format_numbers([0.485, 0.5, 1]) == text
    finally:
        wording.LANGUAGE.reset(token)


@pytest.mark.parametrize("exponent", [*range(-12, 13)])
def test_a_power_of_ten(exponent: int) -> None:
    text = wording.format_power(10.0**exponent)
    assert (read(text) if exponent in (0, 1) else read(f"1×{text}")) == pytest.approx(10.0**exponent)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        *((0, "0 s"), (1, "1 s"), (119, "119 s"), (120, "2 min"), (7199, "120 min"), (7200, "2 h")),
        *((172_799, "48 h"), (172_800, "2 d"), (604_800, "7 d")),
    ],
)
def test_a_duration_has_at_least_two_of_its_unit(seconds: float, text: str) -> None:
    assert wording.format_duration(seconds, TIMES_NAMES).replace("\xa0", " ") == text


@pytest.mark.parametrize(("number", "text"), TABLE["three"])
def test_three_significant_digits(number: float, text: str) -> None:
    assert wording.format_number(number) == text


@pytest.mark.parametrize(("share", "text"), TABLE["percent"])
def test_percent(share: float, text: str) -> None:
    assert wording.format_percent(share) == text


@pytest.mark.parametrize("number", [None, float("nan"), float("inf")])
def test_where_there_is_no_number_there_is_a_dash(number: float | None) -> None:
    assert wording.format_number(number) == "–"


@pytest.mark.parametrize(("number", "text"), TABLE["short"])
def test_short(number: int, text: str) -> None:
    assert wording.abbreviate(number) == text


def test_counted_has_every_digit() -> None:
    assert wording.format_count(1_235_496) == "1\N{NARROW NO-BREAK SPACE}235\N{NARROW NO-BREAK SPACE}496"


def test_shapes_and_bytes() -> None:
    assert wording.format_shape((64, 56, 56)).split() == ["64", "×", "56", "×", "56"]
    assert wording.format_bytes(4_955_139).split() == ["4.96", "MB"]
    assert wording.format_bytes(512).split() == ["512", "B"]
    assert [wording.format_bytes(number).split()[1] for number in (999, 1000)] == ["B", "kB"]


def test_the_manner_of_an_operator_mentions_what_is_unusual() -> None:
    depthwise = {"kernel_shape": [3, 3], "strides": [2, 2], "pads": [0, 0, 1, 1], "dilations": [1, 1], "group": 32}
    assert wording.describe_operator(depthwise, NAMES).replace("\xa0", " ").replace("\u202f", " ") == (
        "3 × 3, stride 2, padding 0 / 0 / 1 / 1, 32 groups"
    )
    assert wording.describe_operator(
        {"kernel_shape": [1, 1], "strides": [1, 1], "pads": [0, 0, 0, 0]}, NAMES
    ).split() == [
        "1",
        "×",
        "1",
    ]
    assert wording.describe_operator({"min": 0.0, "max": 6.0}, NAMES) == "0 to 6"
    assert wording.describe_operator({"dilations": [2, 2], "group": 1, "max": 6.0}, NAMES) == "dilation\xa02"
    assert wording.describe_operator({}, NAMES) == ""


def test_prose_marks_code_and_escapes_the_rest() -> None:
    assert wording.mark_code("<b> `<i>`") == "&lt;b&gt; <code>&lt;i&gt;</code>"


def test_within_its_block_a_layer_s_name_is_short() -> None:
    field = ReceptiveField((1, 1), (1, 1), (0, 0))
    relu = Layer("fire2.relu", "fire2/relu", "Relu", "fire2", (), "relu", (1,), 0, 0, field, {}, {}, ("unit",), 0)
    assert wording.short_name(relu) == "relu"
    assert wording.short_name(replace(relu, block=None)) == "fire2/relu"


@pytest.mark.parametrize(("language", "text"), [("en", "1.23"), ("de", "1,23")])
def test_the_decimal_sign_is_that_of_the_language(language: str, text: str) -> None:
    token = wording.LANGUAGE.set(language)
    try:
        assert wording.format_number(1.234) == text
    finally:
        wording.LANGUAGE.reset(token)


@pytest.mark.parametrize(
    ("op", "attributes", "name"),
    [
        ("Gemm", {}, "Fully connected (Gemm)"),
        ("Clip", {"min": 0.0, "max": 6.0}, "ReLU6 (Clip)"),
        ("Clip", {"min": -1.0, "max": 1.0}, "Clip"),
        ("Relu", {}, "ReLU"),
        ("BatchNormalization", {}, "Batch normalisation"),
        ("Conv", {"kernel_shape": [3, 3]}, "Convolution (Conv)"),
        ("Conv", {"kernel_shape": [3, 3], "group": 8}, "Depthwise convolution (Conv)"),
        ("Conv", {"kernel_shape": [3, 3], "group": 4}, "Convolution (Conv)"),
        ("Unheard", {}, "Unheard"),
    ],
)
def test_an_operator_has_a_plain_name(op: str, attributes: dict[str, object], name: str) -> None:
    """The convolution reads 8 channels in groups of one, or of two."""
    names = read_texts().site.operators
    shape, in_group = (8, 4, 4), 8 // int(str(attributes.get("group", 1)))
    macs = 8 * 4 * 4 * 9 * in_group
    field = ReceptiveField((1, 1), (1, 1), (0, 0))
    axes = ("channel", "height", "width")
    layer = Layer("a", "a", op, None, ("input",), "a", shape, 0, macs, field, attributes, {}, axes, 0)
    assert wording.name_operator(layer, names) == name


@pytest.mark.parametrize(
    ("language", "text"),
    [("en", "max(0, \N{MINUS SIGN}0.5 + 1×10⁻⁵) = 1×10⁻⁵"), ("de", "max(0; \N{MINUS SIGN}0,5 + 1×10⁻⁵) = 1×10⁻⁵")],
)
def test_a_formula_has_the_decimal_sign_of_the_language(language: str, text: str) -> None:
    token = wording.LANGUAGE.set(language)
    try:
        formula = "max(0, \N{MINUS SIGN}0.5 + 1e\N{MINUS SIGN}05) = 1e\N{MINUS SIGN}05"
        assert wording.format_formula(formula) == text
    finally:
        wording.LANGUAGE.reset(token)


@pytest.mark.parametrize(
    ("number", "unit", "text"),
    [(0.5, "%", "0.5\u00a0%"), (38.26, "°", "38.3°"), (1000, "", "1000"), (-180, "°", "−180°")],
)
def test_an_amount_has_no_zeros_at_its_end(number: float, unit: str, text: str) -> None:
    assert wording.format_amount(number, unit) == text
