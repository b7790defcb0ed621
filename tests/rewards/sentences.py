"""The sentences that sources say, found without running them.

A sentence refuses where it stands in a raise, in the class of an error, in a function that returns
one or says why (``SAY_WHY``), or where it is put into a name that is raised. What is only reported
on the way does none of these.
"""

import ast
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

SPEAKERS = {"_", "ngettext", "gettext", "Sentence"}
SAY_WHY = {
    "in_words",
    "learned_by_another",
    "pause_cycle",
    "resume_cycle",
    "short_of_quorum",
    "words_for",
    "wrong_with",
}
HOLE = re.compile(r"%\(\w+\)[sd]")
FEWEST = 3  # words of its own, below which a sentence is a part of others


@dataclass(frozen=True)
class Said:
    """A sentence: what is said of one, and of many where that differs."""

    source: str
    forms: tuple[str, ...]

    @property
    def is_whole(self) -> bool:
        """Whether it says something by itself, and is not a mere part of others."""
        return len(re.findall(r"\w+", HOLE.sub("", self.forms[0]))) >= FEWEST


def reached_from(modules: Iterable[str], inside: str) -> list[Path]:
    """The files that these modules import, and those import in turn, in one package."""
    found: set[Path] = set()
    todo = list(modules)
    while todo:
        path = _file_of(todo.pop())
        if path is not None and path not in found:
            found.add(path)
            todo += [name for name in _imports(_tree(path)) if name.startswith(inside)]
    return sorted(found)


def refused_in(paths: Collection[Path]) -> Iterator[Said]:
    """The sentences of these files with which they refuse; of an error's class those alone that
    one of the files raises."""
    errors = {name for path in paths for name in _errors_raised(_tree(path))}
    for path in paths:
        tree = _tree(path)
        parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
        for call, said in _sentences(path):
            above = list(_ancestors(call, parents))
            is_part = any(_speaks(each) for each in above)
            if said.is_whole and not is_part and (_is_raised(above) or _tells_why(above, errors)):
                yield said


def yielded_in(path: Path, *, but: Collection[str] = ()) -> Iterator[Said]:
    """The sentences that a file yields one by one, except in these functions."""
    tree = _tree(path)
    left_out = {
        id(node)
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef) and function.name in but
        for node in ast.walk(function)
    }
    yields = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Yield)}
    for call, said in _sentences(path):
        if id(call) in yields - left_out:
            yield said


def said_in(folders: Iterable[str]) -> Iterator[Said]:
    """Every sentence of every source in these folders."""
    for folder in folders:
        for path in sorted(Path(folder).rglob("*.py")):
            for _call, said in _sentences(path):
                yield said


def _is_raised(above: Sequence[ast.AST]) -> bool:
    """Whether what stands below these is raised here, or put into a name that is."""
    for at, node in enumerate(above):
        match node:
            case ast.Raise():
                return True
            case ast.Call(func=ast.Attribute()):  # somebody else hears it
                return False
            case ast.Assign(targets=[ast.Name(id=name)]):
                here = next(n for n in above[at:] if isinstance(n, ast.FunctionDef | ast.Module))
                return name in _names_raised(here)
    return False


def _tells_why(above: Sequence[ast.AST], errors: Collection[str]) -> bool:
    """Whether it stands in the class of an error, or in a function that returns one or says why."""
    for node in above:
        match node:
            case ast.ClassDef(name=name) if name in errors:
                return True
            case ast.FunctionDef(name=name) if name in SAY_WHY:
                return True
            case ast.FunctionDef(returns=ast.Name(id=name)) if name in errors:
                return True
    return False


def _errors_raised(tree: ast.AST) -> set[str]:
    """The names of the classes that are raised there; of functions, too, which are none."""
    return {
        node.exc.func.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Raise)
        and isinstance(node.exc, ast.Call)
        and isinstance(node.exc.func, ast.Name)
    }


def _names_raised(tree: ast.AST) -> set[str]:
    """Every name in a raise: the error, and what it is told."""
    return {
        node.id
        for each in ast.walk(tree)
        if isinstance(each, ast.Raise)
        for node in ast.walk(each)
        if isinstance(node, ast.Name)
    }


def _speaks(node: ast.AST) -> bool:
    match node:
        case ast.Call(func=ast.Name(id=name)):
            return name in SPEAKERS
    return False


def _ancestors(node: ast.AST, parents: dict[ast.AST, ast.AST]) -> Iterator[ast.AST]:
    while node in parents:
        node = parents[node]
        yield node


def _sentences(path: Path) -> Iterator[tuple[ast.Call, Said]]:
    for node in ast.walk(_tree(path)):
        match node:
            case ast.Call(func=ast.Name(id=name), args=[ast.Constant(value=str(one)), *rest]):
                many = [each.value for each in rest[:1] if isinstance(each, ast.Constant)]
                if name in SPEAKERS:
                    forms = [one, *map(str, many)] if name == "ngettext" else [one]
                    yield node, Said(f"{path}:{node.lineno}", tuple(forms))


def _imports(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{each.name}" for each in node.names)


def _file_of(module: str) -> Path | None:
    whole = Path(*module.split("."))
    return next((p for p in (whole.with_suffix(".py"), whole / "__init__.py") if p.is_file()), None)


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text())
