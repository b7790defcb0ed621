"""How the API is described: every operation with what it may refuse, and why.

The description is made when somebody asks for it; no request for anything else comes here.
"""

from collections.abc import Iterator
from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import (
    OpenApiExample,
    OpenApiParameter,
    OpenApiResponse,
    PolymorphicProxySerializer,
)
from rest_framework.serializers import ListField

from commons.pagination import CURSOR, LONGEST, USUAL
from commons.permissions import scope_for
from commons.problems import CONTENT_TYPE
from commons.shapes import Content

Schema = dict[str, Any]

NO_NUL = "^[^\\u0000]*$"
# Any JSON without a NUL in its texts and names.
ANY_VALUE: Schema = {"$ref": "#/components/schemas/AnyValue"}
ANY_OBJECT: Schema = {
    "type": "object",
    "propertyNames": {"pattern": NO_NUL},
    "additionalProperties": ANY_VALUE,
}
ANY_VALUE_SCHEMA: Schema = {
    "description": "Any JSON.",
    "anyOf": [
        {"type": ["number", "boolean", "null"]},
        {"type": "string", "pattern": NO_NUL},
        {"type": "array", "items": ANY_VALUE},
        ANY_OBJECT,
    ],
}
ANY_ROW: Schema = {"description": "Whatever else is refused by itself."}
PROBLEM: Schema = {"$ref": "#/components/schemas/Problem"}
PROBLEM_SCHEMA: Schema = {
    "type": "object",
    "description": "What went wrong and what to do about it, as RFC 9457 has it.",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {
            "type": "string",
            "format": "uri",
            "description": "Which problem this is; programs compare it.",
            "examples": ["urn:laurel:invalid-input"],
        },
        "title": {"type": "string", "description": "The same for people."},
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "detail": {"type": "string", "description": "What happened here, and what to do next."},
        "errors": {
            "type": "array",
            "description": "Each thing that is wrong with what was sent, the first 100 of them.",
            "items": {"$ref": "#/components/schemas/FieldError"},
        },
    },
}
FIELD_ERROR_SCHEMA: Schema = {
    "type": "object",
    "required": ["detail"],
    "properties": {
        "field": {
            "type": "string",
            "description": "A dotted path into the body; empty for all of it.",
            "examples": ["tiers.0"],
        },
        "detail": {"type": "string"},
        "remedy": {"type": "string", "description": "What helps, where it is known."},
    },
}

# Status, name of the component, what it means.
USUAL_PROBLEMS = {
    400: ("BadRequest", "What was sent is not JSON or not of the right shape; `errors` names it."),
    401: ("NotAuthenticated", "There is no login, or the token is unknown, expired or revoked."),
    403: ("Forbidden", "The token lacks the scope, or the person's role does not allow it."),
    404: ("NotFound", "There is no such thing, or it is not this person's to see."),
    406: ("NotAcceptable", "The request accepts something else than JSON."),
    413: ("TooLarge", "The body is larger than this operation takes."),
    415: ("UnsupportedMediaType", "The body is not declared as `application/json`."),
    429: ("TooManyRequests", "The limit of this minute is used up; `Retry-After` says until when."),
    500: ("InternalError", "A fault of the server. Sending again with the same key does no harm."),
}
HEADERS: dict[int, Schema] = {
    401: {
        "WWW-Authenticate": {"required": True, "schema": {"type": "string", "pattern": "^Bearer "}}
    },
    429: {
        "Retry-After": {
            "required": True,
            "description": "Seconds.",
            "schema": {"type": "integer", "minimum": 1},
        }
    },
}

LIST_PARAMETERS = [
    OpenApiParameter(
        "cursor",
        {"type": "string", "format": "cursor", "pattern": f"^{CURSOR.pattern}$"},
        description="Where the page begins. Follow `next` and `previous`; do not make one.",
    ),
    OpenApiParameter(
        "limit",
        {"type": "integer", "minimum": 1, "maximum": LONGEST, "default": USUAL},
        description="How many to a page.",
    ),
]


def problems(told: dict[int, str]) -> dict[tuple[int, str], OpenApiResponse]:
    """The responses of an operation's own refusals, by status: which they are, and what helps."""
    return {
        (status, CONTENT_TYPE): OpenApiResponse(PROBLEM, description=said)
        for status, said in told.items()
    }


def example(name: str, value: object, *, request: bool = False) -> OpenApiExample:
    return OpenApiExample(name, value=value, request_only=request, response_only=not request)


class BearerScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "commons.authentication.TokenAuthentication"
    name = "token"

    def get_security_requirement(self, auto_schema: AutoSchema) -> dict[str, list[Any]]:
        scope = scope_for(auto_schema.view, auto_schema.method)
        return {"token": [scope.value] if scope else []}

    def get_security_definition(self, auto_schema: AutoSchema) -> Schema:
        return {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "laurel_ and 43 letters",
            "description": "A token from your profile page. Its scopes say what it is good for.",
        }


class SessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "commons.authentication.BrowserSession"
    name = "session"
    priority = 1

    def get_security_definition(self, auto_schema: AutoSchema) -> Schema:
        return {
            "type": "apiKey",
            "in": "cookie",
            "name": "laurel_session",
            "description": "A person's browser. Whatever changes something carries the header "
            "`X-CSRFToken` as well.",
        }


class EachByItself(ListField):
    """A list of rows of one shape, of which any other row is refused by itself."""


class Described(AutoSchema):
    """An operation, with the problems that any of its kind may meet and the links it declares.

    Links from a response to what may follow it stand in the extension ``x-links``, by status.
    """

    def get_operation(self, *args: Any, **kwargs: Any) -> Schema | None:
        operation = super().get_operation(*args, **kwargs)
        if operation is None:
            return None
        for parameter in operation.get("parameters", []):
            if parameter["in"] == "path":
                parameter.setdefault("description", "Its `id`, as lists and answers name it.")
        responses = operation["responses"]
        for status in usual_statuses(operation):
            responses.setdefault(str(status), usual_problem(status))
        body = operation.get("requestBody")
        if body and isinstance(self.get_request_serializer(), PolymorphicProxySerializer):
            body["required"] = True
        for status, links in operation.pop("x-links", {}).items():
            responses[status]["links"] = links
        operation["responses"] = dict(sorted(responses.items()))
        return operation

    def _map_serializer_field(self, field: Any, direction: str, *more: Any) -> Schema:
        mapped: Schema = super()._map_serializer_field(  # type: ignore[no-untyped-call]
            field, direction, *more
        )
        if isinstance(field, Content):
            mapped |= ANY_OBJECT
        if isinstance(field, EachByItself):
            mapped["items"] = {"anyOf": [mapped["items"], ANY_ROW]}
        return mapped


def usual_statuses(operation: Schema) -> set[int]:
    """Which of the usual problems an operation may meet, by what it takes."""
    places = {parameter["in"] for parameter in operation.get("parameters", [])}
    may_be_odd = "requestBody" in operation or bool(places & {"query", "header"})
    return {
        *(401, 403, 406, 429, 500),
        *([400] if may_be_odd else []),
        *([404] if "path" in places else []),
        *([413, 415] if "requestBody" in operation else []),
    }


def usual_problem(status: int) -> Schema:
    return {"$ref": f"#/components/responses/{USUAL_PROBLEMS[status][0]}"}


def add_problems(result: Schema, **_generator: object) -> Schema:
    """drf-spectacular's hook for the whole description: what the operations refer to."""
    components = result["components"]
    components["schemas"] |= {
        "AnyValue": ANY_VALUE_SCHEMA,
        "FieldError": FIELD_ERROR_SCHEMA,
        "Problem": PROBLEM_SCHEMA,
    }
    components["responses"] = {
        name: {
            "description": said,
            "content": {CONTENT_TYPE: {"schema": PROBLEM}},
            **({"headers": HEADERS[status]} if status in HEADERS else {}),
        }
        for status, (name, said) in USUAL_PROBLEMS.items()
    }
    return result


def tell_truly(result: Schema, **_generator: object) -> Schema:
    """drf-spectacular's hook for what it says otherwise than the serializers behave.

    A text may hold no NUL, which PostgreSQL cannot keep. Where one of several shapes is meant, a
    body that has more than one of them is taken as well.
    """
    for schema in inner_schemas(result["components"]["schemas"]):
        if schema.get("type") == "string" and not schema.keys() & {"format", "enum", "pattern"}:
            schema["pattern"] = NO_NUL
        if "oneOf" in schema:
            schema["anyOf"] = schema.pop("oneOf")
    return result


def inner_schemas(value: object) -> Iterator[Schema]:
    """Every object inside a description, itself included."""
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from inner_schemas(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from inner_schemas(inner)
