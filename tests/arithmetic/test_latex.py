"""The formulas of workings as LaTeX."""

import pytest

from app.arithmetic.latex import write_latex


def test_a_sum_is_aligned_with_a_term_on_each_line() -> None:
    assert write_latex("−0.9284 × (−0.5126) + 0.5 × 2 + … + (−0.3063) = 5.029") == (
        "\\begin{aligned}\n"
        "5.029 &= -0.9284 \\times (-0.5126) \\\\\n"
        "&\\quad + 0.5 \\times 2 \\\\\n"
        "&\\quad + \\dots \\\\\n"
        "&\\quad + (-0.3063)\n"
        "\\end{aligned}"
    )


@pytest.mark.parametrize(
    ("formula", "latex"),
    [
        ("max(2.125, 2.062, …) = 2.125", r"\operatorname{max}(2.125, 2.062, \dots) = 2.125"),
        ("(0.25 + 0.5 + …) ÷ 4 = 0.3", r"(0.25 + 0.5 + \dots) \div 4 = 0.3"),
        ("(2 − (−3)) ÷ √(26.7 + 1e−05) × 2 = 1.9", r"(2 - (-3)) \div \sqrt{26.7 + 1 \times 10^{-5}} \times 2 = 1.9"),
        ("1.5 ÷ (1 + 0.1 × 2.8) ^ 0.75 = 1.2", r"1.5 \div (1 + 0.1 \times 2.8)^{0.75} = 1.2"),
        ("(1 + 4) ^ (1 ÷ 2) = 2.2", r"(1 + 4)^{1 \div 2} = 2.2"),
        ("exp(−1.8 − 8.1) ÷ 1.004 = 4.2e−05", r"\operatorname{exp}(-1.8 - 8.1) \div 1.004 = 4.2 \times 10^{-5}"),
        ("x[0, 1, 2] = −1.25e+10", r"x[0, 1, 2] = -1.25 \times 10^{10}"),
        ("300 → 255", r"300 \to 255"),
        ("2 + 3 = 5 → (5 − 3) × 0.5 = 1", r"2 + 3 = 5 \to (5 - 3) \times 0.5 = 1"),
    ],
)
def test_each_sign_has_its_command(formula: str, latex: str) -> None:
    assert write_latex(formula) == latex
