"""Writes the readable names of ImageNet's 1,000 classes as a list, in order and no two alike.

`python -m training.labels classes.csv`, a CSV with the columns index and name.
"""

import csv
import json
from argparse import ArgumentParser
from pathlib import Path

LABELS = Path(__file__).parent.parent / "models" / "labels" / "imagenet1k.json"

# ImageNet's own lists call two classes by one name; WordNet's second names tell them apart.
CLEARER = {
    134: "crane (bird)",
    517: "crane (machine)",
    264: "Cardigan (Welsh corgi)",
    474: "cardigan (garment)",
    638: "maillot (tights)",
    639: "maillot (swimsuit)",
}


def labels(classes: Path) -> list[str]:
    """One name per class.

    Raises:
        ValueError: the classes are not in order, or two have one name even without regard to case.
    """
    with classes.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    if [int(row["index"]) for row in rows] != list(range(len(rows))):
        raise ValueError("the classes are not in order")
    names = [CLEARER.get(index, row["name"]) for index, row in enumerate(rows)]
    if len({name.casefold() for name in names}) < len(names):
        raise ValueError("two classes have one name")
    return names


def main() -> None:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("classes", type=Path)
    names = labels(parser.parse_args().classes)
    LABELS.write_text(json.dumps(names, indent=0, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    main()
