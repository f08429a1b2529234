"""The form without scripts that adds a picture to a page: a file, or one of the samples."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any, Protocol

from fastapi import Depends, File, Form, Response, UploadFile

from app.errors import ConvScopeError, InvalidRequest
from app.web.deps import Client, TheClient
from app.web.pages.components import Notice
from app.web.pages.language import site_for
from app.web.samples import SAMPLES


class LinkedAddress(Protocol):
    """The state of a page, with a link to it that has some changes."""

    def link(self, **changes: Any) -> str: ...


class PictureForm:
    """The picture that was sent with a form: its sample, else its file."""

    def __init__(
        self,
        client: TheClient,
        file: Annotated[UploadFile | None, File()] = None,
        sample: Annotated[str | None, Form()] = None,
    ) -> None:
        self._client: Client = client
        self._file = file
        self._sample = sample

    async def store(self) -> str:
        """Store the picture; its id.

        Raises:
            ConvScopeError: there is no such sample, no file, or it is no picture that can be stored.
        """
        upload = await self._client.wait(self._client.engine.pictures.add(self._reader()))
        return upload.stored.id

    async def add_to(self, address: LinkedAddress, page: Callable[[Notice], Awaitable[Response]]) -> Response:
        """A redirect to the address with the picture; the page with a notice where it is none that can be stored."""
        try:
            image = await self.store()
        except ConvScopeError as error:
            return await page(Notice.of(error))
        return Response(status_code=303, headers={"Location": address.link(image=image)})

    def _reader(self) -> Callable[[], bytes]:
        if self._sample:
            site = site_for(self._client.request)
            files = {each.id: each.file for each in site.samples}
            if self._sample not in files:
                raise InvalidRequest(f"There is no such sample. There are {', '.join(files)}.", known=[*files])
            return (SAMPLES / files[self._sample]).read_bytes
        if self._file is None or not self._file.filename:
            raise InvalidRequest("No file was chosen.")
        return self._file.file.read


ThePictureForm = Annotated[PictureForm, Depends()]
