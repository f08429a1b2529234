"""A form that brings files: they go to disk as they arrive, its fields into memory."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractContextManager, ExitStack, asynccontextmanager
from typing import Protocol, TypeVar

from fastapi import Request
from fastapi.concurrency import contextmanager_in_threadpool
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from app.errors import InvalidRequest, StorageFull

BATCH_BYTES = 1 << 20  # parsed and written at a time, in a thread
MAX_FIELDS = 32
MAX_FIELDS_BYTES = 2_000_000  # of all fields together; twenty thousand labels fit
FORM = "multipart/form-data"


class FileSink(Protocol):
    """A file that is being written."""

    def write(self, data: memoryview) -> None: ...


class FilePlaces(Protocol):
    """Where the files of a form go."""

    def create(self, name: str) -> AbstractContextManager[FileSink]:
        """A new file for what the form calls so; complete at the end of its `with` block. May refuse the name."""


P = TypeVar("P", bound=FilePlaces)


@asynccontextmanager
async def received_form(
    request: Request, open_places: Callable[[int | None], AbstractContextManager[P]]
) -> AsyncIterator[tuple[P, Mapping[str, str]]]:
    """Where the files of the request's form are, and its fields; raises as `receive_form` does.

    `open_places` gets the length of the body, if that is stated. At the end the places are left in a thread: thousands
    of files may have to be deleted.
    """
    length = request.headers.get("content-length")
    async with contextmanager_in_threadpool(open_places(None if length is None else int(length))) as places:
        yield places, await receive_form(request, places)


async def receive_form(request: Request, incoming: FilePlaces) -> Mapping[str, str]:
    """Write the files of the request's form into `incoming` and return its fields by name.

    Raises:
        InvalidRequest: the body is no form, is cut off, or has a field or a file too many.
        StorageFull: the disk has no room.
    """
    with _FileForm(incoming) as form:
        parser = form.parser(request.headers.get("content-type", ""))
        batch = bytearray()
        async for piece in request.stream():
            batch += piece
            if len(batch) >= BATCH_BYTES:
                await asyncio.to_thread(_parse, parser, bytes(batch))
                batch.clear()
        await asyncio.to_thread(_parse, parser, bytes(batch))
        return form.complete()


def _parse(parser: MultipartParser, data: bytes) -> None:
    try:
        parser.write(data)
    except FormParserError as error:
        raise InvalidRequest("The form can't be read.") from error
    except OSError as error:
        raise StorageFull("The server has no space left. Try again later.") from error


class _FileForm:
    """What a form has so far. A file that is not complete at the end of the `with` block is not among the files."""

    def __init__(self, incoming: FilePlaces) -> None:
        self._incoming = incoming
        self._open = ExitStack()
        self._is_complete = False
        self._fields: dict[str, bytearray] = {}
        self._fields_bytes = 0
        self._begin_part()

    def __enter__(self) -> "_FileForm":
        return self

    def __exit__(self, *error: object) -> None:
        self._open.__exit__(InvalidRequest, InvalidRequest("The form is cut off."), None)

    def parser(self, content_type: str) -> MultipartParser:
        kind, options = parse_options_header(content_type)
        if kind.decode("latin-1").lower() != FORM or not options.get(b"boundary"):
            raise InvalidRequest(f"The files are sent as a form, {FORM}.")
        try:
            return MultipartParser(
                options[b"boundary"],
                {
                    "on_part_begin": self._begin_part,
                    "on_header_field": self._add_header_name,
                    "on_header_value": self._add_header_value,
                    "on_header_end": self._end_header,
                    "on_headers_finished": self._begin_content,
                    "on_part_data": self._add_content,
                    "on_part_end": self._end_part,
                    "on_end": self._end,
                },
            )
        except FormParserError as error:
            raise InvalidRequest("The form can't be read.") from error

    def complete(self) -> Mapping[str, str]:
        """The fields of the form; raises InvalidRequest if its end is missing."""
        if not self._is_complete:
            raise InvalidRequest("The form is cut off.")
        return {name: value.decode("utf-8", "replace") for name, value in self._fields.items()}

    def _begin_part(self) -> None:
        self._header_name = self._header_value = b""
        self._disposition = b""
        self._file: FileSink | None = None
        self._field: bytearray | None = None

    def _add_header_name(self, data: bytes, begin: int, end: int) -> None:
        self._header_name += data[begin:end]

    def _add_header_value(self, data: bytes, begin: int, end: int) -> None:
        self._header_value += data[begin:end]

    def _end_header(self) -> None:
        if self._header_name.lower() == b"content-disposition":
            self._disposition = self._header_value
        self._header_name = self._header_value = b""

    def _begin_content(self) -> None:
        _, options = parse_options_header(self._disposition)
        if b"filename" not in options:
            name = options.get(b"name", b"").decode("utf-8", "replace")
            self._field = self._fields.setdefault(name, bytearray())
            if len(self._fields) > MAX_FIELDS:
                raise InvalidRequest(f"The form may have at most {MAX_FIELDS} fields.", max_fields=MAX_FIELDS)
        elif options[b"filename"]:  # a browser sends an empty one where no file is chosen
            name = options[b"filename"].decode("utf-8", "replace")
            self._file = self._open.enter_context(self._incoming.create(name))

    def _add_content(self, data: bytes, begin: int, end: int) -> None:
        if self._file is not None:
            self._file.write(memoryview(data)[begin:end])
        elif self._field is not None:
            self._fields_bytes += end - begin
            if self._fields_bytes > MAX_FIELDS_BYTES:
                raise InvalidRequest(f"The fields of the form may have at most {MAX_FIELDS_BYTES:,} bytes.")
            self._field += data[begin:end]

    def _end_part(self) -> None:
        self._open.close()

    def _end(self) -> None:
        self._is_complete = True
