"""The command line: the app with all commands."""

import typer

from app.cli import checkup, cluster, jobs, networks, own_networks, server, triton, weights
from app.cli.output import fail
from app.errors import ConvScopeError
from app.settings import BadSettings

cli = typer.Typer(
    help="See what a convolutional neural network sees.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


cli.command()(server.serve)
cli.command("open")(own_networks.open_network)
cli.add_typer(cluster.cluster, name="cluster")
cli.add_typer(jobs.job, name="job")
cli.command("export-triton")(triton.export_triton)
for command in (networks.models, networks.inspect, checkup.check, weights.pull, weights.bundle):
    cli.command()(command)


def main() -> None:
    """Run the command line. A failure that the user can act on ends in a message and exit code 1 or 2."""
    try:
        cli()
    except BadSettings as error:
        fail(str(error), code=2)
    except ConvScopeError as error:
        fail(error.message)
    except OSError as error:
        fail(f"{error.filename or 'A file'}: {error.strerror}.")


if __name__ == "__main__":
    main()
