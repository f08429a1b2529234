"""The translations of what pages take from cards, methods, samples and errors."""

import json
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.arithmetic.registry import work
from app.arithmetic.working import Operation
from app.attribution.registry import METHODS
from app.errors import NetworkError, NoWorking
from app.sandbox.checks.file_kind import OTHERS, check_is_onnx
from app.sandbox.gate import GateLimits, check_file
from app.sandbox.program import network_crash
from app.web.pages.translation import Translation, read_sentences
from app.web.texts import FIRST_LANGUAGE, LANGUAGES, TEXTS
from tests.sandbox.hostile.corpus import Hostile
from tests.sandbox.hostile.networks import HOSTILE

ROOT = Path(__file__).parents[3]
OTHER_LANGUAGES = [language for language in LANGUAGES if language != FIRST_LANGUAGE]
FILES = sorted(TEXTS.glob("*/sentences/*.json"))
CARDS = [*(ROOT / "models").glob("*.json"), *(ROOT / "models" / "originals").glob("*.json")]
SENTENCES = {
    "The layer has {count} channels.": "Die Schicht hat {count} Kanäle.",
    "{one} compared with {other}": "{one} verglichen mit {other}",
    "Two sentences: `one`. And another.": "Zwei Sätze: `einer`. Und noch einer.",
    "A third.": "Ein dritter.",
    "top-1": "Top-1",
}
GERMAN = Translation("de", SENTENCES)


@pytest.mark.parametrize(
    ("text", "translation"),
    [
        ("A third.", "Ein dritter."),
        ("The layer has 1,024 channels.", "Die Schicht hat 1\N{NARROW NO-BREAK SPACE}024 Kanäle."),
        ("The layer has 2.5 channels.", "Die Schicht hat 2,5 Kanäle."),
        ("top-1 compared with a cat", "Top-1 verglichen mit a cat"),
        ("A third. Two sentences: `one`. And another.", "Ein dritter. Zwei Sätze: `einer`. Und noch einer."),
    ],
)
def test_a_text_is_translated_sentence_by_sentence(text: str, translation: str) -> None:
    assert GERMAN.translate(text) == translation


def test_a_text_with_a_part_that_has_no_translation_stays_english_and_says_so() -> None:
    assert GERMAN.find("A third. Unknown.") is None
    assert GERMAN.translate("A third. Unknown.") == "A third. Unknown."
    assert GERMAN.translate_prose("A third. <Unknown>.") == '<span lang="en">A third. &lt;Unknown&gt;.</span>'


@pytest.mark.parametrize("turn", [1, -1])
def test_of_two_sentences_that_fit_the_one_that_says_more_is_taken(turn: int) -> None:
    sentences = [("{layer} has {count} channels.", "{layer} hat {count} Kanäle."), *SENTENCES.items()][::turn]
    assert Translation("de", dict(sentences)).translate("The layer has 3 channels.") == "Die Schicht hat 3 Kanäle."


def test_a_made_up_text_that_almost_fits_a_sentence_is_told_at_once() -> None:
    epochs = "Epochs: {a} at {b} pixels, {c} at {d} pixels, {e} at {f} pixels, {g} at {h} pixels."
    translation = Translation("de", {epochs: epochs.replace("at", "bei")})
    assert translation.find("Epochs: " + "1 at 2 pixels, " * 1000) is None
    assert translation.find(f"Epochs: {', '.join(['1 at 2 pixels'] * 4)}.") is not None
    nested = " compared with ".join(["top-1"] * 1000)
    assert GERMAN.translate(nested) == nested.replace("compared", "verglichen", 1).replace("with", "mit", 1).replace(
        "top", "Top", 1
    )


def test_prose_has_its_code_marked() -> None:
    assert "<code>einer</code>" in GERMAN.translate_prose("Two sentences: `one`. And another.")


def test_english_stays_as_it_is() -> None:
    assert Translation(FIRST_LANGUAGE, {}).translate_prose("A third.") == "A third."


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parts[-3]}-{path.stem}")
def test_a_translation_has_the_places_and_the_code_of_its_sentence(path: Path) -> None:
    for sentence, translation in json.loads(path.read_text("utf-8")).items():
        assert sorted(re.findall(r"\{\w+\}", sentence)) == sorted(re.findall(r"\{\w+\}", translation)), sentence


