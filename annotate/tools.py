"""The tools that a prompt offers, and whether a call fits them. PURE: no database, no Django.

A tool is a function as OpenAI's API and chat templates have it:

    {"type": "function", "function": {"name": "dose", "description": "The usual dose of a drug.",
     "parameters": {"type": "object", "properties": {"drug": {"type": "string"}},
                    "required": ["drug"]}}}

``parameters`` is a JSON Schema (2020-12). It may refer to itself and to nothing outside: judging a
call never asks the network.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib import import_module
from typing import Any, TypeAlias

from commons.depth import is_too_deep
from commons.sentences import sentence as _

Tool: TypeAlias = Mapping[str, Any]
Tools: TypeAlias = Sequence[Tool]

MOST_TOOLS = 64  # of one prompt
MOST_FLAWS = 5  # of one call: nobody mends more at once
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,63}")

_BROKEN = "The tool’s own schema is broken; skip the item as broken, or tell the lead."


class OddTool(ValueError):
    """It is no tool; ``field`` is a dotted path in it, and the message says what helps."""

    def __init__(self, field: str, said: str) -> None:
        self.field = field
        super().__init__(said)


def names_of(tools: Tools) -> list[str]:
    return [str(tool["function"]["name"]) for tool in tools]


def name_of(call: object) -> str:
    """What a tool is called, or the tool that a call is of; empty where it does not say."""
    function = call.get("function") if isinstance(call, dict) else None
    name = function.get("name") if isinstance(function, dict) else None
    return name if isinstance(name, str) else ""


def check_tools(tools: Sequence[object]) -> None:
    """Refuse what is no list of tools with names of their own and sound schemas."""
    if len(tools) > MOST_TOOLS:
        raise OddTool(
            "",
            _("offers %(count)s tools; offer at most %(most)s.", count=len(tools), most=MOST_TOOLS),
        )
    if is_too_deep(tools) or holds_nul(tools):
        raise OddTool("", _("holds a NUL character or is nested too deeply; mend that."))
    for place, tool in enumerate(tools):
        _check_tool(tool, str(place))
    names = [name_of(tool) for tool in tools]
    if twice := [name for name in names if names.count(name) > 1]:
        raise OddTool("", _("offers “%(name)s” twice; give each tool its own name.", name=twice[0]))


def flaws_of_arguments(call: object, tools: Tools) -> Iterator[tuple[list[str], str]]:
    """Where the arguments of a call do not fit its tool's schema, and what the schema says.

    The call is of one of these tools.
    """
    function = call.get("function") if isinstance(call, dict) else {}
    arguments = function.get("arguments") if isinstance(function, dict) else None
    if isinstance(arguments, str):
        yield [], "The arguments are no JSON yet; close every brace and quote."
    elif not isinstance(arguments, dict):
        yield [], "The arguments are an object; write them in braces, as in {}."
    elif is_too_deep(arguments) or holds_nul(arguments):
        yield [], "The arguments hold a NUL character or are nested too deeply; mend that."
    else:
        schema = _parameters(next(each for each in tools if names_of([each]) == [name_of(call)]))
        yield from _flaws(arguments, schema)


def holds_nul(value: object) -> bool:
    """Whether a text or a name of this JSON has a character that PostgreSQL cannot keep."""
    if isinstance(value, str):
        return "\0" in value
    if isinstance(value, dict):
        return any(holds_nul(inner) for pair in value.items() for inner in pair)
    return isinstance(value, list | tuple) and any(map(holds_nul, value))


def _flaws(arguments: object, schema: Mapping[str, Any]) -> Iterator[tuple[list[str], str]]:
    judge = _judge(schema)
    try:
        found = sorted(judge.iter_errors(arguments), key=lambda each: list(map(str, each.path)))
    except (RecursionError, _library().exceptions._WrappedReferencingError):
        yield [], _BROKEN
        return
    for each in found[:MOST_FLAWS]:
        path = [str(step) for step in each.absolute_path]
        yield path, f"{'.'.join(path)}: {_in_words(each)}" if path else _in_words(each)


def _in_words(found: Any) -> str:
    """A flaw for the person who wrote the call."""
    wanted = found.validator_value
    said = {
        "required": lambda: f"“{_missing(found)}” is missing; add it.",
        "additionalProperties": lambda: (
            f"{_short(found.message)}; leave out what it does not take."
        ),
        "type": lambda: f"{_short(repr(found.instance))} is not of the type {_kinds(wanted)}.",
        "enum": lambda: f"use one of {_short(', '.join(map(str, wanted)))}.",
    }.get(found.validator)
    return str(said()) if said else f"{_short(found.message)}."


def _missing(found: Any) -> str:
    return str(next(name for name in found.validator_value if name not in found.instance))


def _kinds(wanted: object) -> str:
    return " or ".join(map(str, wanted)) if isinstance(wanted, list) else str(wanted)


def _short(said: str) -> str:
    return said if len(said) <= 120 else f"{said[:119]}…"


def _parameters(tool: Tool) -> Mapping[str, Any]:
    return tool["function"].get("parameters") or {"type": "object"}


def _check_tool(tool: object, field: str) -> None:
    function = tool.get("function") if isinstance(tool, dict) else None
    if (
        not isinstance(tool, dict)
        or tool.get("type") != "function"
        or not isinstance(function, dict)
    ):
        raise OddTool(field, _('must be {"type": "function", "function": {"name": …}}.'))
    name = function.get("name")
    if not isinstance(name, str) or not NAME.fullmatch(name):
        raise OddTool(
            f"{field}.function.name", _("must be a word of letters, digits, _, - and dots.")
        )
    if not isinstance(function.get("description", ""), str):
        raise OddTool(f"{field}.function.description", _("must be text."))
    _check_schema(function.get("parameters"), f"{field}.function.parameters")


def _check_schema(schema: object, field: str) -> None:
    if schema is None:
        return
    if not isinstance(schema, dict):
        raise OddTool(field, _("must be a JSON Schema, an object."))
    if any(not str(ref).startswith("#") for ref in _references(schema)):
        raise OddTool(field, _("refers to another schema; put what it needs into its own $defs."))
    library = _library()
    try:
        library.Draft202012Validator.check_schema(schema)
    except library.exceptions.SchemaError as broken:
        raise OddTool(
            field, _("is no JSON Schema (%(said)s); mend it.", said=_short(broken.message))
        ) from None


def _references(schema: object) -> Iterator[object]:
    for each in _objects_in(schema):
        yield from (said for name, said in each.items() if name in {"$ref", "$dynamicRef"})


def _objects_in(value: object) -> Iterator[Mapping[str, object]]:
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from _objects_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _objects_in(inner)


def _judge(schema: Mapping[str, Any]) -> Any:
    """A judge that looks nothing up: the library's own would ask the network for a reference."""
    registry = import_module("referencing").Registry()
    return _library().Draft202012Validator(schema, registry=registry)


@cache
def _library() -> Any:
    """Loaded when the first tool is judged: most processes never judge one, and it takes as long
    to load as all of these pages."""
    return import_module("jsonschema")
