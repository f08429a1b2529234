"""Which tests are asked of a module, and which lines a diff changed."""

from pathlib import Path

import pytest

from tests.mutation.scope import read_diff, scopes

ROOT = Path(__file__).parent.parent.parent
DIFF = """\
diff --git app/one.py app/one.py
--- app/one.py
+++ app/one.py
@@ -3 +3,2 @@ def one() -> int:
-    return 1
+    two = 2
+    return two
@@ -9,2 +10,0 @@
-    gone()
-    gone()
diff --git app/two.py app/two.py
--- app/two.py
+++ app/two.py
@@ -1 +1 @@
-x = 1
+x = 2
"""


@pytest.mark.parametrize(
    ("module", "expected"),
    [
        ("rendering/png.py", [["tests/rendering/test_png.py"], ["tests/rendering"]]),
        ("gradients/rules/shaping.py", [["tests/gradients/rules"], ["tests/gradients"]]),
        ("web/pages/wording.py", [["tests/web/pages/test_wording.py"], ["tests/web/pages"]]),
        ("settings.py", [["tests/test_settings.py"], ["tests/cli", "tests/web/edge"]]),
    ],
    ids=["own file", "no file of its own", "the web", "wiring"],
)
def test_the_nearest_tests_come_first(module: str, expected: list[list[str]]) -> None:
    assert scopes(ROOT, f"app/{module}") == expected


def test_every_module_has_tests() -> None:
    modules = [str(path.relative_to(ROOT)) for path in (ROOT / "app").rglob("*.py")]
    assert [module for module in modules if not scopes(ROOT, module)] == []


def test_lines_of_a_diff() -> None:
    assert read_diff(DIFF) == {"app/one.py": {3, 4}, "app/two.py": {1}}
