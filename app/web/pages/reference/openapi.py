"""The reference page from the OpenAPI description: groups of operations, their fields, and curl commands."""

import json
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]
TASKS: dict[str, tuple[str, ...]] = {  # the tags in the order of the work, each with the operations that come first
    "pictures": ("POST /api/v1/images",),
    "predictions": ("POST /api/v1/models/{model}/classify",),
    "activations": ("GET /api/v1/models/{model}/images/{image}/layers",),
    "filters": (),
    "arithmetic": (),
    "explanations": (),
    "experiments": ("POST /api/v1/collections",),
    "jobs": ("POST /api/v1/data-sets", "POST /api/v1/jobs"),
    "networks": (),
    "own_networks": ("POST /api/v1/models",),
    "lessons": ("GET /api/v1/lessons",),
    "operation": (),
}
ERRORS = ("4XX", "5XX")  # the same for every operation
BOUNDS = {"minimum": "at least", "exclusiveMinimum": "more than", "maximum": "at most", "exclusiveMaximum": "less than"}


@dataclass(frozen=True, slots=True)
class FieldView:
    """A parameter, form field or member of an object; `place` is path, query, header, form, body or empty.

    `example` is one of its values; empty if the description has none.
    """

    name: str
    place: str
    type: str
    required: bool
    default: str
    description: str
    example: str


@dataclass(frozen=True, slots=True)
class ResponseView:
    """A response: its status, its meaning, its media types, and the type of its content or an empty string."""

    status: str
    description: str
    media_types: str
    type: str


@dataclass(frozen=True, slots=True)
class OperationView:
    """A method of a path. `link` is a complete address relative to the app, or empty if a part must be filled in."""

    id: str
    method: str
    path: str
    summary: str
    description: str
    fields: tuple[FieldView, ...]
    responses: tuple[ResponseView, ...]
    curl: str
    link: str


@dataclass(frozen=True, slots=True)
class GroupView:
    """The operations of one tag."""

    name: str
    operations: tuple[OperationView, ...]


@dataclass(frozen=True, slots=True)
class SchemaView:
    """A named object of the requests and responses."""

    name: str
    description: str
    fields: tuple[FieldView, ...]


def group_views(openapi: Json, base: str) -> tuple[GroupView, ...]:
    """The operations by their first tag, in the order of the tasks; curl commands start at `base`."""
    by_tag: dict[str, list[OperationView]] = {}
    for path, methods in openapi["paths"].items():
        for method, operation in methods.items():
            tag = (operation.get("tags") or ["other"])[0]
            by_tag.setdefault(tag, []).append(_operation(openapi, base, path, method.upper(), operation))
    return tuple(GroupView(name, _in_order(by_tag[name], first)) for name, first in TASKS.items() if name in by_tag)


def _in_order(operations: list[OperationView], first: tuple[str, ...]) -> tuple[OperationView, ...]:
    return tuple(sorted(operations, key=lambda each: f"{each.method} {each.path}" not in first))


def schema_views(openapi: Json) -> tuple[SchemaView, ...]:
    """The named objects that have members, without those of forms."""
    named: dict[str, Json] = openapi.get("components", {}).get("schemas", {})
    return tuple(
        SchemaView(name, schema.get("description", ""), tuple(_members(schema, "")))
        for name, schema in named.items()
        if "properties" in schema and not name.startswith("Body_")
    )


def type_of(schema: Json) -> str:
    """A JSON schema as text: `integer, at least 1`, `list of Prediction`, `string or null`."""
    if "$ref" in schema:
        return str(schema["$ref"]).rsplit("/", 1)[-1]
    for choice in ("anyOf", "oneOf"):
        if choice in schema:
            return " or ".join(type_of(option) for option in schema[choice])
    if "enum" in schema:
        return " | ".join(json.dumps(value) for value in schema["enum"])
    if "const" in schema:
        return json.dumps(schema["const"])
    if schema.get("type") == "array":
        return f"list of {type_of(schema['items'])}" if "items" in schema else "list"
    if "contentMediaType" in schema or schema.get("format") == "binary":
        return "file"
    bounds = [f"{words} {schema[key]:g}" for key, words in BOUNDS.items() if key in schema]
    return ", ".join([schema.get("type", "anything"), *bounds])


