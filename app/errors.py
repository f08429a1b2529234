"""The exception tree: every error that a user can meet, with its HTTP status and a stable code."""

from typing import Any, ClassVar

RESTART_S = 5  # after which a client of a server that shuts down may find another one


class ConvScopeError(Exception):
    """A failure with a message for the user.

    `details` can be serialised as JSON and helps to correct the request: the limit, the accepted values, the known ids.
    A message never contains a path, a memory address or the message of a library.
    """

    status: ClassVar[int] = 500
    code: ClassVar[str] = "internal"

    def __init__(self, message: str, **details: Any) -> None:
        super().__init__(message)
        self.message = message
        self.details = details


class InvalidRequest(ConvScopeError):
    """A parameter is missing, malformed or out of range."""

    status = 400
    code = "invalid_request"


class PictureError(ConvScopeError):
    """The bytes are not a usable picture."""

    status = 422
    code = "unusable_picture"


class EmptyPicture(PictureError):
    """The file is empty."""

    status = 400
    code = "empty_picture"


class UnsupportedFormat(PictureError):
    """The file is not in an accepted picture format."""

    status = 415
    code = "unsupported_format"


class BrokenPicture(PictureError):
    """The format is accepted, but the content is truncated or corrupt."""

    status = 422
    code = "broken_picture"


class TooLarge(PictureError):
    """The file has more bytes or more pixels than the limits allow."""

    status = 413
    code = "too_large"


class NotFound(ConvScopeError):
    """There is nothing at this address."""

    status = 404
    code = "not_found"


class UnknownModel(NotFound):
    """No network has this id; `details.known` lists the known ids."""

    code = "unknown_model"


class UnknownImage(NotFound):
    """The picture was never uploaded here, or has expired."""

    code = "unknown_image"


class UnknownLayer(NotFound):
    """The network has no layer with this id; `details.known` lists the known ids."""

    code = "unknown_layer"


class UnknownChannel(NotFound):
    """The layer has no channel with this index."""

    code = "unknown_channel"


class UnknownOutput(NotFound):
    """The network has no output with this index."""

    code = "unknown_output"


class UnknownMethod(NotFound):
    """No explanation method has this name; `details.known` lists the known names."""

    code = "unknown_method"


class NotAvailable(ConvScopeError):
    """This is not possible for the network or layer: its weights are not downloaded, or it has no filters."""

    status = 409
    code = "not_available"


class NotDifferentiable(NotAvailable):
    """An operator of the network has no gradient; the message and `details.op` name it."""

    code = "not_differentiable"


class NoWorking(NotAvailable):
    """It is not known here how an operator computes its numbers; the message and `details.op` name it."""

    code = "no_working"


class WorkingDisagrees(NotAvailable):
    """The number that is recomputed is not the one of the run; `details.value` and `details.total` are both."""

    code = "working_disagrees"


class UnknownCell(NotFound):
    """The layer has no such cell; the details are its channels, height and width."""

    code = "unknown_cell"


class NetworkError(ConvScopeError):
    """The ONNX file can't be read or used; the message says why, and which part."""

    status = 422
    code = "unusable_network"


class UnsupportedNetwork(NetworkError):
    """onnxruntime can't run the network: an operator, its attributes or its types are not supported."""


class NetworkCrashed(ConvScopeError):
    """The process that runs a stranger's network has ended; `details.signal` is the signal that ended it."""

    status = 502
    code = "network_crashed"


class SandboxUnavailable(ConvScopeError):
    """A stranger's network is refused because the process that runs it can't be confined here."""

    status = 503
    code = "sandbox_unavailable"


class NonFinite(ConvScopeError):
    """Values have NaN or infinity, so no picture can be drawn; the statistics count them."""

    status = 422
    code = "non_finite"


class StorageFull(ConvScopeError):
    """The disk has no room for the picture or the weights."""

    status = 507
    code = "storage_full"


class StoreUnavailable(ConvScopeError):
    """The store that several machines share does not answer; `details.retry_after_s` says when to try again."""

    status = 503
    code = "store_unavailable"


class PullFailed(ConvScopeError):
    """Weights could not be downloaded: no mirror answered correctly, or the file is not what was published."""

    status = 502
    code = "pull_failed"


class ProviderUnavailable(ConvScopeError):
    """The requested execution provider is not available."""

    status = 500
    code = "provider_unavailable"


class Overloaded(ConvScopeError):
    """The queue is full; `details.retry_after_s` says when to try again."""

    status = 503
    code = "overloaded"


class TimedOut(ConvScopeError):
    """The run exceeded its time limit and was stopped."""

    status = 504
    code = "timed_out"


class Cancelled(ConvScopeError):
    """Every client that asked for the result has disconnected."""

    status = 499
    code = "cancelled"
