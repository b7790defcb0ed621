"""Every address of the product, and what is called where it is read."""

import ast
import inspect
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

ROOT = Path(__file__).parent.parent
FOLDERS = ("annotate/views", "annotate/api", "rewards/views", "rewards/api", "commons/views")
Node = ast.FunctionDef | ast.ClassDef


@dataclass(frozen=True)
class Route:
    """``name`` as ``reverse`` knows it."""

    name: str
    view: Any

    @property
    def node(self) -> tuple[Path, Node]:
        """Where the view, or the method of the API that reads, stands in the source."""
        found = getattr(self.view, "view_class", None) or inspect.unwrap(self.view)
        path = Path(inspect.getfile(found))
        return path, _defined(path)[found.__name__]

    @property
    def is_read(self) -> bool:
        """Whether a GET answers with something; what takes POST alone is an act."""
        node = self.node[1]
        if isinstance(node, ast.ClassDef):
            is_of_the_api = "APIView" in {base.__name__ for base in self.view.view_class.__mro__}
            return not is_of_the_api or hasattr(self.view.view_class, "get")
        return not any(_takes_no_get(each) for each in node.decorator_list)

    @property
    def calls(self) -> set[str]:
        """All names that are called where it is read, also by what it calls of the same layer."""
        path, node = self.node
        if isinstance(node, ast.ClassDef):
            methods = [each for each in node.body if isinstance(each, ast.FunctionDef)]
            reads = [each for each in methods if each.name == "get"]
            return set().union(*(_called(path, each, frozenset()) for each in reads or methods))
        return _called(path, node, frozenset())


def routes() -> Iterator[Route]:
    """All but those of Django's admin, which are its site's."""
    yield from _below(get_resolver(), "")


def _below(resolver: URLResolver, space: str) -> Iterator[Route]:
    for each in resolver.url_patterns:
        if isinstance(each, URLPattern):
            yield Route(f"{space}{each.name or each.pattern}", each.callback)
        elif each.namespace != "admin":
            yield from _below(each, f"{each.namespace}:" if each.namespace else space)


def _takes_no_get(decorator: ast.expr) -> bool:
    if isinstance(decorator, ast.Call):
        is_named = getattr(decorator.func, "id", "") == "require_http_methods"
        return is_named and "GET" not in ast.literal_eval(decorator.args[0])
    return getattr(decorator, "id", "") == "require_POST"


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


@cache
def _defined(path: Path) -> dict[str, Node]:
    """What a file defines, methods among it."""
    found = ast.walk(_tree(path))
    return {each.name: each for each in found if isinstance(each, Node)}


@cache
def _imported(path: Path) -> dict[str, Path]:
    """In which file of the same layers a name is defined that this one imports."""
    found: dict[str, Path] = {}
    for node in ast.walk(_tree(path)):
        if isinstance(node, ast.ImportFrom) and node.module:
            source = Path(f"{node.module.replace('.', '/')}.py")
            if source.as_posix().startswith(FOLDERS) and (ROOT / source).exists():
                found |= {each.asname or each.name: ROOT / source for each in node.names}
    return found


def _called(path: Path, node: Node, seen: frozenset[tuple[Path, str]]) -> set[str]:
    seen |= {(path, node.name)}
    calls = [each for each in ast.walk(node) if isinstance(each, ast.Call)]
    names = {name for each in calls for name in _names_of(each)}
    found = set(names)
    for name in names:
        there = path if name in _defined(path) else _imported(path).get(name)
        if there and name in _defined(there) and (there, name) not in seen:
            found |= _called(there, _defined(there)[name], seen)
    return found


def _names_of(call: ast.Call) -> Iterator[str]:
    """What is called, and what ``partial`` is given to call."""
    said = [call.func]
    if getattr(call.func, "id", "") == "partial":
        said += call.args
    for each in said:
        yield getattr(each, "id", "") or getattr(each, "attr", "")
