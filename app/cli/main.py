"""The command line: the app with all commands, and serve."""

import os
from ipaddress import ip_address
from threading import Timer
from typing import Annotated

import typer

from app.cli import checkup, networks, weights
from app.cli.output import fail, print_message, warn_of_broken_networks, warn_of_unknown_variables
from app.errors import ConvScopeError
from app.settings import BadSettings, read_settings

WARN_AFTER_S = 2

cli = typer.Typer(
    help="See what a convolutional neural network sees.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@cli.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on (CONVSCOPE_HOST).")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on (CONVSCOPE_PORT).")] = None,
) -> None:
    """Serve the pages and the API until SIGTERM or Ctrl-C."""
    options = {"host": host, "port": port}
    settings = read_settings(**{name: value for name, value in options.items() if value is not None})
    warn_of_unknown_variables()
    from app.main import create_app  # here, so that `convscope --help` answers at once
    from app.web.edge.server import create_server, listen

    try:
        listener = listen(settings)
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno and error.errno > 0 else "no such address"
        fail(f"Can't listen on {settings.host}, port {settings.port}: {reason}. Set CONVSCOPE_HOST or CONVSCOPE_PORT.")
    with listener:
        bound = listener.getsockname()
        name = "localhost" if ip_address(bound[0]).is_unspecified else settings.host
        address = f"http://{name}:{bound[1]}/"
        app = create_app(settings)

        def announce() -> None:
            print_message(f"ConvScope is at {address}")
            # Reading every network takes half a second, in which the first request would be twice as slow.
            warning = Timer(WARN_AFTER_S, warn_of_broken_networks, (app.state.engine.catalog,))
            warning.daemon = True
            warning.start()

        server = create_server(app, settings, announce)
        server.run([listener])
    if not server.started:
        raise typer.Exit(1)


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
