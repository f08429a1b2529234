"""The command export-triton: a network as a model repository for Triton."""

from pathlib import Path
from typing import Annotated

import typer

from app.cli.networks import open_catalog
from app.cli.output import print_message
from app.settings import read_settings


def export_triton(
    network: Annotated[str, typer.Argument(metavar="ID", help="A network's id, as `convscope models` lists it.")],
    output: Annotated[Path, typer.Option("--output", "-o", metavar="FOLDER", help="The model repository.")],
) -> None:
    """Write a network into a model repository for Triton: with its outputs, and again with every layer's."""
    from app.nets.serving.triton_repository import write_repository

    names = write_repository(open_catalog(read_settings()).get(network), output)
    print_message(f"{output} has {' and '.join(names)}.")
