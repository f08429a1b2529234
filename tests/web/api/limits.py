"""What the parameters of the API may be, as its description says: `python -m tests.web.api.limits` writes the table."""

import json
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from app.main import create_app
from app.settings import read_settings

TABLE = Path(__file__).parent / "limits.json"
METHODS = ("get", "post", "put", "patch", "delete")
LEFT_OUT = {"title", "description", "contentMediaType"}
MAX_DEPTH = 4  # of schemas within schemas


def read_limits(data: Path) -> dict[str, dict[str, Any]]:
    """Each operation of the API, and of each parameter and each answer what it may be."""
    description = create_app(read_settings(data_dir=data)).openapi()
    schemas = description["components"]["schemas"]
    return {
        f"{method.upper()} {path}": _operation(operations[method], schemas)
        for path, operations in sorted(description["paths"].items())
        for method in METHODS
        if method in operations
    }


def _operation(operation: Mapping[str, Any], schemas: Mapping[str, Any]) -> dict[str, Any]:
    limits = {each["name"]: without_words(each["schema"], schemas, 0) for each in operation.get("parameters", ())}
    for kind, content in operation.get("requestBody", {}).get("content", {}).items():
        limits[kind] = without_words(content["schema"], schemas, 0)
    limits["answers"] = " ".join(sorted(operation["responses"]))
    required = [
        each["name"] for each in operation.get("parameters", ()) if each.get("required") and each["in"] != "path"
    ]
    limits["required"] = [*required, *["body"][: operation.get("requestBody", {}).get("required", False)]]
    return limits


def without_words(schema: Any, schemas: Mapping[str, Any], depth: int) -> Any:
    """The schema with what it refers to, and without its words."""
    if isinstance(schema, Mapping):
        if "$ref" in schema:
            name = schema["$ref"].split("/")[-1]
            return name if depth > MAX_DEPTH else without_words(schemas[name], schemas, depth + 1)
        if isinstance(schema.get("properties"), Mapping):
            names = schema["properties"].items()
            return {name: without_words(each, schemas, depth + 1) for name, each in names}
        return {key: without_words(each, schemas, depth) for key, each in schema.items() if key not in LEFT_OUT}
    return [without_words(each, schemas, depth) for each in schema] if isinstance(schema, list) else schema


def write_table(path: Path, limits: Mapping[str, Any]) -> None:
    """With a line for each operation."""
    lines = [f"{json.dumps(name)}: {json.dumps(each, sort_keys=True)}" for name, each in limits.items()]
    path.write_text("{\n" + ",\n".join(lines) + "\n}\n", "utf-8")


def main() -> None:
    with TemporaryDirectory() as folder:
        write_table(TABLE, read_limits(Path(folder)))


if __name__ == "__main__":
    main()
