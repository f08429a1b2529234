"""The watched folder: its ONNX files are opened and listed for everyone, as long as they are there."""

import errno
import logging
import stat
import threading
import time
from collections.abc import Mapping
from pathlib import Path

from app.engine.own.networks import OwnNetworks
from app.errors import ConvScopeError, InvalidRequest, Overloaded, StorageFull, StoreUnavailable, TooLarge, UnknownModel
from app.nets.own.description import read_description
from app.nets.own.incoming import MODEL_SUFFIX, IncomingFiles
from app.nets.own.side_files import is_side_file
from app.nets.reading.model_file import read_model_file

log = logging.getLogger("convscope")

POLL_S = 2.0
RETRY_S = 60.0  # after a copy that failed: the disk is full, most likely for a while, or a file may not be read
COPY_BYTES = 1 << 20
# Of one that goes as it is looked at, and of a link to nothing, in a circle, or to where this server may not look.
NO_FILE = (errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.EACCES)
CARD, LABELS = ".json", ".txt"  # beside `net.onnx`: `net.json` and `net.txt`

Files = Mapping[str, tuple[int, int]]  # the size and time of each file, by its name
FileState = tuple[tuple[str, tuple[int, int]], ...]  # those of an ONNX file and of each file that belongs to it


class WatchedFolder:
    """Looks into a folder again and again. A file that is still being written waits until it stays the same.

    To `net.onnx` belong the files whose names begin with `net.`, such as `net.config.json`, its `config.json`, and
    those that have its weights, whatever their names. Of a network that can't be opened these are not known: it is
    tried again when any file comes or changes that belongs to no other network by its name.
    """

    def __init__(self, folder: Path, own: OwnNetworks) -> None:
        self._folder = folder
        self._own = own
        self._seen: dict[str, FileState] = {}
        self._opened: dict[str, FileState] = {}
        self._weights: dict[str, frozenset[str]] = {}  # the names of the files that have the weights of each
        self._refused: set[str] = set()
        self._waiting: dict[str, float] = {}  # until when those wait whose files could not be copied
        self._problems: dict[str, str] = {}  # why, as the log says it: of the folder itself under ""
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="watched-folder", daemon=True)
        self._thread.start()

    def close(self, timeout_s: float) -> None:
        """Look no more."""
        self._closed.set()
        self._thread.join(timeout_s)

    def _watch(self) -> None:
        while not self._closed.wait(POLL_S):
            try:
                self._look()
            except ConvScopeError:
                continue  # a bucket is away for a while
            except OSError as error:  # the folder is not there, and may come back
                self._report("", f"The watched folder can't be read: {error.strerror}.")

    def _look(self) -> None:
        files = _files_in(self._folder)
        states = {name: self._state_of(name, files) for name in sorted(files) if _is_model(name)}
        self._remove_others({str(self._folder / name) for name in states})
        for name, state in states.items():
            is_waiting = time.monotonic() < self._waiting.get(name, 0)
            if self._seen.get(name) == state != self._opened.get(name) and not is_waiting:
                self._open(self._folder / name, files)
        self._seen = states
        self._opened = {name: state for name, state in self._opened.items() if name in states}
        self._weights = {name: weights for name, weights in self._weights.items() if name in states}
        self._refused &= states.keys()
        self._problems = {name: problem for name, problem in self._problems.items() if name in states}
        self._waiting = {name: until for name, until in self._waiting.items() if name in states}

    def _state_of(self, model: str, files: Files) -> FileState:
        weights = _of_no_other(model, files) if model in self._refused else self._weights.get(model, ())
        names = {model, *_companions(model, files), *weights}
        return tuple((name, files[name]) for name in sorted(names) if name in files)

    def _open(self, model: Path, files: Files) -> None:
        try:
            network = self._add(model, files)
            self._own.publish(network, str(model))
        except (FileNotFoundError, Overloaded, StoreUnavailable, UnknownModel):
            return  # it has gone meanwhile, or the next look tries again
        except (OSError, StorageFull) as error:
            self._wait(model.name, error.message if isinstance(error, StorageFull) else f"{error.strerror}.")
            return
        except ConvScopeError as error:
            log.warning("%s in the watched folder can't be opened. %s", model.name, error.message)
            self._refused.add(model.name)
        else:
            self._problems.pop(model.name, None)
            self._refused.discard(model.name)
            self._remove_former(network, str(model))
        self._opened[model.name] = self._state_of(model.name, files)

    def _wait(self, name: str, why: str) -> None:
        """Try a file again later."""
        self._waiting[name] = time.monotonic() + RETRY_S
        self._report(name, f"{name} in the watched folder can't be opened for now. {why}")

    def _report(self, name: str, problem: str) -> None:
        """Write a problem to the log, once as long as it lasts."""
        if self._problems.get(name) != problem:
            log.warning(problem)
        self._problems[name] = problem

    def _add(self, model: Path, files: Files) -> str:
        """Open the network of a file; gives its id. One that is too large is refused before it is copied."""
        self._check_size(model)
        card, labels = (_read(model.with_suffix(suffix)) for suffix in (CARD, LABELS))
        weights = {path.name: path for path in read_model_file(model).weight_files}
        self._weights[model.name] = frozenset(weights)
        self._check_size(model, *weights.values())
        described = (model.with_suffix(CARD).name, model.with_suffix(LABELS).name)
        companions = [name for name in _companions(model.name, files) if name not in described]
        own_names = {name.removeprefix(f"{model.stem}."): name for name in companions}
        sides = {name: model.parent / file for name, file in own_names.items() if is_side_file(name, files[file][0])}
        named = sides | weights
        beside = {name: path for name, path in named.items() if path.resolve() != model.resolve()}
        with self._own.incoming(None) as incoming:
            for name, path in {model.name: model, **beside}.items():
                _copy(path, name, incoming)
            return self._own.add(incoming, read_description(card, labels)).result().network.id

    def _check_size(self, *parts: Path) -> None:
        if sum(path.stat().st_size for path in parts) > self._own.largest_bytes:
            raise TooLarge(f"The network's files have more than {self._own.largest_bytes / 1e6:,.0f} MB.")

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


def _files_in(folder: Path) -> Files:
    files = {}
    for path in folder.iterdir():
        try:
            status = path.stat()
        except OSError as error:
            if error.errno not in NO_FILE:
                raise
            continue
        if stat.S_ISREG(status.st_mode):
            files[path.name] = status.st_size, status.st_mtime_ns
    return files


def _is_model(name: str) -> bool:
    return Path(name).suffix.lower() == MODEL_SUFFIX and not name.startswith(".")


def _companions(model: str, files: Files) -> list[str]:
    """The files whose names begin as that of the ONNX file does."""
    begin = f"{Path(model).stem}."
    return [name for name in sorted(files) if name.startswith(begin) and not _is_model(name)]


def _of_no_other(model: str, files: Files) -> frozenset[str]:
    """The files that belong to no other ONNX file by their names."""
    models = {name for name in files if _is_model(name)}
    return frozenset(files).difference(models, *(_companions(other, files) for other in models - {model}))


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