def _operation(openapi: Json, base: str, path: str, method: str, operation: Json) -> OperationView:
    parameters = operation.get("parameters", [])
    form = _form(openapi, operation)
    fields = (*(_parameter(parameter) for parameter in parameters), *form)
    example = _example_path(path, parameters).lstrip("/")
    asks_for_more = any(each["in"] == "query" and each.get("required") for each in parameters)
    complete = method == "GET" and "{" not in example and not asks_for_more
    return OperationView(
        id=operation["operationId"],
        method=method,
        path=path,
        summary=operation.get("summary", ""),
        description=operation.get("description", ""),
        fields=fields,
        responses=tuple(_responses(operation)),
        curl=_curl(method, base + example, form, _json_example(operation)),
        link=example if complete else "",
    )


def _parameter(parameter: Json) -> FieldView:
    return _field(parameter["name"], parameter["in"], parameter["schema"], parameter.get("required", False), parameter)


def _form(openapi: Json, operation: Json) -> tuple[FieldView, ...]:
    content: Json = operation.get("requestBody", {}).get("content", {})
    for media_type, body in content.items():
        schema: Json = body["schema"]
        name = str(schema.get("$ref", "")).rsplit("/", 1)[-1]
        members = openapi.get("components", {}).get("schemas", {}).get(name, schema)
        return tuple(_members(members, "form" if "form" in media_type else "body"))
    return ()


def _members(schema: Json, place: str) -> Iterator[FieldView]:
    required = schema.get("required", [])
    for name, member in schema.get("properties", {}).items():
        yield _field(name, place, member, name in required, member)


def _field(name: str, place: str, schema: Json, required: bool, described: Json) -> FieldView:
    default = json.dumps(schema["default"]) if schema.get("default") is not None else ""
    example = str(next(iter(schema.get("examples", ())), ""))
    return FieldView(name, place, type_of(schema), required, default, described.get("description", ""), example)


def _responses(operation: Json) -> Iterator[ResponseView]:
    for status, answer in operation["responses"].items():
        if status in ERRORS:
            continue
        content: Json = answer.get("content", {})
        types = {type_of(body["schema"]) for body in content.values() if body.get("schema")}
        yield ResponseView(status, answer.get("description", ""), ", ".join(content), " or ".join(sorted(types)))


def _example_path(path: str, parameters: list[Json]) -> str:
    """The path with the examples of its parameters; a parameter without an example stays in braces."""
    for parameter in parameters:
        examples = parameter["schema"].get("examples") or [parameter.get("example")]
        if parameter["in"] == "path" and examples[0] is not None:
            path = path.replace("{" + parameter["name"] + "}", str(examples[0]))
    return path


def _json_example(operation: Json) -> Json | None:
    """The example of a JSON body; None where the body is a form, or there is none."""
    content: Json = operation.get("requestBody", {}).get("content", {})
    examples: list[Json] = content.get("application/json", {}).get("schema", {}).get("examples", [])
    return examples[0] if examples else None


def _curl(method: str, address: str, form: tuple[FieldView, ...], example: Json | None) -> str:
    parts = ["curl"]
    if example:
        parts += ["-H 'Content-Type: application/json'", f"-d {shlex.quote(json.dumps(example))}"]
    elif form:
        files = (field for field in form if field.type in ("file", "list of file"))
        parts += [f"-F {field.name}=@{field.example or 'photo.jpg'}" for field in files]
    if method not in ("GET", "POST") or (method == "POST" and not (example or form)):
        parts.append(f"-X {method}")
    suffix = address.rsplit("/", 1)[-1].rpartition(".")[2] if "." in address.rsplit("/", 1)[-1] else ""
    if suffix in {"png", "npy"}:
        parts.append("-OJ" if "{" in address else "-O")
    return " ".join([*parts, shlex.quote(address)])
