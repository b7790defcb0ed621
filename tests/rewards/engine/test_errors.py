"""What the engine refuses is a sentence, so that a page can say it in its reader's language."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from commons.sentences import as_json, sentence
from rewards import engine
from rewards.engine.errors import BadInput, wrong_with

ENGINE = Path(engine.__file__).parent
TREES = {file: ast.parse(file.read_text("utf-8")) for file in sorted(ENGINE.rglob("*.py"))}
MARKED = ("_", "ngettext")  # what the gatherer of messages looks for


def errors() -> set[str]:
    """EngineError and all that is made of it, but for those that say their sentence themselves."""
    found, own = {"EngineError"}, set()
    classes = [node for node in walked() if isinstance(node, ast.ClassDef)]
    while (
        more := {
            each.name for each in classes if found & {ast.unparse(base) for base in each.bases}
        }
        - found
    ):
        found |= more
    for each in classes:
        if any(isinstance(part, ast.FunctionDef) and part.name == "__init__" for part in each.body):
            own.add(each.name)
    return (found - own) | {"EngineError"}


def walked() -> Iterator[ast.AST]:
    for tree in TREES.values():
        yield from ast.walk(tree)


def is_said(call: ast.Call) -> bool:
    """A sentence made here, or a name: mypy sees to it that a name holds one."""
    match call.args:
        case [ast.Name()]:
            return True
        case [ast.Call(func=ast.Name(id=name))]:
            return name in MARKED
    return False


def plain(tree: ast.AST, known: set[str]) -> list[str]:
    return [
        ast.unparse(node)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func) in known and not is_said(node)
    ]


def test_every_error_of_the_engine_is_said_in_a_sentence() -> None:
    known = errors()
    found = {str(file.relative_to(ENGINE)): plain(tree, known) for file, tree in TREES.items()}

    assert {name: those for name, those in found.items() if those} == {}
    assert {"BadInput", "BadConfig", "ServerRefused", "PromptRefused", "ServerAway"} <= known


@pytest.mark.parametrize(
    "line",
    ['BadInput("plain")', 'BadInput(f"{x} is odd")', "BadInput()", 'BadInput("a" + b)'],
)
def test_what_is_no_sentence_is_seen(line: str) -> None:
    assert plain(ast.parse(line), {"BadInput"}) == [ast.unparse(ast.parse(line))]


def test_nothing_takes_the_name_of_the_sentence() -> None:
    """A local ``_`` would be called in its place; what a comprehension binds ends with it."""
    found = {}
    for file, tree in TREES.items():
        if "sentence as _" not in file.read_text("utf-8"):
            continue
        inside = {
            id(name)
            for node in ast.walk(tree)
            if isinstance(node, ast.comprehension)
            for name in ast.walk(node.target)
        }
        found[file.name] = [
            node.lineno
            for node in ast.walk(tree)
            if isinstance(node, ast.Name)
            and isinstance(node.ctx, ast.Store)
            and node.id == "_"
            and id(node) not in inside
        ]

    assert {name: lines for name, lines in found.items() if lines} == {}


def test_a_row_without_a_key_is_told_which() -> None:
    assert wrong_with(KeyError("messages")) == "'messages' is missing; add it."
    assert wrong_with(ValueError("odd")) == "odd"


def test_what_is_wrong_with_a_row_stays_a_sentence_inside_another() -> None:
    odd = sentence("%(odd)s", odd=wrong_with(KeyError("id")))

    assert as_json(wrong_with(BadInput(odd))) == {
        "sentence": "%(odd)s",
        "given": {"odd": {"sentence": "%(name)s is missing; add it.", "given": {"name": "'id'"}}},
    }
