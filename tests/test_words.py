"""Texts, docstrings and names use the words of the field, not those that `words.txt` lists."""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
TEXTS = ROOT / "templates" / "texts"
CARDS = ROOT / "models"
SCRIPTS = ROOT / "static" / "js"
SECTION = re.compile(r"\[(\w+)\]")


def read_words() -> dict[str, dict[str, str]]:
    """The words of each section, with what to use instead."""
    sections: dict[str, dict[str, str]] = {}
    for line in (ROOT / "tests" / "words.txt").read_text("utf-8").splitlines():
        if heading := SECTION.match(line):
            current = sections.setdefault(heading[1], {})
        elif line and not line.startswith("#"):
            word, _, instead = line.partition(": ")
            current[word] = instead
    return sections


WORDS = read_words()
IN_DOCSTRINGS = WORDS["anywhere"] | WORDS["sentences"]
IN_TEXTS = IN_DOCSTRINGS | WORDS["texts"]
IN_NAMES = WORDS["anywhere"]
WHOLE_NAMES = WORDS["names"]


def faults_of_sentence(sentence: str, words: dict[str, str]) -> Iterator[str]:
    pattern = rf"\b({'|'.join(map(re.escape, words))})\b"
    for match in re.finditer(pattern, " ".join(sentence.split()), re.IGNORECASE):
        yield f"{match[0]!r}, use {words[match[0].lower()]!r}"


def faults_of_name(name: str) -> Iterator[str]:
    parts = [part.lower() for part in re.findall(r"[A-Z]?[a-z0-9]+|[A-Z]+", name)]
    for part in parts:
        if part in IN_NAMES:
            yield f"name {name}, use {IN_NAMES[part]!r}"
    whole = name.strip("_").lower()
    if whole in WHOLE_NAMES:
        yield f"name {name}, use {WHOLE_NAMES[whole]!r}"


def names(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """The names that a module gives: its functions, classes, parameters, variables and fields."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.lineno, node.name
        elif isinstance(node, ast.arg):
            yield node.lineno, node.arg
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.lineno, node.id


def docstrings(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            text = ast.get_docstring(node)
            if text:
                yield getattr(node, "lineno", 1), text


def sentences(entry: object) -> Iterator[str]:
    """The sentences of a catalogue of texts; the names of its entries are no sentences."""
    if isinstance(entry, str):
        yield entry
    elif isinstance(entry, list):
        for each in entry:
            yield from sentences(each)
    elif isinstance(entry, dict):
        for each in entry.values():
            yield from sentences(each)


def relative(path: Path) -> str:
    return str(path.relative_to(ROOT))


def faults_of_module(path: Path) -> Iterator[str]:
    tree = ast.parse(path.read_text("utf-8"))
    for line, name in names(tree):
        yield from (f"{relative(path)}:{line}: {fault}" for fault in faults_of_name(name))
    for line, text in docstrings(tree):
        yield from (f"{relative(path)}:{line}: {fault}" for fault in faults_of_sentence(text, IN_DOCSTRINGS))


def faults_of_script(path: Path) -> Iterator[str]:
    code = re.sub(r"//.*|/\*.*?\*/", "", path.read_text("utf-8"))
    for number, line in enumerate(code.splitlines(), 1):
        for name in re.findall(r"\b(?:const|let|function|class)\s+(\w+)", line):
            yield from (f"{relative(path)}:{number}: {fault}" for fault in faults_of_name(name))


def faults_of_catalogue(path: Path) -> Iterator[str]:
    for sentence in sentences(json.loads(path.read_text("utf-8"))):
        yield from (f"{relative(path)}: {fault} in {sentence!r}" for fault in faults_of_sentence(sentence, IN_TEXTS))


def test_modules_use_the_words_of_the_field() -> None:
    assert [fault for path in sorted((ROOT / "app").rglob("*.py")) for fault in faults_of_module(path)] == []


def test_scripts_use_the_words_of_the_field() -> None:
    assert [fault for path in sorted(SCRIPTS.rglob("*.js")) for fault in faults_of_script(path)] == []


def test_texts_use_the_words_of_the_field() -> None:
    assert [fault for path in sorted(TEXTS.rglob("*.json")) for fault in faults_of_catalogue(path)] == []


def test_cards_use_the_words_of_the_field() -> None:
    cards = [*sorted(CARDS.glob("*.json")), *sorted((CARDS / "originals").glob("*.json"))]
    assert [fault for path in cards for fault in faults_of_catalogue(path)] == []


def test_documents_use_the_words_of_the_field() -> None:
    documents = [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]
    assert [
        f"{relative(path)}: {fault}"
        for path in documents
        for fault in faults_of_sentence(path.read_text("utf-8"), IN_DOCSTRINGS)
    ] == []


@pytest.mark.parametrize("name", ["abreast", "network_twin", "isTapped", "_found"])
def test_an_old_word_in_a_name_is_found(name: str) -> None:
    assert [*faults_of_name(name)]
