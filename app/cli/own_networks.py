"""The command open: a network of one's own in the browser, on the server of the settings."""

import json
import threading
import webbrowser
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli.networks import parse_size
from app.cli.output import fail, print_message
from app.cli.server import Stopper, listens_everywhere, run_server
from app.errors import ConvScopeError, NotAvailable
from app.settings import Settings, read_settings

# httpx and onnx are imported where they are needed, so that `convscope --help` answers at once.
if TYPE_CHECKING:
    import httpx

CONNECT_S = 10.0
ANSWER_S = 600.0  # to send a gigabyte and to read it


class UploadRefused(ConvScopeError):
    """The server can't open the network; the message is the server's."""


@dataclass(frozen=True, slots=True)
class NetworkUpload:
    """A network to open: its files, the ONNX file first, and what its user says about it."""

    files: tuple[Path, ...]
    card: Mapping[str, Any]
    labels: str


def open_network(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE.onnx [FILE...]", help="The ONNX file, and files about its input.")
    ],
    labels: Annotated[
        Path | None, typer.Option(help="The names of the classes: a JSON list, or a name a line.")
    ] = None,
    card: Annotated[Path | None, typer.Option(metavar="FILE", help="A card as JSON, with any of its fields.")] = None,
    size: Annotated[str | None, typer.Option(metavar="WIDTHxHEIGHT", help="Size of the image.")] = None,
    browser: Annotated[bool, typer.Option(help="Open the browser; else print the address.")] = True,
) -> None:
    """Open an ONNX file in the browser. Without a running server this one starts, until Ctrl-C."""
    named = {path.resolve() for path in files}
    upload = NetworkUpload(
        (*files, *(path for path in _external_data(files[0]) if path not in named)),
        _card(card, size),
        labels.read_text("utf-8", "replace") if labels else "",
    )
    for path in upload.files:
        path.open("rb").close()  # one that can't be read is said before a server is started for it
    settings = read_settings()
    address = _running_server(settings)
    if address is not None:
        _show(_send(address, upload), browser)
    else:
        _start_and_show(settings, upload, browser)


def _start_and_show(settings: Settings, upload: NetworkUpload, browser: bool) -> None:
    """Start a server and open the network there; the server ends if that fails."""
    failures: list[str] = []

    def greet(address: str, stop: Stopper) -> None:
        threading.Thread(target=send, args=(address, stop), daemon=True).start()  # the server must go on

    def send(address: str, stop: Stopper) -> None:
        try:
            _show(_send(address, upload), browser)
        except ConvScopeError as error:
            failures.append(error.message)
            stop()

    run_server(settings, greet)
    if failures:
        fail(failures[0])


def _running_server(settings: Settings) -> str | None:
    """The address of the server that answers where the settings say; None if there is none.

    Raises:
        NotAvailable: another program answers there.
    """
    import httpx

    host = "localhost" if listens_everywhere(settings.host) else settings.host
    address = f"http://{host}:{settings.port}/"
    try:
        response = httpx.get(f"{address}readyz", timeout=httpx.Timeout(ANSWER_S, connect=CONNECT_S), trust_env=False)
        is_ours = "models_ready" in response.json()
    except httpx.ConnectError:
        return None
    except (httpx.HTTPError, TypeError, ValueError):
        is_ours = False
    if not is_ours:
        raise NotAvailable(f"{address} is not ConvScope. Set CONVSCOPE_PORT to another port.")
    return address


def _send(address: str, upload: NetworkUpload) -> str:
    """Upload a network; gives the address of its page.

    Raises:
        UploadRefused: the server can't open it, or has gone.
    """
    import httpx

    fields = {"card": json.dumps(upload.card), "labels": upload.labels}
    with ExitStack() as stack:
        parts = [("file", (path.name, stack.enter_context(path.open("rb")))) for path in upload.files]
        try:
            response = httpx.post(
                f"{address}api/v1/models", files=parts, data=fields, timeout=ANSWER_S, trust_env=False
            )
        except httpx.HTTPError as error:
            raise UploadRefused(f"The server at {address} does not answer.") from error
    info = _read(response)
    for remark in info["remarks"]:
        print_message(remark)
    page = f"{address}?model={info['id']}"
    if info["assumed"]:
        print_message(f"Assumed: {', '.join(info['assumed'])}. Choose: {address}networks/{info['id']}/input")
    return page


def _read(response: "httpx.Response") -> dict[str, Any]:
    try:
        body: dict[str, Any] = response.json()
    except ValueError as error:
        raise UploadRefused("The server's response can't be read.") from error
    if response.is_error:
        raise UploadRefused(body["error"]["message"])
    return body


def _show(page: str, browser: bool) -> None:
    if not browser or not webbrowser.open(page):
        typer.echo(page)


def _card(path: Path | None, size: str | None) -> Mapping[str, Any]:
    try:
        card = {} if path is None else json.loads(path.read_bytes())
        spec = card.get("input", {})
        if size is not None:
            height, width = parse_size(size)
            card["input"] = {**spec, "width": width, "height": height}
    except (AttributeError, RecursionError, TypeError, ValueError) as error:
        raise typer.BadParameter("a card is a JSON object", param_hint="--card") from error
    return dict(card)


def _external_data(model: Path) -> list[Path]:
    """The files beside an ONNX file that have weights of it."""
    from app.nets.reading.model_file import read_model_file

    return sorted(read_model_file(model).weight_files - {model.resolve()})
