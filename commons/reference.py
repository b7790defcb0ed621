"""The API's OpenAPI description as plain data that a page can show: PURE, knows no Django.

description -> sections of operations, and the shapes that they take and give
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Schema = Mapping[str, Any]

METHODS = ("get", "post", "put", "patch", "delete")
BOUNDS = {
    "minimum": "from {}",
    "maximum": "to {}",
    "minLength": "at least {} characters",
    "maxLength": "at most {} characters",
    "minItems": "at least {}",
    "maxItems": "at most {}",
}
FORMATS = {"uuid": "UUID", "date-time": "time (UTC)", "date": "day", "uri": "address"}


@dataclass(frozen=True)
class Field:
    """``words`` say what a value is, ``shapes`` name the shapes that it has."""

    name: str
    words: str
    shapes: list[str]
    is_required: bool
    says: str


@dataclass(frozen=True)
class Shape:
    """Either an object with fields, or one of some values, or one of other shapes."""

    name: str
    says: str
    fields: list[Field]
    values: list[str]
    either: list[str]


@dataclass(frozen=True)
class Example:
    name: str
    text: str


@dataclass(frozen=True)
class Answer:
    status: str
    says: str
    shapes: list[str]
    examples: list[Example]


@dataclass(frozen=True)
class Operation:
    name: str
    method: str
    path: str
    summary: str
    says: str
    scope: str
    parameters: list[tuple[str, Field]]
    body: list[str]
    examples: list[Example]
    answers: list[Answer]


@dataclass(frozen=True)
class Section:
    name: str
    says: str
    operations: list[Operation]


@dataclass(frozen=True)
class Reference:
    title: str
    says: str
    sections: list[Section]
    shapes: list[Shape]


def reference_of(description: Schema) -> Reference:
    operations = list(_operations(description))
    return Reference(
        title=description["info"]["title"],
        says=description["info"]["description"],
        sections=[
            Section(
                tag["name"],
                tag["description"],
                [found for tags, found in operations if tag["name"] in tags],
            )
            for tag in description["tags"]
        ],
        shapes=[
            shape_of(name, schema) for name, schema in description["components"]["schemas"].items()
        ],
    )


def _operations(description: Schema) -> Iterator[tuple[list[str], Operation]]:
    for path, methods in description["paths"].items():
        for method in METHODS:
            if method in methods:
                operation = methods[method]
                yield operation["tags"], operation_of(path, method, operation, description)


def operation_of(path: str, method: str, said: Schema, description: Schema) -> Operation:
    body = _media(said.get("requestBody", {}))
    return Operation(
        name=said["operationId"],
        method=method.upper(),
        path=path,
        summary=said["summary"],
        says=said.get("description", ""),
        scope=next((each["token"][0] for each in said["security"] if each.get("token")), ""),
        parameters=[
            (each["in"], field_of(each["name"], each["schema"] | _words(each), _is_required(each)))
            for each in said.get("parameters", [])
        ],
        body=shapes_in(body.get("schema", {})),
        examples=examples_in(body),
        answers=[
            answer_of(status, each, description) for status, each in said["responses"].items()
        ],
    )


def _words(parameter: Schema) -> dict[str, str]:
    return {"description": parameter.get("description", "")}


def _is_required(parameter: Schema) -> bool:
    return bool(parameter.get("required"))


def answer_of(status: str, said: Schema, description: Schema) -> Answer:
    if "$ref" in said:
        said = description["components"]["responses"][last(said["$ref"])]
    media = _media(said)
    return Answer(
        status, said["description"], shapes_in(media.get("schema", {})), examples_in(media)
    )


def _media(said: Schema) -> Schema:
    return next(iter(said.get("content", {}).values()), {})


def examples_in(media: Schema) -> list[Example]:
    return [
        Example(each.get("summary", name), json.dumps(each["value"], indent=2, ensure_ascii=False))
        for name, each in media.get("examples", {}).items()
    ]


def shape_of(name: str, schema: Schema) -> Shape:
    required = schema.get("required", [])
    return Shape(
        name=name,
        says=schema.get("description", ""),
        fields=[
            field_of(field, said, field in required)
            for field, said in schema.get("properties", {}).items()
        ],
        values=["null" if value is None else str(value) for value in schema.get("enum", [])],
        either=[found for each in schema.get("anyOf", []) for found in shapes_in(each)],
    )


def field_of(name: str, schema: Schema, is_required: bool) -> Field:
    return Field(
        name=name,
        words=words_for(schema),
        shapes=shapes_in(schema),
        is_required=is_required,
        says=schema.get("description", ""),
    )


def words_for(schema: Schema) -> str:
    """What a value is, as in “list of UUID” or “text, at most 100 characters”."""
    return ", ".join([_kind(schema), *bounds_of(schema)])


def _kind(schema: Schema) -> str:
    if "$ref" in schema:
        return last(schema["$ref"])
    if "anyOf" in schema:
        return " or ".join(dict.fromkeys(words_for(each) for each in schema["anyOf"]))
    if "enum" in schema:
        return "one of " + ", ".join(str(value) for value in schema["enum"])
    kinds = schema.get("type", "anything")
    named = [_name(kind, schema) for kind in ([kinds] if isinstance(kinds, str) else kinds)]
    return " or ".join(named)


def _name(kind: str, schema: Schema) -> str:
    if kind == "array":
        return f"list of {_kind(schema['items'])}"
    if kind == "string":
        return FORMATS.get(schema.get("format", ""), "text")
    return {"integer": "whole number", "boolean": "true or false"}.get(kind, kind)


def bounds_of(schema: Schema) -> list[str]:
    """What limits a value, and what holds when it is left out."""
    found = [said.format(schema[name]) for name, said in BOUNDS.items() if name in schema]
    if schema.get("default") is not None:
        found.append(f"{json.dumps(schema['default'])} if left out")
    return found


def shapes_in(schema: Schema) -> list[str]:
    """The shapes that a value has or holds."""
    if "$ref" in schema:
        return [last(schema["$ref"])]
    inner = [*schema.get("anyOf", []), *([schema["items"]] if "items" in schema else [])]
    return list(dict.fromkeys(found for each in inner for found in shapes_in(each)))


def last(reference: str) -> str:
    return reference.rsplit("/", 1)[-1]
