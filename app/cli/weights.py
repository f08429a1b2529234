"""The commands that carry weights: pull, from a mirror or a bundle, and bundle."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.errors import UnknownModel
from app.settings import Settings, read_settings

# As in cli.py, what takes time to import is imported where it is used.
if TYPE_CHECKING:
    from app.nets.published_networks import PublishedNetwork
    from app.nets.weights.download import ProgressReport
    from app.nets.weights.store import WeightStore


Ids = Annotated[list[str] | None, typer.Argument(metavar="ID...", help="Originals, as `convscope models` lists them.")]


def add_pulling(cli: typer.Typer) -> None:
    """Add the commands to the command line."""
    cli.command()(pull)
    cli.command()(bundle)


def pull(
    ids: Ids = None,
    source: Annotated[
        Path | None, typer.Option("--from", metavar="FOLDER_OR_TAR", help="Take them from a bundle.")
    ] = None,
) -> None:
    """Bring the weights of originals, from a mirror or from a bundle. One that is cut off goes on where it was."""
    if not ids and source is None:
        raise typer.BadParameter("name at least one original", param_hint="ID...")
    settings = read_settings()
    chosen = _chosen(settings, ids)
    with _bars() as report:
        if source is None:
            _from_mirrors(settings, chosen, report)
        else:
            _from_bundle(source, settings, chosen, report, asked=bool(ids))


def bundle(
    ids: Ids,
    output: Annotated[Path, typer.Option("--output", "-o", metavar="FILE.tar", help="The bundle to write.")],
) -> None:
    """Write pulled weights into one file, for `convscope pull --from` on machines without internet."""
    from app.nets.weights.bundle import write_bundle

    settings = read_settings()
    write_bundle(_chosen(settings, ids), _store(settings), output)
    _say(f"{output} has {', '.join(ids or ())}.")


def _from_mirrors(
    settings: Settings, chosen: list["PublishedNetwork"], report: Callable[["PublishedNetwork"], "ProgressReport"]
) -> None:
    from app.nets.weights.pull import DownloadPolicy, pull
    from app.work.stop import Stop

    policy = DownloadPolicy(settings.mirrors, settings.lab_hosts, settings.pull_stall_s, settings.offline)
    for original in chosen:
        pull(original, _store(settings), policy, report(original), Stop())
        _say(f"{original.id} is ready.")


def _from_bundle(
    source: Path,
    settings: Settings,
    chosen: list["PublishedNetwork"],
    report: Callable[["PublishedNetwork"], "ProgressReport"],
    *,
    asked: bool,
) -> None:
    from app.errors import NotFound
    from app.nets.weights.bundle import read_bundle
    from app.work.stop import Stop

    found = read_bundle(source, chosen, _store(settings), report, Stop())
    for model in found:
        _say(f"{model} is ready.")
    missing = [original.id for original in chosen if original.id not in found]
    if not found or (asked and missing):
        raise NotFound(f"The bundle has no weights of {', '.join(missing)}.")


def _chosen(settings: Settings, ids: list[str] | None) -> list["PublishedNetwork"]:
    from app.nets.published_networks import read_published_networks

    originals = {original.id: original for original in read_published_networks(settings.models_dir)}
    for model in ids or ():
        if model not in originals:
            raise UnknownModel(f"There is no original called {model}. Those there are: {', '.join(originals)}.")
    return [originals[model] for model in ids or originals]


def _store(settings: Settings) -> "WeightStore":
    from app.nets.weights.store import WeightStore

    return WeightStore(settings.networks_dir)


@contextmanager
def _bars() -> Iterator[Callable[["PublishedNetwork"], "ProgressReport"]]:
    """A progress bar on stderr for each network; gives what makes a network's report."""
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[state]}"),
    )
    console = Console(file=sys.stderr)
    with Progress(*columns, console=console, disable=not console.is_terminal) as bars:

        def report(original: "PublishedNetwork") -> "ProgressReport":
            bar = bars.add_task(original.id, total=original.require_weights().bytes, state="")
            return lambda now: bars.update(bar, completed=now.received, state=f"{now.state} {now.host}")

        yield report


def _say(text: str) -> None:
    typer.echo(text, err=True)
