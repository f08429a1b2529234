"""The root path of a proxy is taken off once."""

import pytest

from app.web.edge.root_path import path_below_root


@pytest.mark.parametrize(
    ("path", "root", "expected"),
    [
        ("/lab/readyz", "/lab", "/readyz"),
        ("/readyz", "", "/readyz"),
        ("/readyz", "/lab", "/readyz"),  # the proxy took it off itself
        ("/lab/lab/x", "/lab", "/lab/x"),
    ],
)
def test_the_root_path_is_taken_off(path: str, root: str, expected: str) -> None:
    assert path_below_root({"path": path, "root_path": root}) == expected


def test_a_scope_without_root_path_has_its_whole_path() -> None:
    assert path_below_root({"path": "/readyz"}) == "/readyz"
