"""The watched folder: its ONNX files are opened and listed for everyone, as long as they are there."""

import logging
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from app.engine.own.networks import OwnNetworks
from app.errors import ConvScopeError, InvalidRequest, Overloaded, StoreUnavailable
from app.nets.own.description import read_description
from app.nets.own.incoming import MODEL_SUFFIX, IncomingFiles
from app.nets.reading.model_file import read_model_file

log = logging.getLogger("convscope")

POLL_S = 2.0
COPY_BYTES = 1 << 20
CARD, LABELS = ".json", ".txt"  # beside `net.onnx`: `net.json` and `net.txt`

FileState = tuple[tuple[str, int, int], ...]  # the name, size and time of an ONNX file and of each file beside it


class WatchedFolder:
    """Looks into a folder again and again. A file that is still being written waits until it stays the same.

    To `net.onnx` belong the files whose names begin with `net.`, such as `net.config.json`, its `config.json`, and
    those that have its weights, whatever their names.
    """

    def __init__(self, folder: Path, own: OwnNetworks) -> None:
        self._folder = folder
        self._own = own
        self._seen: dict[str, FileState] = {}
        self._opened: dict[str, FileState] = {}
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="watched-folder", daemon=True)
        self._thread.start()

    def close(self, timeout_s: float) -> None:
        """Look no more."""
        self._closed.set()
        self._thread.join(timeout_s)

    def _watch(self) -> None:
        while not self._closed.wait(POLL_S):
            # The folder is not there, and may come back; or a bucket is away, or the disk is full, for a while.
            with suppress(OSError, ConvScopeError):
                self._look()

    def _look(self) -> None:
        states = {path.name: _state_of(path) for path in sorted(self._folder.iterdir()) if _is_model(path)}
        self._remove_others({str(self._folder / name) for name in states})
        for name, state in states.items():
            if self._seen.get(name) == state != self._opened.get(name):
                self._open(self._folder / name, state)
        self._seen = states
        self._opened = {name: state for name, state in self._opened.items() if name in states}

    def _open(self, model: Path, state: FileState) -> None:
        try:
            network = self._add(model)
        except (Overloaded, StoreUnavailable):
            return  # the next look tries again
        except ConvScopeError as error:
            log.warning("%s in the watched folder can't be opened. %s", model.name, error.message)
        except OSError:
            return  # it has gone meanwhile
        else:
            self._own.publish(network, str(model))
            self._remove_former(network, str(model))
        self._opened[model.name] = state

    def _add(self, model: Path) -> str:
        """Open the network of a file; gives its id."""
        card, labels = (_read(model.with_suffix(suffix)) for suffix in (CARD, LABELS))
        with self._own.incoming(None) as incoming:
            for name, path in {model.name: model, **_files_beside(model)}.items():
                _copy(path, name, incoming)
            return self._own.add(incoming, read_description(card, labels)).result().network.id

    def _remove_others(self, there: set[str]) -> None:
        """Remove the networks whose files were in this folder and have gone."""
        for network, source in self._own.publications().items():
            if source and Path(source).parent == self._folder and source not in there:
                self._own.remove(network)

    def _remove_former(self, network: str, source: str) -> None:
        """Remove what the file was before it changed."""
        for other, its_source in self._own.publications().items():
            if its_source == source and other != network:
                self._own.remove(other)


def _is_model(path: Path) -> bool:
    return path.suffix.lower() == MODEL_SUFFIX and not path.name.startswith(".") and path.is_file()


def _companions(model: Path) -> Iterator[Path]:
    """The files whose names begin as that of the ONNX file does."""
    for path in sorted(model.parent.iterdir()):
        if path.name.startswith(f"{model.stem}.") and not _is_model(path) and path.is_file():
            yield path


def _state_of(model: Path) -> FileState:
    states = []
    for path in (model, *_companions(model)):
        with suppress(FileNotFoundError):
            status = path.stat()
            states.append((path.name, status.st_size, status.st_mtime_ns))
    return tuple(states)


def _files_beside(model: Path) -> dict[str, Path]:
    """The files to send along, under the names that they have for the network."""
    weights = {path.name: path for path in read_model_file(model).weight_files}
    described = (model.with_suffix(CARD), model.with_suffix(LABELS))
    others = {path.name.removeprefix(f"{model.stem}."): path for path in _companions(model) if path not in described}
    return {name: path for name, path in (others | weights).items() if path.resolve() != model.resolve()}


def _copy(path: Path, name: str, incoming: IncomingFiles) -> None:
    with path.open("rb") as source, incoming.create(name) as file:
        while piece := source.read(COPY_BYTES):
            file.write(piece)


def _read(path: Path) -> str:
    """The text of a small file; empty if there is none."""
    try:
        if path.stat().st_size > COPY_BYTES:
            raise InvalidRequest(f"{path.name} is too large.")
        return path.read_text("utf-8", "replace")
    except FileNotFoundError:
        return ""
