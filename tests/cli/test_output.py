"""Tables are aligned, and a variable close to a setting's name is pointed out."""

from pathlib import Path

import pytest

from app.cli.output import print_table
from tests.cli.conftest import Run


def test_numbers_are_aligned_to_the_right_and_large_ones_have_separators(capsys: pytest.CaptureFixture[str]) -> None:
    print_table(("name", "params"), [("a", 12_345), ("longer", 7)])
    assert capsys.readouterr().out.splitlines() == ["name    params", "a       12,345", "longer       7"]


def test_from_ten_thousand_on_an_integer_has_separators(capsys: pytest.CaptureFixture[str]) -> None:
    print_table(("a", "b", "c"), [(9_999, 10_000, "10000"), (-10_000, 10_000.5, "x")])
    assert capsys.readouterr().out.splitlines() == [
        "     a        b  c", "  9999   10,000  10000", "-10000  10000.5  x",
    ]  # fmt: skip


def test_a_table_without_rows_is_its_head(capsys: pytest.CaptureFixture[str]) -> None:
    print_table(("name", "params"), [])
    assert capsys.readouterr().out == "name  params\n"


def test_a_misspelt_setting_is_reported(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONVSCOPE_MODELS_DIR", str(tmp_path))
    monkeypatch.setenv("CONVSCOPE_PROVIDR", "cpu")
    assert "Did you mean CONVSCOPE_PROVIDER?" in run("check")[2]
