"""The photos of a data set as a network receives them, read and decoded one by one."""

from dataclasses import dataclass

from app.engine.pictures import picture_limits
from app.images.data_sets import DataSet
from app.nets.network import Network
from app.nets.preprocessing.fit import RGB
from app.nets.preprocessing.view import view_of
from app.sandbox.picture_decoder import decode_photo
from app.sandbox.sandbox import Sandbox
from app.settings import Settings
from app.work.stop import Stop


@dataclass(frozen=True, slots=True)
class PhotoViews:
    """Decodes a photo as an upload of it is decoded, so that its numbers are those of the Explorer."""

    data_set: DataSet
    network: Network
    settings: Settings
    sandbox: Sandbox

    def view(self, photo: int, stop: Stop) -> RGB:
        """The view of a photo by its number.

        Raises:
            ConvScopeError: the reason of `stop`, or why the photo can't be read.
        """
        data = self.data_set.read(photo)
        picture = decode_photo(data, picture_limits(self.settings), self.sandbox, stop)
        return view_of(picture.rgb, self.network.card.input)
