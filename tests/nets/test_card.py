"""Cards: valid ones, and the errors of invalid ones."""

import json
from pathlib import Path
from typing import Any

import pytest

from app.errors import NetworkError
from app.nets.card import MAX_RESIZED_SIDE, read_card

GOOD: dict[str, Any] = {
    "id": "tiny",
    "name": "Tiny",
    "family": "Tiny",
    "year": 2026,
    "paper": {"title": "On being tiny", "authors": "A. Person", "url": "https://example.org"},
    "idea": "It is small.",
    "drawback": "It is small.",
    "trained_on": "nothing",
    "input": {
        "width": 8,
        "height": 8,
        "channels": "RGB",
        "mean": [0.0, 0.0, 0.0],
        "std": [1.0, 1.0, 1.0],
        "resize": {"rule": "squash"},
    },
    "labels": "two",
    "licence": "CC0",
    "source": "made here",
    "sha256": "0" * 64,
    "bytes": 1,
}


def written(folder: Path, **changes: Any) -> Path:
    path = folder / "tiny.json"
    path.write_text(json.dumps(GOOD | changes))
    return path


def test_a_valid_card_is_read(tmp_path: Path) -> None:
    card = read_card(written(tmp_path))
    assert card.input.mean == (0.0, 0.0, 0.0)
    assert card.accuracy == ()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"id": "../up"}, "id"),
        ({"sha256": "beef"}, "sha256"),
        ({"colour": "blue"}, "colour"),
        ({"year": "1998"}, "year"),
        ({"year": 0}, "year"),
        ({"name": " "}, "name"),
        ({"input": GOOD["input"] | {"mean": [float("nan"), 0.0, 0.0]}}, "mean"),
        ({"input": GOOD["input"] | {"channels": "grey"}}, "grey takes 1 means"),
        ({"input": GOOD["input"] | {"resize": {"rule": "shorter_side", "to": 10**400}}}, "to"),
        ({"input": GOOD["input"] | {"std": [1.0, 0.0, 1.0]}}, "positive"),
        ({"input": GOOD["input"] | {"resize": {"rule": "shorter_side"}}}, "`to` belongs"),
        ({"input": GOOD["input"] | {"resize": {"rule": "shorter_side", "to": 4}}}, "at least the size"),
        ({"input": GOOD["input"] | {"resize": {"rule": "squash", "margin": 114}}}, "`margin` belongs"),
        ({"input": GOOD["input"] | {"resize": {"rule": "digit"}}}, "`to` belongs"),
        ({"input": GOOD["input"] | {"resize": {"rule": "digit", "to": 4096}}}, "at most the size"),
        ({"input": GOOD["input"] | {"resize": {"rule": "digit", "to": 1}}}, "a digit is grey"),
    ],
)
def test_an_invalid_card_is_refused_with_the_name_of_the_field(
    tmp_path: Path, changes: dict[str, Any], message: str
) -> None:
    with pytest.raises(NetworkError, match=message):
        read_card(written(tmp_path, **changes))


def test_a_file_that_is_not_json_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "tiny.json"
    path.write_text("not JSON")
    with pytest.raises(NetworkError, match=r"tiny\.json"):
        read_card(path)


def test_a_card_needs_only_an_id_a_checksum_and_an_input(tmp_path: Path) -> None:
    path = tmp_path / "tiny.json"
    path.write_text(json.dumps({field: GOOD[field] for field in ("id", "sha256", "input")}))
    card = read_card(path)
    assert card.name == "tiny"
    assert (card.family, card.year, card.paper, card.labels, card.bytes) == (None,) * 5


@pytest.mark.parametrize("field", ["id", "sha256", "input"])
def test_a_card_without_one_of_them_is_refused(tmp_path: Path, field: str) -> None:
    path = tmp_path / "tiny.json"
    path.write_text(json.dumps({name: value for name, value in GOOD.items() if name != field}))
    with pytest.raises(NetworkError, match=f"{field}: Field required"):
        read_card(path)


