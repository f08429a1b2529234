"""The photos of a data set as a network receives them, read and decoded one by one."""

from app.engine.pictures import picture_limits
from app.images.data_sets import DataSet
from app.images.decode import decoding_bytes, working_bytes
from app.images.formats.signatures import is_heic
from app.nets.network import Network
from app.nets.preprocessing.fit import RGB
from app.nets.preprocessing.view import view_of
from app.sandbox.picture_decoder import decode_photo
from app.sandbox.sandbox import Sandbox
from app.settings import Settings
from app.work.byte_budget import MemoryBudget
from app.work.stop import Stop


class PhotoViews:
    """Decodes a photo as an upload of it is decoded, so that its numbers are those of the Explorer.

    Any number of threads may ask; what they decode at the same time takes no more memory than the largest photo may.
    """

    def __init__(self, data_set: DataSet, network: Network, settings: Settings, sandbox: Sandbox) -> None:
        self._data_set = data_set
        self._spec = network.card.input
        self._limits = picture_limits(settings)
        self._memory = MemoryBudget(working_bytes(self._limits))
        self._sandbox = sandbox

    def view(self, photo: int, stop: Stop) -> RGB:
        """The view of a photo by its number.

        Raises:
            ConvScopeError: the reason of `stop`, or why the photo can't be read.
        """
        data = self._data_set.read(photo)
        with self._memory.use(working_bytes(self._limits) if is_heic(data) else decoding_bytes(data, self._limits)):
            return view_of(decode_photo(data, self._limits, self._sandbox, stop).rgb, self._spec)
