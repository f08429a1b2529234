"""Results computed once for all who ask and kept while there is room: what networks compute, and what is drawn."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from app.rendering.drawing import Drawing
from app.settings import Settings
from app.work.cache import Cache, Use
from app.work.deadline import Deadline
from app.work.job import JobHandle
from app.work.memory import held_bytes
from app.work.runner import Load, Runner, RunnerLimits
from app.work.stop import Stop

T = TypeVar("T")
SLOW_SLOTS, SLOW_PER_CLIENT = 2, 1  # results of many runs at a time: one of each client, so that others are served too
PICTURES, MANY_PICTURES = ("image", "other_image"), "images"  # what keys call the pictures that a result is about


class Key(Generic[T]):
    """All that a result of type T depends on. Each product has a frozen dataclass of its own."""

    __slots__ = ()

    @property
    def pictures(self) -> tuple[str, ...]:
        """The ids of the pictures that the result is about, by the names that keys give them."""
        images: tuple[str | None, ...] = tuple(getattr(self, name, None) for name in PICTURES)
        return tuple(image for image in (*images, *getattr(self, MANY_PICTURES, ())) if image is not None)


class DrawingKey(Key[Drawing]):
    """All that a picture depends on."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class ResultsStatus:
    """How busy the queues are and how the caches have served."""

    runs: Load
    slow: Load
    drawing: Load
    computed: Use
    drawn: Use


class Results:
    """Three queues and two caches: runs of networks and what comes of them, drawing and the pictures drawn.

    What takes tens to thousands of runs waits in the queue `slow`.
    """

    def __init__(self, settings: Settings) -> None:
        self._computed = Cache(settings.cache_bytes)
        self._drawn = Cache(settings.picture_cache_bytes)
        seconds = settings.run_time_limit_s
        runs, drawing = (settings.run_slots, settings.queue), (settings.draw_slots, settings.draw_queue)
        self.runs = Runner("run", RunnerLimits(*runs, seconds), self._computed.__contains__)
        limits = RunnerLimits(SLOW_SLOTS, settings.queue, settings.explain_time_limit_s, SLOW_PER_CLIENT)
        self.slow = Runner("slow", limits)
        self.drawing = Runner("draw", RunnerLimits(*drawing, seconds))

    @property
    def status(self) -> ResultsStatus:
        return ResultsStatus(self.runs.load, self.slow.load, self.drawing.load, self._computed.use, self._drawn.use)

    def compute(
        self, key: Key[T], work: Callable[[Stop], T], runner: Runner, source: Hashable | None = None
    ) -> JobHandle[T]:
        """The result kept under `key`, or that of one call of `work`, which waits for its turn in `runner`.

        `source` is what the work starts from, for the runner's queue.
        """
        cache = self._cache_of(key)
        known: T | None = cache.get(key)
        if known is not None:
            return JobHandle.ready(known)

        def compute_if_missing(stop: Stop) -> T:
            late: T | None = cache.peek(key)  # another job may have ended since
            if late is not None:
                return late
            result = work(stop)
            cache.put(key, result, held_bytes(result))
            return result

        return runner.submit(key, compute_if_missing, source)

    def draw(self, key: DrawingKey, work: Callable[[], Drawing]) -> JobHandle[Drawing]:
        """The picture kept under `key`, or the one that `work` draws."""
        return self.compute(key, lambda stop: work(), self.drawing)

    def cached(self, key: Key[T]) -> T | None:
        """The result kept under this key, or None."""
        result: T | None = self._cache_of(key).get(key)
        return result

    def peek(self, key: Key[T]) -> T | None:
        """As `cached`, without counting as a use of the cache."""
        result: T | None = self._cache_of(key).peek(key)
        return result

    def put(self, key: Key[T], result: T) -> None:
        """Keep a result that came with another one."""
        self._cache_of(key).put(key, result, held_bytes(result))

    def forget_pictures(self, is_gone: Callable[[str], bool]) -> None:
        """Keep nothing that was computed or drawn from the pictures for whose ids `is_gone` holds."""

        def is_discarded(key: Hashable) -> bool:
            return isinstance(key, Key) and any(map(is_gone, key.pictures))

        self._computed.discard(is_discarded)
        self._drawn.discard(is_discarded)

    def _cache_of(self, key: Key[Any]) -> Cache:
        return self._drawn if isinstance(key, DrawingKey) else self._computed

    def close(self, timeout_s: float) -> None:
        """Accept nothing more, and let what runs finish within `timeout_s` seconds."""
        deadline = Deadline(timeout_s)
        for runner in (self.slow, self.drawing, self.runs):
            runner.close(deadline.left_s)
