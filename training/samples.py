"""Makes the sample photos: openly licensed ones that scikit-image and scikit-learn bring, small and with credits."""

import io
import json
import zipfile
from dataclasses import asdict, dataclass
from importlib.resources import files
from pathlib import Path

from PIL import Image

from training.packages import Package, fetch

FOLDER = Path(__file__).parent.parent / "static" / "samples"
MAX_SIDE = 640
QUALITY = 88
PACKAGE = Package(
    name="scikit-learn",
    version="1.9.1",
    archive="scikit_learn-1.9.1-cp311-cp311-manylinux_2_27_x86_64.manylinux_2_28_x86_64.whl",
    sha256="52a0703bbc07ad27f560fa63fa68e4c54dd735bfbbf65b4dd3c225dc7547b6df",
)
IMAGENET = ("squeezenet1_1", "efficientnet_lite0")
CC0 = "CC0 1.0"


@dataclass(frozen=True)
class Sample:
    """A photo, whom it is owed to, and the networks that have a class for what it shows."""

    id: str
    file: str
    title: str
    credit: str
    licence: str
    source: str
    known_to: tuple[str, ...]


# A photo's file in its package, and what is said about it. ImageNet has no class for a person.
SKIMAGE = {
    "chelsea.png": Sample(
        "cat", "cat.jpg", "Chelsea the cat", "Stéfan van der Walt", CC0, "scikit-image, skimage.data.chelsea", IMAGENET
    ),
    "coffee.png": Sample(
        "coffee",
        "coffee.jpg",
        "A cup of coffee",
        "Rachel Michetti, courtesy of Pikolo Espresso Bar",
        CC0,
        "scikit-image, skimage.data.coffee",
        IMAGENET,
    ),
    "camera.png": Sample(
        "cameraman",
        "cameraman.jpg",
        "A photographer and his tripod",
        "Lav Varshney",
        CC0,
        "scikit-image, skimage.data.camera",
        IMAGENET,
    ),
    "rocket.jpg": Sample(
        "rocket",
        "rocket.jpg",
        "Falcon 9 lifting off with DSCOVR",
        "SpaceX",
        "Public domain",
        "scikit-image, skimage.data.rocket",
        IMAGENET,
    ),
    "astronaut.png": Sample(
        "astronaut",
        "astronaut.jpg",
        "Eileen Collins, astronaut",
        "NASA",
        "Public domain",
        "scikit-image, skimage.data.astronaut",
        (),
    ),
}
SKLEARN = {
    "china.jpg": Sample(
        "palace",
        "palace.jpg",
        "A tower of the Summer Palace, Beijing",
        "danielbuechele on Flickr; compressed anew",
        "CC BY 2.0",
        "scikit-learn, sklearn.datasets; https://www.flickr.com/photos/danielbuechele/6061409035/",
        IMAGENET,
    ),
}


def write_sample(photo: bytes, path: Path) -> None:
    """Save a photo as JPEG, its longer side at most MAX_SIDE pixels, without metadata; grey stays grey."""
    with Image.open(io.BytesIO(photo)) as image:
        small = image.convert("L" if image.mode == "L" else "RGB")
    small.thumbnail((MAX_SIDE, MAX_SIDE), Image.Resampling.LANCZOS)
    small.save(path, quality=QUALITY, optimize=True)


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, sample in SKIMAGE.items():
        write_sample(files("skimage").joinpath("data", name).read_bytes(), FOLDER / sample.file)
    with zipfile.ZipFile(fetch(PACKAGE)) as wheel:
        for name, sample in SKLEARN.items():
            write_sample(wheel.read(f"sklearn/datasets/images/{name}"), FOLDER / sample.file)
    samples = [asdict(sample) for sample in (*SKIMAGE.values(), *SKLEARN.values())]
    (FOLDER / "samples.json").write_text(json.dumps(samples, indent=2, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
