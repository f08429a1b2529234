"""Which requests are those of the Open Inference Protocol."""

import pytest

from app.web.edge.inference_path import is_inference


@pytest.mark.parametrize(
    ("path", "root", "expected"),
    [
        ("/v2", "", True),
        ("/v2/models/x/infer", "", True),
        ("/lab/v2/models/x", "/lab", True),
        ("/v2x", "", False),
        ("/api/v2/models", "", False),
        ("/", "", False),
    ],
)
def test_it_is_what_is_below_its_path(path: str, root: str, expected: bool) -> None:
    assert is_inference({"type": "http", "path": path, "root_path": root}) is expected
