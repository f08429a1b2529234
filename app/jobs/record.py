"""A job as others see it: what is asked, how far it is, and how it ended."""

import hashlib
import json
import time
from dataclasses import asdict, dataclass, replace
from typing import Literal, Self

from app.errors import InvalidRequest

JobState = Literal["waiting", "running", "complete", "failed", "cancelled"]
ENDED = frozenset(("complete", "failed", "cancelled"))
STRONGEST, MAX_STRONGEST = 9, 25  # photos of each channel
VERSION = 1  # of what is computed: with another one, the same request is another job


@dataclass(frozen=True, slots=True)
class JobRequest:
    """A network by its id and the fingerprint of all that its results depend on, a data set by its id, and how many
    photos of each channel are kept.
    """

    network: str
    fingerprint: str
    data_set: str
    strongest: int = STRONGEST

    def __post_init__(self) -> None:
        if not 1 <= self.strongest <= MAX_STRONGEST:
            raise InvalidRequest(
                f"The strongest 1 to {MAX_STRONGEST} photos of each channel can be asked for.", max_k=MAX_STRONGEST
            )

    @property
    def id(self) -> str:
        """The hash of what its result depends on: the same question is the same job."""
        content = repr((VERSION, self.fingerprint, self.data_set, self.strongest))
        return hashlib.sha256(content.encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class JobRecord:
    """A job at one moment.

    `done` of its `photos` are done, those that can't be read too. `seconds` is the time of running so far, `created`
    when it was asked for, in seconds since 1970. `photos_per_s` is of the current run, None before its first photos.
    `attempts` counts the runs that ended with their server before they had done anything. `problem` says why it failed.
    """

    request: JobRequest
    photos: int
    created: float
    state: JobState = "waiting"
    done: int = 0
    seconds: float = 0.0
    photos_per_s: float | None = None
    attempts: int = 0
    problem: str | None = None

    @classmethod
    def new(cls, request: JobRequest, photos: int) -> Self:
        return cls(request, photos, time.time())

    @property
    def id(self) -> str:
        return self.request.id

    @property
    def is_ended(self) -> bool:
        return self.state in ENDED

    def cancelled(self) -> Self:
        """The job as it is when it is cancelled: one that has ended stays as it is."""
        return self if self.is_ended else replace(self, state="cancelled")

    def encode(self) -> bytes:
        return json.dumps(asdict(self)).encode()

    @classmethod
    def decode(cls, content: bytes) -> Self:
        """The record that was encoded; raises KeyError, TypeError or ValueError for anything else."""
        fields = json.loads(content)
        return cls(**{**fields, "request": JobRequest(**fields["request"])})
