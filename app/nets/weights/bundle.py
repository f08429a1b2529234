"""Bundles: weights for machines without internet, as a tar file or a folder, checked like a download."""

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
BundleFiles = dict[str, Callable[[], IO[bytes]]]  # how to open each file of the bundle, by the network's id


def write_bundle(networks: Iterable[PublishedNetwork], store: WeightStore, path: Path) -> None:
    """Write a tar file with the weights of these networks, each as `<id>.onnx`. It appears complete or not at all.

    Raises:
        NotAvailable: some weights are not in the store, or are not what was published.
        OSError: the file can't be written.
    """
    chosen = tuple(networks)
    for network in chosen:
        if not store.is_intact(network.id, network.require_weights()):
            raise network.missing_weights()
    unfinished = path.with_name(f".{path.name}.part")
    try:
        with tarfile.open(unfinished, "w:", format=tarfile.USTAR_FORMAT) as tar:
            for network in chosen:
                member = tarfile.TarInfo(f"{network.id}.onnx")
                member.size, member.mode = network.require_weights().bytes, 0o644
                with store.path(network.id).open("rb") as file:
                    tar.addfile(member, file)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def read_bundle(
    path: Path,
    networks: Iterable[PublishedNetwork],
    store: WeightStore,
    report: Callable[[PublishedNetwork], ProgressReport],
    stop: Stop,
) -> list[str]:
    """Copy the weights of these networks from a bundle, a tar file or a folder, to the store.

    Its files are called `<id>.onnx`, or as on the mirror. Nothing is unpacked: a file with the right name and length is
    read, and kept if its SHA-256 is right.

    Returns:
        The ids of the networks whose weights were in the bundle.

    Raises:
        PullFailed: the bundle can't be read, holds links or paths, or a file in it is not what was published.
        StorageFull: the disk has no room.
    """
    wanted = {network.id: network for network in networks if network.weights is not None}
    with _open(path, wanted.values()) as files:
        for model, file in files.items():
            network = wanted[model]
            weights = network.require_weights()
            with store.partial_file(model, weights, stop, lambda: None) as part:
                if store.is_intact(model, weights):
                    continue
                part.remove()
                store.require_space(weights, part)
                _copy(_pieces(file, network), part, weights, report(network), stop)
                try:
                    store.install(model, weights, part)
                except PullFailed as error:
                    raise PullFailed(f"The bundle's file for {network.name} is not what was published.") from error
        return list(files)


def _copy(pieces: Iterable[bytes], part: PartialFile, weights: Weights, report: ProgressReport, stop: Stop) -> None:
    part.begin("", None)
    copied = 0
    with part.append() as copy:
        for piece in pieces:
            stop.check()
            copy.write(piece)
            copied += len(piece)
            report(DownloadProgress("pulling", copied, weights.bytes))


def _pieces(open_file: Callable[[], IO[bytes]], network: PublishedNetwork) -> Iterator[bytes]:
    """The content of a file of the bundle up to the published length; raises PullFailed if it can't be read."""
    left = network.require_weights().bytes
    try:
        with open_file() as file:
            while left and (piece := file.read(min(PIECE_BYTES, left))):
                yield piece
                left -= len(piece)
    except OSError as error:  # such as of a stick that was pulled out: it is not the folder of weights that fails
        raise PullFailed(f"The bundle's file for {network.name} can't be read.") from error


@contextmanager
def _open(path: Path, networks: Iterable[PublishedNetwork]) -> Iterator[BundleFiles]:
    names = {name: network for network in networks for name in (f"{network.id}.onnx", network.require_weights().file)}
    if path.is_dir():
        yield _in_folder(path, names)
        return
    try:
        with tarfile.open(path, "r:") as tar:
            yield _in_tar(tar, names)
    except (tarfile.TarError, EOFError) as error:
        raise PullFailed("The bundle is not a tar file, is compressed, or is damaged.") from error


def _in_folder(folder: Path, names: dict[str, PublishedNetwork]) -> BundleFiles:
    files: BundleFiles = {}
    for name, network in names.items():
        file = folder / name
        if file.exists():
            _check_file(network, stat.S_ISREG(file.stat().st_mode), file.stat().st_size)
            files[network.id] = _opener(file)
    return files


def _opener(file: Path) -> Callable[[], IO[bytes]]:
    return lambda: file.open("rb")


def _in_tar(tar: tarfile.TarFile, names: dict[str, PublishedNetwork]) -> BundleFiles:
    files: BundleFiles = {}
    for count, member in enumerate(iter(tar.next, None)):
        if count == MAX_MEMBERS:
            raise PullFailed(f"The bundle has more than {MAX_MEMBERS} members.")
        name = member.name.removeprefix("./")
        if member.isdir() and name in ("", "."):
            continue
        if "/" in name or not member.isreg() or member.issparse():
            raise PullFailed("The bundle may only have plain files, and has a folder, a link, or a path.")
        if name in names:
            _check_file(names[name], True, member.size)
            files[names[name].id] = _member_opener(tar, member)
    return files


def _member_opener(tar: tarfile.TarFile, member: tarfile.TarInfo) -> Callable[[], IO[bytes]]:
    def open_member() -> IO[bytes]:
        file = tar.extractfile(member)
        if file is None:
            raise PullFailed("The bundle may only have plain files.")
        return file

    return open_member


def _check_file(network: PublishedNetwork, is_plain: bool, size: int) -> None:
    if not is_plain or size != network.require_weights().bytes:
        raise PullFailed(f"The bundle's file for {network.name} does not have the published length.")
