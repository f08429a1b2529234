"""The exception tree: every failure a user can meet, with its HTTP status and a stable code."""

from typing import Any, ClassVar


class ConvScopeError(Exception):
    """A failure with a message for the user.

    `details` is JSON-able and holds what helps to mend it: the limit, the accepted values, the known names.
    A message never holds a path, an address or a library's own words.
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
    """The bytes can't be used as a picture."""

    status = 422
    code = "unusable_picture"


class EmptyPicture(PictureError):
    """There are no bytes at all."""

    status = 400
    code = "empty_picture"


class UnsupportedFormat(PictureError):
    """The bytes are of no accepted picture format."""

    status = 415
    code = "unsupported_format"


class BrokenPicture(PictureError):
    """The format is accepted, the content is truncated or corrupt."""

    status = 422
    code = "broken_picture"


class TooLarge(PictureError):
    """More bytes or more pixels than the limits allow."""

    status = 413
    code = "too_large"


class NotFound(ConvScopeError):
    """What the address names does not exist."""

    status = 404
    code = "not_found"


class UnknownModel(NotFound):
    """No network has this id; `details.known` lists the ids there are."""

    code = "unknown_model"


class UnknownImage(NotFound):
    """The picture was never uploaded here, or has expired."""

    code = "unknown_image"


class UnknownLayer(NotFound):
    """The network has no layer with this id; `details.known` lists the ids there are."""

    code = "unknown_layer"


class UnknownChannel(NotFound):
    """The layer has fewer channels than asked for."""

    code = "unknown_channel"


class UnknownMethod(NotFound):
    """There is no method of explaining of this name; `details.known` lists those there are."""

    code = "unknown_method"


class NotAvailable(ConvScopeError):
    """The thing exists but can't do this: no weights pulled, or no filters in this kind of layer."""

    status = 409
    code = "not_available"


class NotDifferentiable(NotAvailable):
    """There is no gradient through one of the network's operators, which the message and `details.op` name."""

    code = "not_differentiable"


class NetworkError(ConvScopeError):
    """The ONNX file can't be read or used; the message says which part and why."""

    status = 422
    code = "unusable_network"


class NonFinite(ConvScopeError):
    """Values hold NaN or infinity where a picture was asked for; the statistics count them."""

    status = 422
    code = "non_finite"


class StorageFull(ConvScopeError):
    """There is no room on disk to keep the picture or the weights."""

    status = 507
    code = "storage_full"


class PullFailed(ConvScopeError):
    """Weights could not be brought: no mirror answered as it should, or what came is not what was published."""

    status = 502
    code = "pull_failed"


class ProviderUnavailable(ConvScopeError):
    """The execution provider asked for by name is not there."""

    status = 500
    code = "provider_unavailable"


class Overloaded(ConvScopeError):
    """The queue is full; `details.retry_after_s` says when to come back."""

    status = 503
    code = "overloaded"


class TimedOut(ConvScopeError):
    """The run was stopped by its time limit."""

    status = 504
    code = "timed_out"


class Cancelled(ConvScopeError):
    """Everyone who asked for the result has gone."""

    status = 499
    code = "cancelled"
