"""The lock on a file: one holder at a time, also among threads, and a folder that need not exist."""

import threading
from pathlib import Path

from app.storage.file_lock import locked_file


def test_a_second_holder_waits_for_the_first(tmp_path: Path) -> None:
    place, order = tmp_path / "new" / ".lock", []

    def second() -> None:
        with locked_file(place):
            order.append("second")

    with locked_file(place):
        thread = threading.Thread(target=second)
        thread.start()
        thread.join(0.1)
        order.append("first")
    thread.join()
    assert order == ["first", "second"]
