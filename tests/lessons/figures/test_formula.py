"""Numbers in formulas."""

from app.lessons.figures.formula import bracketed, plain, signed


def test_a_negative_number_is_bracketed_as_a_factor_and_signed_as_a_term() -> None:
    assert (bracketed(-2.5), signed(-2.5), signed(2.5)) == ("(−2.5)", "− 2.5", "+ 2.5")


def test_a_negative_zero_has_no_sign() -> None:
    assert plain(-0.0) == bracketed(-0.0) == "0"
