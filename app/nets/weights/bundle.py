"""Bundles: weights carried to machines without internet, as a tar file or a folder, checked like those of a mirror."""

import stat
import tarfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from app.errors import PullFailed
from app.nets.published_networks import PublishedNetwork, Weights
from app.nets.weights.download import DownloadProgress, ProgressReport
from app.nets.weights.store import PartialFile, WeightStore
from app.work.stop import Stop

MAX_MEMBERS = 1000
PIECE_BYTES = 1 << 20
Carried = dict[str, Callable[[], IO[bytes]]]  # what the bundle has, by the network's id


def write_bundle(originals: Iterable[PublishedNetwork], store: WeightStore, path: Path) -> None:
    """Write a tar file with the weights of these networks, each as `<id>.onnx`; the file appears whole or not at all.

    Raises:
        NotAvailable: some weights are not stored, or are not what was published.
        OSError: the file can't be written.
    """
    chosen = tuple(originals)
    for original in chosen:
        if not store.is_intact(original.id, original.require_weights()):
            raise original.missing_weights()
    unfinished = path.with_name(f".{path.name}.part")
    try:
        with tarfile.open(unfinished, "w:", format=tarfile.USTAR_FORMAT) as tar:
            for original in chosen:
                member = tarfile.TarInfo(f"{original.id}.onnx")
                member.size, member.mode = original.require_weights().bytes, 0o644
                with store.path(original.id).open("rb") as file:
                    tar.addfile(member, file)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def read_bundle(
    path: Path,
    originals: Iterable[PublishedNetwork],
    store: WeightStore,
    report: Callable[[PublishedNetwork], ProgressReport],
    stop: Stop,
) -> list[str]:
    """Take the weights of these networks from a bundle: a tar file, or a folder, with `<id>.onnx` or the mirror's name.

    Nothing is unpacked: what has the right name and length is read, and kept if its SHA-256 is right.

    Returns:
        The ids of the networks whose weights were in the bundle.

    Raises:
        PullFailed: the bundle can't be read, holds links or paths, or a file in it is not what was published.
        StorageFull: the disk has no room.
    """
    wanted = {original.id: original for original in originals if original.weights is not None}
    with _opened(path, wanted.values()) as carried:
        for model, file in carried.items():
            original = wanted[model]
            weights = original.require_weights()
            with store.partial_file(model, weights, stop, lambda: None) as part:
                if store.is_intact(model, weights):
                    continue
                part.remove()
                store.require_space(weights, part)
                _copy(file, part, weights, report(original), stop)
                try:
                    store.install(model, weights, part)
                except PullFailed as error:
                    raise PullFailed(f"The bundle's file for {original.name} is not what was published.") from error
        return list(carried)


def _copy(
    opened: Callable[[], IO[bytes]], part: PartialFile, weights: Weights, report: ProgressReport, stop: Stop
) -> None:
    part.begin("", None)
    left = weights.bytes
    with opened() as file, part.append() as copy:
        while left and (piece := file.read(min(PIECE_BYTES, left))):
            stop.check()
            copy.write(piece)
            left -= len(piece)
            report(DownloadProgress("pulling", weights.bytes - left, weights.bytes))


@contextmanager
def _opened(path: Path, originals: Iterable[PublishedNetwork]) -> Iterator[Carried]:
    names = {
        name: original for original in originals for name in (f"{original.id}.onnx", original.require_weights().file)
    }
    if path.is_dir():
        yield _in_folder(path, names)
        return
    try:
        with tarfile.open(path, "r:") as tar:
            yield _in_tar(tar, names)
    except (tarfile.TarError, EOFError) as error:
        raise PullFailed("The bundle is no tar file, is compressed, or is damaged.") from error


def _in_folder(folder: Path, names: dict[str, PublishedNetwork]) -> Carried:
    carried: Carried = {}
    for name, original in names.items():
        file = folder / name
        if file.exists():
            _check_file(original, stat.S_ISREG(file.stat().st_mode), file.stat().st_size)
            carried[original.id] = _opening(file)
    return carried


def _opening(file: Path) -> Callable[[], IO[bytes]]:
    return lambda: file.open("rb")


def _in_tar(tar: tarfile.TarFile, names: dict[str, PublishedNetwork]) -> Carried:
    carried: Carried = {}
    for count, member in enumerate(iter(tar.next, None)):
        if count == MAX_MEMBERS:
            raise PullFailed(f"The bundle has more than {MAX_MEMBERS} members.")
        name = member.name.removeprefix("./")
        if member.isdir() and name in ("", "."):
            continue
        if "/" in name or not member.isreg() or member.issparse():
            raise PullFailed("The bundle has something else in it than plain files: a folder, a link, or a path.")
        if name in names:
            _check_file(names[name], True, member.size)
            carried[names[name].id] = _member(tar, member)
    return carried


def _member(tar: tarfile.TarFile, member: tarfile.TarInfo) -> Callable[[], IO[bytes]]:
    def opened() -> IO[bytes]:
        file = tar.extractfile(member)
        if file is None:
            raise PullFailed("The bundle has something else in it than plain files.")
        return file

    return opened


def _check_file(original: PublishedNetwork, plain: bool, size: int) -> None:
    if not plain or size != original.require_weights().bytes:
        raise PullFailed(f"The bundle's file for {original.name} is not of the published length.")
