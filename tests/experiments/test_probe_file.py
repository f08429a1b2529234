"""The file of a network's probes: what is written is read, and a file that fits another network is refused."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from app.errors import NetworkError, NotAvailable
from app.experiments.probe import LayerProbe
from app.experiments.probe_file import ProbeFolder, Probes, read_probes, rounded, write_probes
from app.nets.network import Network

RNG = np.random.default_rng(3)


def probes_of(network: Network, channels: int = 84) -> Probes:
    means, weights = RNG.standard_normal((2, 10, channels))
    probe = LayerProbe(RNG.random(channels), RNG.random(channels), means, weights, RNG.random(10), 0.75, 0.5)
    return Probes(str(network.card.sha256), 3000, 5000, {"tanh_f6": rounded(probe)})


def test_what_is_written_is_read(lenet: Network, tmp_path: Path) -> None:
    written = probes_of(lenet)
    write_probes(tmp_path / "lenet5.npz", written)
    read = read_probes(tmp_path / "lenet5.npz", lenet)
    assert (read.trained, read.held_out, list(read.layers)) == (3000, 5000, ["tanh_f6"])
    one, other = written.layers["tanh_f6"], read.layers["tanh_f6"]
    assert (one.linear_accuracy, one.nearest_accuracy) == (other.linear_accuracy, other.nearest_accuracy)
    assert (one.weights == other.weights).all()
    assert (one.class_means == other.class_means).all()


def test_a_folder_reads_the_file_of_a_network_once(lenet: Network, tmp_path: Path) -> None:
    folder = ProbeFolder(tmp_path)
    with pytest.raises(NotAvailable, match="has no probes"):
        folder.of(lenet)
    (tmp_path / "probes").mkdir()
    write_probes(tmp_path / "probes" / "lenet5.npz", probes_of(lenet))
    assert folder.of(lenet) is folder.of(lenet)


@pytest.mark.parametrize("other", ["hash", "channels"])
def test_probes_of_another_file_are_refused(lenet: Network, tmp_path: Path, other: str) -> None:
    wrong = replace(probes_of(lenet), network="0" * 64) if other == "hash" else probes_of(lenet, channels=83)
    write_probes(tmp_path / "lenet5.npz", wrong)
    with pytest.raises(NetworkError, match="for another file"):
        read_probes(tmp_path / "lenet5.npz", lenet)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 no archive", b"\x93NUMPY"])
def test_a_broken_file_is_an_error_in_words(lenet: Network, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "lenet5.npz").write_bytes(content)
    with pytest.raises(NetworkError, match="can't be read"):
        read_probes(tmp_path / "lenet5.npz", lenet)
