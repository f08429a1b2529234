"""ImageNet's names are written in order, and two classes never share one."""

from pathlib import Path

import pytest

from training.labels import labels


def write(folder: Path, *names: str) -> Path:
    path = folder / "classes.csv"
    path.write_text("index,wnid,name\n" + "".join(f"{i},n0,{name}\n" for i, name in enumerate(names)))
    return path


def test_names_keep_their_order(tmp_path: Path) -> None:
    assert labels(write(tmp_path, "tench", "goldfish")) == ["tench", "goldfish"]


def test_two_alike_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="two classes have one name"):
        labels(write(tmp_path, "Crane", "crane"))


def test_the_two_cranes_are_told_apart(tmp_path: Path) -> None:
    names = [f"class {index}" for index in range(1000)]
    names[134] = names[517] = "crane"
    found = labels(write(tmp_path, *names))
    assert (found[134], found[517]) == ("crane (bird)", "crane (machine)")
