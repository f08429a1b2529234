"""What the commands print: JSON and tables on stdout, everything else on stderr."""

import json
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from app.settings import unknown_variables

if TYPE_CHECKING:
    from app.nets.catalog import Catalog

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
LARGE = 10_000  # from here on an integer is printed with thousands separators


def print_json(data: object) -> None:
    typer.echo(json.dumps(data, indent=2, ensure_ascii=False))


def print_table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print aligned columns; those whose first cell is a number are aligned to the right."""
    lines = [list(head), *([f"{cell:,}" if _is_large(cell) else str(cell) for cell in row] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    numeric = [bool(rows) and isinstance(cell, int | float) for cell in (rows[0] if rows else head)]
    for line in lines:
        padded = (
            f"{cell:>{width}}" if right else f"{cell:<{width}}"
            for cell, width, right in zip(line, widths, numeric, strict=True)
        )
        typer.echo("  ".join(padded).rstrip())


def print_message(text: str) -> None:
    """Print a line for the user on stderr."""
    typer.echo(text, err=True)


def fail(text: str, code: int = 1) -> NoReturn:
    """Print why the command failed and exit."""
    print_message(text)
    sys.exit(code)


def warn_of_unknown_variables() -> None:
    """Point out variables of the environment whose names are close to that of a setting."""
    for name, meant in unknown_variables().items():
        if meant is not None:
            print_message(f"{name} is not a setting. Did you mean {meant}?")


def warn_of_broken_networks(catalog: "Catalog") -> None:
    """Name the networks that can't be used, each with the reason."""
    for network in catalog.broken:
        print_message(f"{network.id} can't be used. {network.problem}")


def _is_large(cell: object) -> bool:
    return isinstance(cell, int) and cell >= LARGE
