"""Arguments of a call as fields made from a JSON Schema: a module that knows no page."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from tests.browser.conftest import OpenContext

pytestmark = pytest.mark.browser

SCHEMA: dict[str, Any] = {
    "$defs": {"Route": {"enum": ["oral", "iv"], "description": "How it is given."}},
    "properties": {
        "drug": {"type": "string", "description": "Its plain name."},
        "weight": {"type": "number"},
        "times": {"type": "integer"},
        "fasting": {"type": "boolean"},
        "route": {"anyOf": [{"$ref": "#/$defs/Route"}, {"type": "null"}]},
        "with": {"type": "array", "items": {"type": "string"}},
        "patient": {
            "type": "object",
            "properties": {"age": {"type": ["integer", "null"]}, "more": {"type": "object"}},
            "required": ["age"],
        },
        "any": True,
    },
    "required": ["drug"],
}
FORM = """async ([schema, text]) => {
  const { formOf } = await import("/static/annotate/js/argument_fields.js");
  return formOf(schema, text);
}"""
ENTER = """async ([schema, text, entries]) => {
  const { entered } = await import("/static/annotate/js/argument_fields.js");
  return JSON.parse(entries.reduce((now, [path, said]) => entered(schema, now, path, said), text));
}"""

Run = Callable[..., Any]


@pytest.fixture
def run(open_context: OpenContext, live_server: LiveServer) -> Run:
    page: Page = open_context().new_page()
    page.goto("/login/")
    return lambda code, *given: page.evaluate(code, list(given))


def test_a_schema_becomes_fields_and_what_has_none_is_named(run: Run) -> None:
    form = run(FORM, SCHEMA, '{"drug": "aspirin", "with": ["a", "b"], "patient": {"age": 7}}')

    drawn = [(each["name"], each["kind"], each.get("shown")) for each in form["fields"]]
    assert drawn == [
        ("drug", "string", "aspirin"),
        ("weight", "number", ""),
        ("times", "integer", ""),
        ("fasting", "boolean", ""),
        ("route", "choice", ""),
        ("with", "list", "a\nb"),
        ("patient", "group", None),
    ]
    drug, route, patient = form["fields"][0], form["fields"][4], form["fields"][6]
    assert (drug["isRequired"], drug["says"]) == (True, "Its plain name.")
    assert (route["isRequired"], route["says"]) == (False, "How it is given.")
    assert route["choices"] == ["oral", "iv"]
    assert [(each["path"], each["kind"], each["shown"]) for each in patient["fields"]] == [
        (["patient", "age"], "integer", "7")
    ]
    assert form["others"] == ["patient.more", "any"]


def test_fields_are_entered_and_emptied(run: Run) -> None:
    entries = [
        (["drug"], "aspirin"),
        (["weight"], "70.5"),
        (["times"], "2"),
        (["fasting"], "false"),
        (["route"], '"iv"'),
        (["with"], "a\nb\n"),
        (["patient", "age"], "7"),
    ]
    emptied = [(path, "") for path, _ in entries]

    full = {
        "drug": "aspirin",
        "weight": 70.5,
        "times": 2,
        "fasting": False,
        "route": "iv",
        "with": ["a", "b"],
        "patient": {"age": 7},
    }
    assert [
        run(ENTER, SCHEMA, "{}", entries),
        run(ENTER, SCHEMA, '{"left": [1], "weight": 1}', [(["weight"], "2")]),
        run(ENTER, SCHEMA, "", [*entries, *emptied]),
    ] == [full, {"left": [1], "weight": 2}, {"drug": ""}]


@pytest.mark.parametrize("said", ["7x", "1,5", "0x10", "1e999", "12345678901234567890"])
def test_what_is_no_number_stays_as_it_was_typed_for_the_server_to_name(
    run: Run, said: str
) -> None:
    assert run(ENTER, SCHEMA, "{}", [(["weight"], said)]) == {"weight": said}


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ('{"drug": 7}', "drug"),
        ('{"weight": "7"}', "weight"),
        ('{"fasting": "true"}', "fasting"),
        ('{"fasting": null}', "fasting"),
        ('{"route": "nasal"}', "route"),
        ('{"route": null}', "route"),
        ('{"with": ["a\\nb"]}', "with"),
        ('{"with": [""]}', "with"),
        ('{"with": "a"}', "with"),
        ('{"patient": "Ada"}', "patient"),
        ('{"patient": {"age": null}}', "patient.age"),
        ('{"dose": 1}', "dose"),
        ('{"__proto__": 1}', "__proto__"),
    ],
)
def test_a_value_that_a_field_would_change_is_left_in_the_json(
    run: Run, given: str, name: str
) -> None:
    form = run(FORM, SCHEMA, given)

    paths = [field["path"] for field in form["fields"]]
    assert name in form["others"]
    assert name.split(".") not in paths


@pytest.mark.parametrize(
    "text",
    ['{"drug": ', "[]", '"a"', '{"id": 12345678901234567890}', '{"weight": 1e999}'],
)
def test_there_is_no_form_of_what_it_could_not_keep(run: Run, text: str) -> None:
    assert run(FORM, SCHEMA, text) is None


def test_there_is_no_form_without_a_field(run: Run) -> None:
    circle = {"$ref": "#/$defs/a"}
    schemas = [None, {}, {"properties": {"a": circle}, "$defs": {"a": circle}}]

    assert [run(FORM, schema, "{}") for schema in schemas] == [None, None, None]
    assert run(FORM, SCHEMA, '{"drug": "1234567890123456"}') is not None
