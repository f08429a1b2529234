"""Makes the sample pictures: openly licensed ones from packages, and our own drawings; small and with credits."""

import io
import json
import subprocess
import tarfile
import zipfile
from argparse import ArgumentParser
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, replace
from functools import partial
from importlib.resources import files
from itertools import chain
from pathlib import Path

import numpy as np
from PIL import Image

from app.nets.catalog import Catalog
from app.nets.network import Network
from app.nets.preprocessing.view import view_of
from app.nets.runtime import Runtime
from app.web.samples import SAMPLES, Sample, read_samples
from app.work.stop import Stop
from training.drawings import digits, machines, outdoors
from training.measure import MODELS
from training.packages import Package, fetch

OPEN_NETWORKS = 9
MAX_SIDE = 640
CLIP_SIDE, PAPER_SIDE = 300, 320  # of clip art and of the paper around it
QUALITY = 88
SCIKIT_LEARN = Package(
    name="scikit-learn",
    version="1.9.1",
    archive="scikit_learn-1.9.1-cp311-cp311-manylinux_2_27_x86_64.manylinux_2_28_x86_64.whl",
    sha256="52a0703bbc07ad27f560fa63fa68e4c54dd735bfbbf65b4dd3c225dc7547b6df",
)
OPENCLIPART = Package(
    name="openclipart-png",
    version="1:0.18+dfsg-19",
    archive="openclipart-png_1%3a0.18+dfsg-19_all.deb",
    sha256="f07f1545a2970c2cf3fa339bc2405da1a95cf2b1827bfa05bf73eb1c20291c02",
)
CC0, PUBLIC = "CC0 1.0", "Public domain"
PHOTOS = {  # by their files in scikit-image. ImageNet has no class for a person
    "chelsea.png": Sample(
        id="cat",
        file="cat.jpg",
        title="Chelsea the cat",
        credit="Stéfan van der Walt",
        licence=CC0,
        source="scikit-image, skimage.data.chelsea",
        classes=("Egyptian cat", "tabby", "tiger cat"),
    ),
    "coffee.png": Sample(
        id="coffee",
        file="coffee.jpg",
        title="A cup of coffee",
        credit="Rachel Michetti, courtesy of Pikolo Espresso Bar",
        licence=CC0,
        source="scikit-image, skimage.data.coffee",
        classes=("espresso", "cup"),
    ),
    "camera.png": Sample(
        id="cameraman",
        file="cameraman.jpg",
        title="A photographer and his tripod",
        credit="Lav Varshney",
        licence=CC0,
        source="scikit-image, skimage.data.camera",
        classes=("tripod",),
    ),
    "rocket.jpg": Sample(
        id="rocket",
        file="rocket.jpg",
        title="Falcon 9 lifting off with DSCOVR",
        credit="SpaceX",
        licence=PUBLIC,
        source="scikit-image, skimage.data.rocket",
        classes=("missile", "projectile"),
    ),
    "astronaut.png": Sample(
        id="astronaut",
        file="astronaut.jpg",
        title="Eileen Collins, astronaut",
        credit="NASA",
        licence=PUBLIC,
        source="scikit-image, skimage.data.astronaut",
        classes=(),
    ),
}
PALACE = Sample(
    id="palace",
    file="palace.jpg",
    title="A tower of the Summer Palace, Beijing",
    credit="danielbuechele on Flickr; compressed anew",
    licence="CC BY 2.0",
    source="scikit-learn, sklearn.datasets; https://www.flickr.com/photos/danielbuechele/6061409035/",
    classes=("palace",),
)
CLIP_ART = {  # by their files in the Open Clip Art Library; with the colour to lay them on
    "animals/mammals/dogs/bored_dog_01.png": (
        Sample(
            id="springer",
            file="springer.jpg",
            title="A springer's head, painted",
            credit="Jose Hevia",
            licence=PUBLIC,
            source="Open Clip Art Library, Debian's openclipart-png",
            classes=("English springer",),
        ),
        (70, 120, 60),
    ),
    "recreation/music/french_horn_ganson.png": (
        Sample(
            id="french-horn",
            file="french-horn.jpg",
            title="A French horn, drawn",
            credit="Gerald G.",
            licence=PUBLIC,
            source="Open Clip Art Library, Debian's openclipart-png",
            classes=("French horn",),
        ),
        (120, 30, 40),
    ),
}


def drawn(file: str, title: str, label: str) -> Sample:
    """A sample that a script of ours draws."""
    authors, script = "The ConvScope authors", "drawn by training/drawings"
    return Sample(file.replace("/", "-"), f"{file}.jpg", title, authors, CC0, script, (label,))


