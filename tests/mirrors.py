"""A real HTTP server that serves one file, correctly or not, and the published networks whose weights it has."""

import hashlib
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import onnx.backend.test as backend

from app.nets.card import read_card_as
from app.nets.published_networks import PublishedNetwork

ROOT = Path(__file__).parent.parent
LIGHT = Path(backend.__file__).parent / "data" / "light"  # real graphs whose weights are constants, of the onnx wheel
ETAG = '"one"'


class Request(BaseHTTPRequestHandler):
    """One request, with what a test's answer needs to reply to it in its own way."""

    protocol_version = "HTTP/1.1"
    server: "Server"

    def do_GET(self) -> None:
        mirror = self.server.mirror
        mirror.requests.append((self.path, dict(self.headers)))
        answer = mirror.answers.pop(0) if len(mirror.answers) > 1 else mirror.answers[0]
        with suppress(ConnectionError):
            answer(self, mirror.content)

    def head(self, status: int, **headers: object) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), str(value))
        self.end_headers()

    def hang_up(self) -> None:
        self.wfile.flush()
        self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        pass


Answer = Callable[[Request, bytes], None]


@dataclass
class Mirror:
    """What the server has and how it answers: each of `answers` once, then always the last."""

    content: bytes
    answers: list[Answer]
    address: str = ""
    requests: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    @property
    def host(self) -> str:
        return self.address.removeprefix("http://")

    @property
    def pattern(self) -> str:
        return f"{self.address}/{{repository}}/{{file}}"

    @property
    def ranges(self) -> list[str | None]:
        """The Range of each request so far."""
        return [headers.get("Range") for _, headers in self.requests]


class Server(ThreadingHTTPServer):
    """The server of a mirror. It ignores clients that close the connection."""

    daemon_threads = True

    def __init__(self, mirror: Mirror) -> None:
        super().__init__(("127.0.0.1", 0), Request)
        self.mirror = mirror

    def handle_error(self, request: object, client_address: object) -> None:
        pass


@contextmanager
def serving(content: bytes, *answers: Answer) -> Iterator[Mirror]:
    """A mirror on a free port of this machine."""
    server = Server(Mirror(content, list(answers) or [whole()]))
    server.mirror.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server.mirror
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def whole(etag: str = ETAG, pause_s: float = 0) -> Answer:
    """A correct answer, with ranges and If-Range."""

    def answer(request: Request, content: bytes) -> None:
        asked = request.headers.get("Range")
        if asked and request.headers.get("If-Range", etag) == etag:
            begin = int(asked.removeprefix("bytes=").removesuffix("-"))
            place = f"bytes {begin}-{len(content) - 1}/{len(content)}"
            request.head(206, Content_Length=len(content) - begin, Content_Range=place, ETag=etag)
            request.wfile.write(content[begin:])
        else:
            request.head(200, Content_Length=len(content), ETag=etag)
            time.sleep(pause_s)
            request.wfile.write(content)

    return answer


def cut(share: float = 0.5, etag: str = ETAG) -> Answer:
    """Announces the whole file and closes the connection after a share of it."""

    def answer(request: Request, content: bytes) -> None:
        request.head(200, Content_Length=len(content), ETag=etag)
        request.wfile.write(content[: int(len(content) * share)])
        request.hang_up()

    return answer


def stalled(released: threading.Event, share: float = 0.5) -> Answer:
    """Sends a share of the file and then nothing, until released."""

    def answer(request: Request, content: bytes) -> None:
        request.head(200, Content_Length=len(content), ETag=ETAG)
        request.wfile.write(content[: int(len(content) * share)])
        request.wfile.flush()
        released.wait(20)
        request.hang_up()

    return answer


def status(code: int, body: bytes = b"<html>no</html>") -> Answer:
    def answer(request: Request, content: bytes) -> None:
        request.head(code, Content_Length=len(body))
        request.wfile.write(body)

    return answer


def redirect(location: str, code: int = 302) -> Answer:
    def answer(request: Request, content: bytes) -> None:
        request.head(code, Location=location, Content_Length=0)

    return answer


def original_of(content: bytes, model: str = "vgg16") -> PublishedNetwork:
    """A shipped original, as if `content` were its published weights."""
    original = read_card_as(PublishedNetwork, ROOT / "models" / "originals" / f"{model}.json")
    known = {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
    return original.model_copy(update={"weights": original.require_weights().model_copy(update=known)})


def models_folder(folder: Path, *originals: PublishedNetwork) -> Path:
    """A models folder with these originals and nothing else."""
    (folder / "originals").mkdir(parents=True)
    (folder / "labels").symlink_to(ROOT / "models" / "labels")
    for original in originals:
        (folder / "originals" / f"{original.id}.json").write_text(original.model_dump_json())
        (folder / "originals" / f"{original.id}.onnx").symlink_to(ROOT / "models" / "originals" / f"{original.id}.onnx")
    return folder