def test_a_card_says_what_was_read_from_files_and_what_is_a_proposal(tmp_path: Path) -> None:
    finding = {"field": "width", "value": "640", "source": "metadata_props: imgsz"}
    card = read_card(written(tmp_path, findings=[finding], assumed=["mean", "std"]))
    assert [each.model_dump() for each in card.findings] == [finding]
    assert card.assumed == ("mean", "std")


def test_a_card_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(NetworkError, match=r"card gone\.json can't be read"):
        read_card(tmp_path / "gone.json")


def test_the_levels_of_an_input_are_those_of_the_view(tmp_path: Path) -> None:
    normalised = {"scale": 0.5, "mean": [1.0, 2.0, 3.0], "std": [4.0, 5.0, 6.0]}
    spec = read_card(written(tmp_path, input=GOOD["input"] | normalised)).input
    assert (spec.of_levels.scale, spec.of_levels.mean, spec.of_levels.std) == (1, (0, 0, 0), (1, 1, 1))
    assert (spec.of_levels.size, spec.of_levels.resize) == (spec.size, spec.resize)


MEASURED: dict[str, Any] = {"top1": 50.0, "on": "photos", "by": "us", "images": 1}


@pytest.mark.parametrize(
    ("changes", "is_valid"),
    [
        ({"name": "x" * 200}, True),
        ({"name": "x" * 201}, False),
        ({"idea": "x" * 4000}, True),
        ({"idea": "x" * 4001}, False),
        ({"labels": "a" * 64}, True),
        ({"labels": "a" * 65}, False),
        ({"labels": "-a"}, False),
        ({"accuracy": [MEASURED]}, True),
        ({"accuracy": [MEASURED | {"top1": 0.0, "top5": 100.0}]}, True),
        ({"accuracy": [MEASURED | {"top1": -0.1}]}, False),
        ({"accuracy": [MEASURED | {"top5": 100.1}]}, False),
        ({"accuracy": [MEASURED | {"images": 0}]}, False),
    ],
)
def test_what_is_just_within_a_limit_and_just_outside(tmp_path: Path, changes: dict[str, Any], is_valid: bool) -> None:
    if is_valid:
        read_card(written(tmp_path, **changes))
    else:
        with pytest.raises(NetworkError, match=f"tiny.json is invalid: {next(iter(changes))}"):
            read_card(written(tmp_path, **changes))


@pytest.mark.parametrize(
    ("rule", "to", "is_valid"),
    [
        ("shorter_side", 8, True),
        ("shorter_side", 7, False),
        ("shorter_side", MAX_RESIZED_SIDE, True),
        ("shorter_side", MAX_RESIZED_SIDE + 1, False),
        ("digit", 6, True),
        ("digit", 7, False),
        ("letterbox", 8, False),
        ("squash", 8, False),
        ("digit", None, False),
    ],
)
@pytest.mark.parametrize("size", [(8, 6), (6, 8)])
def test_the_side_of_the_resized_picture_fits_the_view(
    tmp_path: Path, rule: str, to: int | None, is_valid: bool, size: tuple[int, int]
) -> None:
    grey = {"channels": "grey", "mean": [0.0], "std": [1e-9], "width": size[0], "height": size[1]}
    path = written(tmp_path, input=GOOD["input"] | grey | {"resize": {"rule": rule, "to": to}})
    if is_valid:
        spec = read_card(path).input
        assert (spec.size, spec.scale, spec.resize.to) == (size[::-1], 1.0, to)
    else:
        with pytest.raises(NetworkError, match="is invalid: input"):
            read_card(path)


@pytest.mark.parametrize(("margin", "is_valid"), [(0, True), (255, True), (-1, False), (256, False), (None, True)])
def test_the_margin_of_a_letterbox_is_a_level(tmp_path: Path, margin: int | None, is_valid: bool) -> None:
    path = written(tmp_path, input=GOOD["input"] | {"resize": {"rule": "letterbox", "margin": margin}})
    if is_valid:
        assert read_card(path).input.resize.margin == margin
    else:
        with pytest.raises(NetworkError, match="margin"):
            read_card(path)
