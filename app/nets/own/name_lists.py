"""Lists of class names as files and metadata hold them: lines, JSON, or a literal of Python."""

import ast
import json
import re
from collections.abc import Mapping, Sequence

from app.nets.own.stated_facts import MAX_LABELS, label_tuple

MAX_TEXT_BYTES = 8_000_000
STRING = r"""(?:'(?:[^'\\\n]|\\.)*+'|"(?:[^"\\\n]|\\.)*+")"""
ENTRY = rf"\s*+\d{{1,6}}\s*+:\s*+{STRING}\s*+"
# A dict from numbers to strings or a list of strings, and nothing else: what is evaluated is flat.
NUMBERED_STRINGS, STRINGS = rf"\{{{ENTRY}(?:,{ENTRY})*+,?\s*+\}}", rf"\[\s*+{STRING}\s*+(?:,\s*+{STRING}\s*+)*+,?\s*+\]"
LITERAL = re.compile(rf"\s*+(?:{NUMBERED_STRINGS}|{STRINGS})\s*+")
SYNSET_ID = re.compile(r"n\d{8}")
NUMBERED = re.compile(r"(\d{1,6})(?:\s*[:,;\t]\s*|\s+)(\S.*)")
PLACEHOLDER = re.compile(r"LABEL_\d+")


def read_lines(text: str) -> tuple[str, ...]:
    """One name a line; without the synset that begins every line, and without its number if the lines are counted."""
    lines = [line.strip() for line in text.splitlines()]
    while lines and not lines[-1]:
        lines.pop()
    if not lines or len(lines) > MAX_LABELS:
        return ()
    return label_tuple(_without_numbers(_without_synsets(lines)))


def read_names(text: str) -> tuple[str, ...]:
    """The names in JSON or in a literal of Python; none if it holds something else."""
    if len(text) > MAX_TEXT_BYTES:
        return ()
    if LITERAL.fullmatch(text):
        try:
            return names_of(ast.literal_eval(text.strip()))
        except (ValueError, SyntaxError, MemoryError):  # such as an escape that stands for no character
            return ()
    try:
        return names_of(json.loads(text))
    except (ValueError, RecursionError):
        return ()


def names_of(value: object) -> tuple[str, ...]:
    """The names in a list, in a mapping from each index to a name, or in one from each name to its index.

    A name may come with its synset, `["n01440764", "tench"]`. Placeholders, "LABEL_0", are no names.
    """
    if isinstance(value, Mapping) and value:
        numbered = {str(key): _name(entry) for key, entry in value.items()}
        if set(numbered) != set(map(str, range(len(numbered)))):  # from names to indices
            numbered = {str(entry): str(key) for key, entry in value.items()}
        if set(numbered) != set(map(str, range(len(numbered)))):
            return ()
        names = [numbered[str(index)] for index in range(len(numbered))]
    elif isinstance(value, Sequence) and not isinstance(value, str | bytes):
        names = [_name(entry) for entry in value]
    else:
        return ()
    if None in names or all(PLACEHOLDER.fullmatch(str(name)) for name in names):
        return ()
    return label_tuple(names)


def _name(entry: object) -> str | None:
    if isinstance(entry, list) and len(entry) == 2 and SYNSET_ID.fullmatch(str(entry[0])):
        entry = entry[1]
    return entry if isinstance(entry, str) else None


def _without_synsets(lines: list[str]) -> list[str]:
    parts = [line.partition(" ") if " " in line else line.partition("\t") for line in lines]
    if all(SYNSET_ID.fullmatch(identity) and name.strip() for identity, _, name in parts):
        return [name.strip() for _, _, name in parts]
    return lines


def _without_numbers(lines: list[str]) -> list[str]:
    matches = [NUMBERED.fullmatch(line) for line in lines]
    names = [match[2] for index, match in enumerate(matches) if match and int(match[1]) == index]
    return names if len(names) == len(lines) else lines
