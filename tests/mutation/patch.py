"""A mutant inside of functions, put in place of the original where that is already imported."""

import gc
import sys
from collections.abc import Iterator, Mapping
from inspect import CO_OPTIMIZED
from pathlib import Path
from types import CodeType, FrameType, FunctionType
from warnings import catch_warnings, simplefilter


class Calls:
    """The functions of a folder that are called: what they gave may have been kept."""

    def __init__(self, folder: str) -> None:
        self.folder = folder
        self.codes: dict[int, CodeType] = {}  # by identity: to hash code takes long

    def __enter__(self) -> "Calls":
        sys.settrace(self._note)
        return self

    def __exit__(self, *_: object) -> None:
        sys.settrace(None)

    def _note(self, frame: FrameType, event: str, argument: object) -> None:
        code = frame.f_code
        if id(code) not in self.codes and code.co_filename.startswith(self.folder):
            self.codes[id(code)] = code


def changes(request: Mapping[str, str]) -> dict[CodeType, CodeType] | None:
    """The code of each function that differs, and what it becomes. None if more differs than functions."""
    path = str(Path(request["path"]).absolute())
    with catch_warnings():
        simplefilter("ignore", SyntaxWarning)  # pytest makes it an error, which would end the process
        old, new = (compile(request[name], path, "exec", dont_inherit=True) for name in ("original", "mutant"))
    try:
        pairs = list(_pairs(old, new))
    except ValueError:  # one has more functions than the other
        return None
    if any(not one.co_flags & CO_OPTIMIZED and _own(one) != _own(other) for one, other in pairs):
        return None  # a line of a module or of a class
    return {one: other for one, other in pairs if one.co_flags & CO_OPTIMIZED and one != other}


def patch(changed: dict[CodeType, CodeType]) -> None:
    """Give all functions of this process their changed code."""
    gc.unfreeze()  # else those that are kept for good would not be found
    files = {code.co_filename for code in changed}  # code of other files may be equal
    for each in gc.get_objects():
        if isinstance(each, FunctionType) and each.__code__.co_filename in files:
            each.__code__ = changed.get(each.__code__, each.__code__)


def _pairs(old: CodeType, new: CodeType) -> Iterator[tuple[CodeType, CodeType]]:
    yield old, new
    for one, other in zip(_inner(old), _inner(new), strict=True):
        yield from _pairs(one, other)


def _inner(code: CodeType) -> list[CodeType]:
    return [each for each in code.co_consts if isinstance(each, CodeType)]


def _own(code: CodeType) -> tuple[object, ...]:
    """What a function does, apart from the functions in it. 0 and 0.0, and 0.0 and -0.0, are not the same constant."""
    constants = [repr(each) for each in code.co_consts if not isinstance(each, CodeType)]
    return code.co_code, constants, code.co_names, code.co_varnames, code.co_freevars, code.co_exceptiontable
