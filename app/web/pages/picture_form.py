"""The form without scripts that adds a picture to a page: a file, or one of the samples."""

from collections.abc import Callable
from typing import Annotated

from fastapi import Depends, File, Form, UploadFile

from app.errors import InvalidRequest
from app.web.deps import Client, TheClient
from app.web.pages.language import site_for
from app.web.samples import SAMPLES


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
