"""Independent pieces of work at the same time, their results in the order of the pieces."""

from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

Piece = TypeVar("Piece")
Result = TypeVar("Result")


def in_order(work: Callable[[Piece], Result], pieces: Iterable[Piece], abreast: int) -> Generator[Result, None, None]:
    """What `work` makes of each piece, `abreast` of them in the making at a time.

    The pieces are drawn in the caller's thread, one more than are worked on. An error of `work` is raised when its
    piece's turn comes; then, and when the caller stops asking, what runs is waited for and nothing more is begun.
    """
    if abreast == 1:
        yield from map(work, pieces)
        return
    with ThreadPoolExecutor(abreast) as pool:
        waiting: deque[Future[Result]] = deque()
        try:
            for piece in pieces:
                waiting.append(pool.submit(work, piece))
                if len(waiting) > abreast:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()
