"""The tools that a prompt offers, and calls that fit them or not."""

from typing import Any

import pytest

from annotate.tools import OddTool, check_tools, flaws_of_arguments

DOSE: dict[str, Any] = {
    "type": "function",
    "function": {
        "name": "dose",
        "description": "The usual dose of a drug.",
        "parameters": {
            "type": "object",
            "properties": {
                "drug": {"type": "string"},
                "weight": {"type": "number", "exclusiveMinimum": 0},
                "route": {"enum": ["oral", "iv"]},
            },
            "required": ["drug"],
            "additionalProperties": False,
        },
    },
}


def call(arguments: object, name: str = "dose") -> dict[str, object]:
    return {"type": "function", "function": {"name": name, "arguments": arguments}}


def tool(**function: object) -> dict[str, object]:
    return {"type": "function", "function": {"name": "dose", **function}}


@pytest.mark.parametrize(
    ("arguments", "flaws"),
    [
        ({"drug": "aspirin", "weight": 70, "route": "oral"}, []),
        ({}, [([], "“drug” is missing; add it.")]),
        ({"drug": 7}, [(["drug"], "drug: 7 is not of the type string.")]),
        (
            {"drug": "aspirin", "route": "nasal"},
            [(["route"], "route: use one of oral, iv.")],
        ),
        (
            {"drug": "aspirin", "weight": 0},
            [(["weight"], "weight: 0 is less than or equal to the minimum of 0.")],
        ),
        (
            {"drug": "aspirin", "when": "now"},
            [
                (
                    [],
                    "Additional properties are not allowed ('when' was unexpected); leave out "
                    "what it does not take.",
                )
            ],
        ),
        ('{"drug": ', [([], "The arguments are no JSON yet; close every brace and quote.")]),
        (["aspirin"], [([], "The arguments are an object; write them in braces, as in {}.")]),
        (
            {"drug": "\0"},
            [
                (
                    [],
                    "The arguments hold a NUL character or are nested too deeply; mend that.",
                )
            ],
        ),
    ],
)
def test_a_call_is_judged_by_the_schema_of_its_tool(
    arguments: object, flaws: list[tuple[list[str], str]]
) -> None:
    assert list(flaws_of_arguments(call(arguments), [DOSE])) == flaws


def test_a_tool_without_parameters_takes_any_object() -> None:
    assert list(flaws_of_arguments(call({"a": 1}), [tool()])) == []


@pytest.mark.parametrize("reference", ["#/$defs/missing", "#"])
def test_a_schema_that_leads_nowhere_or_round_and_round_is_said_to_be_broken(
    reference: str,
) -> None:
    offered = [tool(parameters={"$ref": reference})]

    ((path, said),) = flaws_of_arguments(call({}), offered)

    assert (path, said.split(";")[0]) == ([], "The tool’s own schema is broken")


def test_sound_tools_pass() -> None:
    check_tools([DOSE, {"type": "function", "function": {"name": "now"}}])


@pytest.mark.parametrize(
    ("offered", "field", "said"),
    [
        (["dose"], "0", "must be"),
        ([{"type": "code"}], "0", "must be"),
        ([tool(name="two words")], "0.function.name", "a word of letters"),
        ([tool(description=7)], "0.function.description", "must be text"),
        ([tool(parameters=[])], "0.function.parameters", "must be a JSON Schema"),
        ([tool(parameters={"type": "dose"})], "0.function.parameters", "is no JSON Schema"),
        (
            [tool(parameters={"$ref": "https://example.org/schema"})],
            "0.function.parameters",
            "refers to another schema",
        ),
        ([DOSE, DOSE], "", "offers “dose” twice"),
        ([DOSE] * 65, "", "at most 64"),
        ([tool(description="\0")], "", "NUL"),
    ],
)
def test_what_is_no_tool_is_refused_with_its_place(
    offered: list[object], field: str, said: str
) -> None:
    with pytest.raises(OddTool, match=said) as odd:
        check_tools(offered)

    assert odd.value.field == field
