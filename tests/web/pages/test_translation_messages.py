"""The messages of errors that a page can show: each that stands in the code has its translation."""

import ast
import html
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import httpx
import pytest
from pydantic import ValidationError

from app.attribution.registry import METHODS
from app.engine.jobs.process import RESUME
from app.engine.jobs.runner import ENDINGS, LATE, NO_PROCESS
from app.errors import ConvScopeError, InvalidRequest
from app.images.formats.signatures import detect_format, unsupported_format
from app.web.pages.comparison.address import MAX_NETWORKS, ComparisonAddress
from app.web.pages.translation import Translation, read_sentences
from app.web.texts import FIRST_LANGUAGE, LANGUAGES

APP = Path(__file__).parents[3] / "app"
SHOWN = (
    "attribution",
    "engine",
    "experiments",
    "gradients",
    "images",
    "jobs",
    "lessons",
    "nets",
    "web/edge",
    "web/pages",
    "work",
)  # what pages ask of
EXPORT = APP / "nets" / "serving"  # of a command, which speaks English
PLACE = "Qx"  # stands for any value
COMPOSED = {  # of parts that are messages themselves
    "Qx has no parameter `Qx`.Qx",
    "Qx Qx.",
    "None of the files can be read. Qx",
    "QxQx; send Qx.",
    "The job has no resultQx.",
    "The file Qx, the labelsQx name Qx classes.",
    "The upload Qx whose name ends in Qx: it needs one.",
    "`Qx` is Qx number from Qx to Qx.",
}
COMMANDS = "The bundle"  # begins the messages of another command
GERMAN = Translation("de", read_sentences("de"))
OTHERS = [Translation(each, read_sentences(each)) for each in LANGUAGES if each != FIRST_LANGUAGE]


def subclasses(kind: type[ConvScopeError]) -> Iterator[type[ConvScopeError]]:
    for each in kind.__subclasses__():
        yield each
        yield from subclasses(each)


def text_of(node: ast.expr) -> str | None:
    """A text as it stands in the code, with `PLACE` for what is filled in; None of what is no text."""
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=parts):
            return "".join(str(part.value) if isinstance(part, ast.Constant) else PLACE for part in parts)
    return None


