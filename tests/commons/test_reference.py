"""An OpenAPI description becomes what a page shows, word for word."""

import pytest

from commons.reference import (
    Answer,
    Example,
    Field,
    Operation,
    Section,
    Shape,
    reference_of,
    words_for,
)

REF = {"$ref": "#/components/schemas/Item"}
DESCRIPTION = {
    "info": {"title": "Small", "description": "An API."},
    "tags": [{"name": "Work", "description": "To do."}, {"name": "Empty", "description": "…"}],
    "paths": {
        "/items/{id}": {
            "put": {
                "operationId": "change",
                "summary": "Change it",
                "description": "At *will*.",
                "tags": ["Work"],
                "security": [{"token": ["work"]}, {"session": []}],
                "parameters": [
                    {"in": "path", "name": "id", "schema": {"type": "integer"}, "required": True}
                ],
                "requestBody": {
                    "content": {
                        "application/json": {
                            "schema": REF,
                            "examples": {"A": {"value": {"é": 1}}},
                        }
                    }
                },
                "responses": {
                    "204": {"description": "Done."},
                    "404": {"$ref": "#/components/responses/Missing"},
                },
            }
        }
    },
    "components": {
        "responses": {
            "Missing": {"description": "Not there.", "content": {"x": {"schema": REF}}},
        },
        "schemas": {
            "Item": {
                "description": "A thing.",
                "required": ["size"],
                "properties": {
                    "size": {"type": "integer", "description": "In bytes."},
                    "inner": {"type": "array", "items": REF},
                },
            },
            "Colour": {"enum": ["red", None]},
            "Either": {"anyOf": [REF, {"$ref": "#/components/schemas/Colour"}]},
        },
    },
}


def test_every_operation_stands_in_its_section_with_all_that_is_said_of_it():
    found = reference_of(DESCRIPTION)

    assert (found.title, found.says) == ("Small", "An API.")
    assert found.sections == [
        Section(
            "Work",
            "To do.",
            [
                Operation(
                    name="change",
                    method="PUT",
                    path="/items/{id}",
                    summary="Change it",
                    says="At *will*.",
                    scope="work",
                    parameters=[("path", Field("id", "whole number", [], True, ""))],
                    body=["Item"],
                    examples=[Example("A", '{\n  "é": 1\n}')],
                    answers=[
                        Answer("204", "Done.", [], []),
                        Answer("404", "Not there.", ["Item"], []),
                    ],
                )
            ],
        ),
        Section("Empty", "…", []),
    ]


def test_shapes_are_objects_or_values_or_either_of_others():
    assert reference_of(DESCRIPTION).shapes == [
        Shape(
            "Item",
            "A thing.",
            [
                Field("size", "whole number", [], True, "In bytes."),
                Field("inner", "list of Item", ["Item"], False, ""),
            ],
            [],
            [],
        ),
        Shape("Colour", "", [], ["red", "null"], []),
        Shape("Either", "", [], [], ["Item", "Colour"]),
    ]


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ({"type": "string"}, "text"),
        ({"type": "string", "format": "uuid"}, "UUID"),
        ({"type": ["string", "null"], "format": "date-time"}, "time (UTC) or null"),
        ({"type": "integer", "minimum": 1, "maximum": 9}, "whole number, from 1, to 9"),
        ({"type": "boolean", "default": False}, "true or false, false if left out"),
        ({"type": "array", "items": {"type": "string"}, "minItems": 1}, "list of text, at least 1"),
        ({"anyOf": [REF, {"type": "null"}]}, "Item or null"),
        ({"enum": ["a", "b"]}, "one of a, b"),
        ({}, "anything"),
    ],
)
def test_a_value_is_said_in_words(schema, words):
    assert words_for(schema) == words