DRAWINGS: tuple[tuple[Sample, Callable[[], Image.Image]], ...] = (
    (drawn("church", "A church, drawn", "church"), outdoors.church),
    (drawn("golf-ball", "A golf ball, drawn", "golf ball"), outdoors.golf_ball),
    (drawn("parachute", "A parachute, drawn", "parachute"), outdoors.parachute),
    (drawn("garbage-truck", "A garbage truck, drawn", "garbage truck"), machines.garbage_truck),
    (drawn("gas-pump", "A gas pump, drawn", "gas pump"), machines.gas_pump),
    (drawn("cassette-player", "A cassette player, drawn", "cassette player"), machines.cassette_player),
)
DIGITS = tuple(
    (drawn(f"digits/{digit}", f"A written {digit}", str(digit)), partial(digits.written_digit, digit))
    for digit in (3, 7, 5, 0, 4, 2, 8, 6, 9, 1)
)


def from_scikit_image() -> Iterator[tuple[Sample, Image.Image]]:
    for name, sample in PHOTOS.items():
        yield sample, Image.open(io.BytesIO(files("skimage").joinpath("data", name).read_bytes()))


def from_scikit_learn() -> Iterator[tuple[Sample, Image.Image]]:
    with zipfile.ZipFile(fetch(SCIKIT_LEARN)) as wheel:
        yield PALACE, Image.open(io.BytesIO(wheel.read("sklearn/datasets/images/china.jpg")))


def from_clip_art() -> Iterator[tuple[Sample, Image.Image]]:
    """The clip art, each on paper of its colour."""
    command = ["dpkg-deb", "--fsys-tarfile", str(fetch(OPENCLIPART))]
    archive = subprocess.run(command, check=True, capture_output=True).stdout  # noqa: S603 - of constants
    with tarfile.open(fileobj=io.BytesIO(archive)) as packed:
        for name, (sample, colour) in CLIP_ART.items():
            content = packed.extractfile(f"./usr/share/openclipart/png/{name}")
            if content is None:
                raise ValueError(f"{OPENCLIPART.archive} has no {name}")
            clip = Image.open(io.BytesIO(content.read())).convert("RGBA")
            clip.thumbnail((CLIP_SIDE, CLIP_SIDE), Image.Resampling.LANCZOS)
            paper = Image.new("RGBA", (PAPER_SIDE, PAPER_SIDE), colour)
            paper.alpha_composite(clip, ((PAPER_SIDE - clip.width) // 2, (PAPER_SIDE - clip.height) // 2))
            yield sample, paper


def write_sample(picture: Image.Image, path: Path) -> None:
    """Save a picture as JPEG, its longer side at most MAX_SIDE pixels, without metadata; grey stays grey."""
    small = picture.convert("L" if picture.mode == "L" else "RGB")
    small.thumbnail((MAX_SIDE, MAX_SIDE), Image.Resampling.LANCZOS)
    small.save(path, quality=QUALITY, optimize=True)


def measured(sample: Sample, networks: Iterable[Network]) -> Sample:
    """The sample with the networks that have a class for it and predict another one."""
    rgb = np.asarray(Image.open(SAMPLES / sample.file).convert("RGB"))
    mistaken = []
    for network in networks:
        best = network.classify(view_of(rgb, network.card.input), Stop()).scores.argmax()
        if sample.is_known_to(network) and network.labels[best] not in sample.classes:
            mistaken.append(network.id)
    return replace(sample, mistaken_by=tuple(mistaken))


def measure_all(samples: Iterable[Sample]) -> None:
    """Classify samples whose pictures are written with every network that ships, and write `samples.json`."""
    shipped = Catalog(MODELS, Runtime("cpu", "cpu", threads=2), OPEN_NETWORKS)
    networks = [network for network in shipped if network.has_weights]
    entries = [asdict(measured(sample, networks)) for sample in samples]
    (SAMPLES / "samples.json").write_text(json.dumps(entries, indent=2, ensure_ascii=False) + "\n")


def main() -> None:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--keep", action="store_true", help="keep the pictures, and classify them once more")
    if parser.parse_args().keep:
        measure_all(replace(sample, mistaken_by=()) for sample in read_samples(SAMPLES / "samples.json"))
        return
    (SAMPLES / "digits").mkdir(parents=True, exist_ok=True)
    drawings, written = (((sample, draw()) for sample, draw in ours) for ours in (DRAWINGS, DIGITS))
    sources = (from_scikit_image(), from_scikit_learn(), drawings, from_clip_art(), written)
    samples = []
    for sample, picture in chain.from_iterable(sources):
        write_sample(picture, SAMPLES / sample.file)
        samples.append(sample)
    measure_all(samples)


if __name__ == "__main__":
    main()