def calls(*folders: str) -> Iterator[tuple[str, list[str]]]:
    """Each call of a name, with the texts among its arguments."""
    for path in (path for folder in folders for path in (APP / folder).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and path.parent != EXPORT:
                name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                yield name, [text for argument in node.args if (text := text_of(argument)) is not None]


def messages_by_name(*folders: str) -> Iterator[str]:
    """Each message that has a name before an error is made of it."""
    for path in (path for folder in folders for path in (APP / folder).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            match node:
                case ast.Assign(targets=[ast.Name(id="why" | "message")], value=value) if path.parent != EXPORT:
                    yield from filter(None, [text_of(value)])


@pytest.mark.parametrize("translation", OTHERS)
def test_every_message_has_a_translation(translation: Translation) -> None:
    import_module("app.main")  # and so all modules that define errors
    errors = {each.__name__ for each in subclasses(ConvScopeError)}
    messages = {texts[0] for name, texts in calls(*SHOWN) if name in errors and texts}
    messages = (messages | {*messages_by_name(*SHOWN, "arithmetic")}) - COMPOSED
    shown = sorted(message for message in messages if not message.startswith(COMMANDS))
    assert [message for message in shown if translation.find(message) is None] == []


@pytest.mark.parametrize(
    ("problems", "translated"),
    [
        (["huggingface.co can't be reached"], "huggingface.co ist nicht erreichbar"),
        (
            ["huggingface.co answers 404", "mirror.example stalled"],
            "huggingface.co antwortet mit 404; mirror.example sendet nichts mehr",
        ),
        (
            ["the name a.example is unknown", "b.example sends the file compressed", "the address is not a valid one"],
            "der Name a.example ist unbekannt; b.example sendet die Datei komprimiert; die Adresse ist ungültig",
        ),
    ],
)
def test_why_no_mirror_has_the_weights_is_said_in_german(problems: list[str], translated: str) -> None:
    message = f"The weights of VGG-16 could not be downloaded: {'; '.join(problems)}."
    begin = "Die Gewichte von VGG-16 konnten nicht heruntergeladen werden:"
    assert GERMAN.translate(message) == f"{begin} {translated}."


@pytest.mark.parametrize("translation", OTHERS)
def test_why_a_picture_is_refused_has_a_translation(translation: Translation) -> None:
    reasons = [texts for name, texts in calls("images", "sandbox") if name in ("broken_picture", "unsupported_format")]
    whys = {text for texts in reasons for text in texts if " " in text and not text.endswith(PLACE)}
    assert sorted(why for why in whys if translation.find(why) is None) == []


@pytest.mark.parametrize("translation", OTHERS)
def test_why_an_operator_has_no_gradient_has_a_translation(translation: Translation) -> None:
    whys = {text for name, texts in calls("gradients") if name == "refusal" for text in texts}
    assert sorted(why for why in whys if translation.find(why) is None) == []


def test_an_id_is_not_taken_for_a_number_of_a_lesson() -> None:
    assert GERMAN.translate("There is no lesson with this id.") == "Eine Lektion mit dieser Kennung gibt es nicht."


def test_no_part_of_why_a_network_has_no_gradient_stays_english() -> None:
    message = "There is no gradient through the Gather operator pick: {}."
    translated = "Durch den Operator Gather (pick) gibt es keinen Gradienten: Er wird nicht unterstützt."
    assert GERMAN.translate(message.format("this operator is not supported")) == translated
    nameless = GERMAN.translate("There is no gradient through a Gather operator: its mask is used.")
    assert nameless == "Durch einen Operator Gather gibt es keinen Gradienten: Seine Maske wird verwendet."


@pytest.mark.parametrize("translation", OTHERS)
def test_why_labels_do_not_fit_a_file_has_a_translation(translation: Translation) -> None:
    for given, name in (("gives 10 scores", ""), ("gives 3 x 4 = 12 values", " digits")):
        found = translation.find(f"The file {given}, the labels{name} name 9 classes.")
        assert found is not None
        assert "gives" not in found
        assert "name 9" not in found


@pytest.mark.parametrize(
    ("text", "translated"),
    [
        ("conv, channel 3", "conv, Kanal 3"),
        (
            "graph: Sub, Div: its means are in this order",
            "Graph: Sub, Div; die Mittelwerte stehen in dieser Reihenfolge",
        ),
        ("graph: Mul; config.json states 3", "Graph: Mul; config.json gibt 3 an"),
        (
            "The input is invalid: standard deviations are positive.",
            "Ungültig (Eingabe): Standardabweichungen sind positiv.",
        ),
        (
            "The input is invalid: width: Input should be less than or equal to 4096.",
            "Ungültig (Eingabe): Breite: höchstens 4096.",
        ),
        ("LeNet-5 has no such layer. This is another one.", "LeNet-5 hat keine solche Schicht. Dies ist eine andere."),
    ],
)
def test_no_part_of_a_text_stays_english(text: str, translated: str) -> None:
    assert GERMAN.translate(text) == translated


@pytest.mark.parametrize("translation", OTHERS)
def test_why_a_job_has_ended_has_a_translation(translation: Translation) -> None:
    ends = [f"The process of this job {how}" for how in ("did not end.", "ended because of an error.")]
    ends += ["The process of this job was ended by signal 9 (SIGKILL)."]
    ends = [ENDINGS.format(count=3), LATE.format(seconds=300.0), NO_PROCESS, *(f"{end} {RESUME}" for end in ends)]
    for message in ends:
        assert translation.find(message) is not None, message


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"no picture", "Dies ist kein bekanntes Bildformat; senden Sie JPEG, "),
        (b"%PDF-1.7", "Dies ist anscheinend PDF; senden Sie JPEG, "),
    ],
)
def test_a_file_that_is_no_picture_is_refused_in_german(data: bytes, message: str) -> None:
    with pytest.raises(ConvScopeError) as refused:
        detect_format(data)
    translated = GERMAN.translate(refused.value.message)
    assert translated.startswith(message)
    assert " oder " in translated
    why = unsupported_format("HEIC", "the extra `heic` of ConvScope is not installed").message
    assert "was hier nicht gelesen werden kann: Die Erweiterung" in GERMAN.translate(why)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"sampels": "9"}, "SmoothGrad hat keinen Parameter `sampels`. Meinten Sie `samples`?"),
        ({"samples": "0"}, "`samples` ist eine ganze Zahl von 1 bis 500."),
        ({"noise": "-1"}, "`noise` ist eine Zahl von 0 bis 1."),
    ],
)
def test_what_is_wrong_with_a_parameter_is_said_in_german(options: dict[str, str], message: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        METHODS["smoothgrad"].options(options)
    assert GERMAN.translate(refused.value.message) == message


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("top_k=x", "Der Parameter top_k muss eine ganze Zahl sein."),
        ("top_k=0", "Der Parameter top_k muss mindestens 1 sein."),
        ("overlay=2", "Der Parameter overlay darf höchstens 1 sein."),
        ("overlay=x", "Der Parameter overlay muss eine Zahl sein."),
        ("path=x", "Der Parameter path muss 1 oder 0 sein."),
        ("map=x", "Der Parameter map muss 'none' oder 'large' sein."),
        ("cell=x", r"Der Parameter cell hat nicht die Form '^\d{1,5},\d{1,5}$'."),
        (f"why={'x' * 201}", "Der Parameter why darf höchstens 200 Zeichen haben."),
    ],
)
def test_a_parameter_of_an_address_that_is_wrong_is_said_in_german(
    site: httpx.Client, query: str, message: str
) -> None:
    answer = site.get(f"/?model=lenet5&{query}", headers={"Accept-Language": "de"})
    assert answer.status_code == 422
    assert message in html.unescape(answer.text)


def test_how_many_networks_stand_side_by_side_is_said_in_german() -> None:
    with pytest.raises(ValidationError) as refused:
        ComparisonAddress(models=["a", "b", "c", "d"])
    message = refused.value.errors()[0]["msg"].removeprefix("Value error, ")
    assert GERMAN.find(f"query.models: {message}") == f"Nebeneinander stehen höchstens {MAX_NETWORKS} Netze."


def test_a_message_with_more_places_is_not_taken_for_one_with_fewer() -> None:
    translated = GERMAN.translate("`deviation` of `noise` is a number from 0 to 128.")
    assert translated == "`deviation` von `noise` ist eine Zahl von 0 bis 128."
