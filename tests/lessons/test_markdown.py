"""The Markdown of a lesson."""

import pytest

from app.lessons.markdown import Block, Prose, read_text

TEXT = """# Sliding *the* filter

The lead, with $k \\times k$.

## One step

Prose before.

::: figure window
Point at a **number**.
:::

Prose after.

::: exercise size
:::

## Next

| rows | columns |
|---|---|
| 1 | 2 |
"""


def test_the_first_heading_is_the_title_and_the_paragraph_below_it_the_lead() -> None:
    text = read_text(TEXT)
    assert text.title == "Sliding the filter"
    assert text.lead.startswith("<p>The lead, with ")
    assert text.lead.endswith("</math></span>.</p>\n")


def test_each_heading_of_the_second_level_begins_a_section() -> None:
    assert [section.heading for section in read_text(TEXT).sections] == ["One step", "Next"]


def test_a_section_is_prose_and_blocks_in_their_order() -> None:
    first = read_text(TEXT).sections[0]
    assert first.parts == (
        Prose("<p>Prose before.</p>\n"),
        Block("figure", "window", "<p>Point at a <strong>number</strong>.</p>\n"),
        Prose("<p>Prose after.</p>\n"),
        Block("exercise", "size", ""),
    )


def test_a_formula_becomes_mathml() -> None:
    assert "<mi>k</mi><mo>&#x000D7;</mo><mi>k</mi>" in read_text(TEXT).lead


def test_no_line_ends_inside_a_product_or_before_a_unit() -> None:
    part = read_text("# Title\n\nLead.\n\nA 3 × 3 kernel, 6 · 6 · 256 numbers, 96 MB, 5 %.").sections[0].parts[0]
    assert isinstance(part, Prose)
    assert part.html.replace("\N{NO-BREAK SPACE}", "_") == "<p>A 3_×_3 kernel, 6_·_6_·_256 numbers, 96_MB, 5_%.</p>\n"


def test_a_table_becomes_a_table() -> None:
    part = read_text(TEXT).sections[1].parts[0]
    assert isinstance(part, Prose)
    assert "<td>2</td>" in part.html


@pytest.mark.parametrize("code", ["<script>alert(1)</script>", "<b>bold</b>", "[x](javascript:alert(1))"])
def test_markup_and_scripts_in_a_text_stay_text(code: str) -> None:
    (section,) = read_text(f"# Title\n\nLead.\n\n{code}\n").sections
    (part,) = section.parts
    assert isinstance(part, Prose)
    assert not any(markup in part.html for markup in ("<script", "<b>", "<a "))


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("Prose alone.", "begins with its title"),
        ("# Title\n\n## Section\n", "has a lead"),
        ("# Title\n\nLead.\n\n::: image x\n:::\n", "neither a figure nor an exercise"),
        ("# Title\n\nLead.\n\n::: figure\n:::\n", "neither a figure nor an exercise"),
    ],
)
def test_a_text_that_is_no_lesson_is_refused(source: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        read_text(source)
