"""The command serve, and a server that runs until it is stopped."""

import gc
import os
from collections.abc import Callable
from ipaddress import ip_address
from threading import Timer
from typing import Annotated

import typer

from app.cli.output import fail, print_message, warn_of_broken_networks, warn_of_unknown_variables
from app.settings import Settings, read_settings

WARN_AFTER_S = 2

Stopper = Callable[[], None]


def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on (CONVSCOPE_HOST).")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on (CONVSCOPE_PORT).")] = None,
) -> None:
    """Serve the pages and the API until SIGTERM or Ctrl-C."""
    options = {"host": host, "port": port}
    settings = read_settings(**{name: value for name, value in options.items() if value is not None})
    warn_of_unknown_variables()
    run_server(settings)


def run_server(settings: Settings, greet: Callable[[str, Stopper], None] = lambda address, stop: None) -> None:
    """Serve until SIGTERM or Ctrl-C.

    `greet` is called once the server answers, with its address, and a function that stops it.
    """
    gc.disable()  # until all that stays is there: to search it for garbage while it grows takes a sixth of the start
    from app.main import create_app  # here, so that `convscope --help` answers at once
    from app.web.edge.server import create_server, listen

    try:
        listener = listen(settings)
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno and error.errno > 0 else "no such address"
        fail(f"Can't listen on {settings.host}, port {settings.port}: {reason}. Set CONVSCOPE_HOST or CONVSCOPE_PORT.")
    with listener:
        address = address_of(settings.host, listener.getsockname())
        app = create_app(settings)
        gc.freeze()  # nor is it searched later: each full search would hold up every request for a tenth of a second
        gc.enable()

        def announce() -> None:
            print_message(f"ConvScope is at {address}")
            # Reading every network takes half a second, in which the first request would be twice as slow.
            warning = Timer(WARN_AFTER_S, warn_of_broken_networks, (app.state.engine.catalog,))
            warning.daemon = True
            warning.start()
            greet(address, lambda: setattr(server, "should_exit", True))

        server = create_server(app, settings, announce)
        server.run([listener])
    if not server.started:
        raise typer.Exit(1)


def address_of(host: str, bound: tuple[str, int]) -> str:
    """The address of a server on this machine that listens on `bound`."""
    name = "localhost" if listens_everywhere(bound[0]) else host
    return f"http://{name}:{bound[1]}/"


def listens_everywhere(host: str) -> bool:
    """Whether a server that listens on `host`, a name or an address, listens on every interface."""
    try:
        return ip_address(host.strip("[]")).is_unspecified
    except ValueError:
        return False