@pytest.mark.parametrize("language", OTHER_LANGUAGES)
def test_every_sentence_of_the_cards_the_methods_and_the_samples_is_translated(language: str) -> None:
    translation = Translation(language, read_sentences(language))
    assert [
        text for text in sorted({*card_prose(), *method_prose(), *sample_prose()}) if not translation.find(text)
    ] == []


@pytest.mark.parametrize("language", OTHER_LANGUAGES)
@pytest.mark.parametrize("op", ["Det", "Conv"])  # of one there is no working, of the other not without inputs
def test_why_a_number_has_no_working_is_translated(language: str, op: str) -> None:
    with pytest.raises(NoWorking) as error:
        work(Operation(op, 17, {}, (), ()), (0, 0, 0, 0))
    translated = Translation(language, read_sentences(language)).find(str(error.value))
    assert translated is not None
    assert op in translated


@pytest.mark.parametrize(
    "remark",
    [
        "The input im_shape is the size of the image, 8 and 6.",
        "The input im_info is the size of the image and a scale, 8, 6 and 1.",
        "The input score_threshold is set to 0.25.",
        "The input h0 is filled with zeros.",
        "The input position_ids is the number of each place, from 0 on.",
        "The network computes in bfloat16, float64. Its values here are computed in float32, from the same weights.",
        "The inputs h0, c0 are filled with zeros.",
        "The layers within Loop loop are not shown: they run on a condition or repeatedly.",
        "The layers within If a, If b and 12 more are not shown: they run on a condition or repeatedly.",
        "The values of one, two and 12 more are the whole numbers of a quantised network: each stands for the "
        "difference to the zero point, times the scale.",
        "Not shown, as their size depends on the image or they give no numbers: NonMaxSuppression nms.",
        "Not shown, as their size depends on the image or they give no numbers: NonZero, Gather and 3 more.",
        "The layers of the network do not fit images of 6 x 12 pixels: the sizes at Concat join do not go together.",
    ],
)
def test_what_of_a_file_is_not_as_one_would_think_is_translated(remark: str) -> None:
    translated = Translation("de", read_sentences("de")).find(remark)
    assert translated is not None
    assert not re.search(r"\b(the|and|is|are)\b", translated.replace("im_shape", ""))


def card_prose() -> Iterator[str]:
    for path in CARDS:
        card: dict[str, Any] = json.loads(path.read_text("utf-8"))
        for part in (card, card.get("weights") or {}):
            yield from (part[name] for name in ("idea", "drawback", "trained_on", "source") if part.get(name))
            yield from part.get("notes", ())
            yield from (accuracy[name] for accuracy in part.get("accuracy", ()) for name in ("on", "by"))


def method_prose() -> Iterator[str]:
    for method in METHODS.values():
        yield method.idea
        yield from (parameter.description for parameter in method.parameters)


def sample_prose() -> Iterator[str]:
    samples = json.loads((ROOT / "static" / "samples" / "samples.json").read_text("utf-8"))
    yield from (sample["title"] for sample in samples)


def refusal_of(hostile: Hostile) -> str:
    """What the gate says of a hostile file."""
    with tempfile.TemporaryDirectory() as folder:
        own = Path(folder) / "own"
        own.mkdir()
        with pytest.raises(NetworkError) as refused:
            check_file(hostile.build(own), GateLimits())
    return refused.value.message


def messages_of_own_networks() -> Iterator[str]:
    """What is wrong with a network of one's own, in the words of the modules that say so."""
    yield from (network_crash(request, number).message for request in ("open", "infer", "run") for number in (0, 6))
    yield from (refusal_of(hostile) for hostile in HOSTILE if hostile.refusal is not None)
    for start in OTHERS:
        with pytest.raises(NetworkError) as refused:
            check_is_onnx(start)
        yield refused.value.message


@pytest.mark.parametrize("language", OTHER_LANGUAGES)
def test_what_is_wrong_with_an_own_network_is_translated(language: str) -> None:
    translation = Translation(language, read_sentences(language))
    assert [text for text in messages_of_own_networks() if not translation.find(text)] == []
