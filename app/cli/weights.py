"""The commands for weights: pull, from a mirror or a bundle, and bundle."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.output import print_message
from app.errors import NotFound, UnknownModel
from app.settings import Settings, read_settings

# httpx and onnx are imported where they are needed, so that `convscope --help` answers at once.
if TYPE_CHECKING:
    from app.nets.published_networks import PublishedNetwork
    from app.nets.weights.download import ProgressReport
    from app.nets.weights.store import WeightStore

    ReportMaker = Callable[[PublishedNetwork], ProgressReport]

Ids = Annotated[
    list[str] | None, typer.Argument(metavar="ID...", help="Published networks, as `convscope models` lists them.")
]


def pull(
    ids: Ids = None,
    source: Annotated[
        Path | None, typer.Option("--from", metavar="FOLDER_OR_TAR", help="Read the weights from a bundle.")
    ] = None,
) -> None:
    """Download the weights of published networks, or read them from a bundle. An interrupted download is resumed."""
    if not ids and source is None:
        raise typer.BadParameter("name at least one network", param_hint="ID...")
    settings = read_settings()
    networks = _networks(settings, ids)
    with _progress_bars() as report_maker:
        if source is None:
            _download(settings, networks, report_maker)
        else:
            missing = _read_bundle(source, settings, networks, report_maker)
            if missing and (ids or len(missing) == len(networks)):
                raise NotFound(f"The bundle has no weights of {', '.join(missing)}.")


def bundle(
    ids: Ids,
    output: Annotated[Path, typer.Option("--output", "-o", metavar="FILE.tar", help="The bundle to write.")],
) -> None:
    """Write downloaded weights into one file, for `convscope pull --from` on machines without internet."""
    from app.nets.weights.bundle import write_bundle

    settings = read_settings()
    write_bundle(_networks(settings, ids), _weight_store(settings), output)
    print_message(f"{output} has {', '.join(ids or ())}.")


def _download(settings: Settings, networks: list["PublishedNetwork"], report_maker: "ReportMaker") -> None:
    from app.nets.weights.pull import DownloadPolicy, pull
    from app.work.stop import Stop

    policy = DownloadPolicy(settings.mirrors, settings.lab_hosts, settings.pull_stall_s, settings.offline)
    for network in networks:
        pull(network, _weight_store(settings), policy, report_maker(network), Stop())
        print_message(f"{network.id} is ready.")


def _read_bundle(
    source: Path, settings: Settings, networks: list["PublishedNetwork"], report_maker: "ReportMaker"
) -> list[str]:
    """Read what the bundle has of these networks; gives the ids of those that it lacks."""
    from app.nets.weights.bundle import read_bundle
    from app.work.stop import Stop

    ready = read_bundle(source, networks, _weight_store(settings), report_maker, Stop())
    for model in ready:
        print_message(f"{model} is ready.")
    return [network.id for network in networks if network.id not in ready]


def _networks(settings: Settings, ids: list[str] | None) -> list["PublishedNetwork"]:
    """The published networks with these ids; all of them if none is named."""
    from app.nets.published_networks import read_published_networks

    published = read_published_networks(settings.models_dir)
    known = {network.id: network for network in published.cards}
    for model in ids or ():
        if model in published.errors:
            raise published.errors[model]
        if model not in known:
            raise UnknownModel(f"There is no published network called {model}. Those there are: {', '.join(known)}.")
    return [known[model] for model in ids or known]


def _weight_store(settings: Settings) -> "WeightStore":
    from app.nets.weights.store import WeightStore

    return WeightStore(settings.networks_dir)


@contextmanager
def _progress_bars() -> Iterator["ReportMaker"]:
    """A progress bar on stderr for each network; gives a function that makes a network's report."""
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

        def make_report(network: "PublishedNetwork") -> "ProgressReport":
            bar = bars.add_task(network.id, total=network.require_weights().bytes, state="")
            return lambda now: bars.update(bar, completed=now.received, state=f"{now.state} {now.host}")

        yield make_report
