"""V8, the engine of Chromium, with the board's own modules and nothing of a page.

An engine alone reads scripts, not modules: each module becomes a function that gives what it
exports. Of a page they ask its language alone; a board clones nothing but JSON.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from py_mini_racer import MiniRacer

ROOT = Path(__file__).parents[2]
GETTEXT = ROOT / "commons/static/commons/js/gettext.js"
BOARD = ROOT / "annotate/static/annotate/js/board.js"

IMPORT = re.compile(r'^import \{(?P<names>[^}]+)\} from "[^"]+gettext\.js";$', re.MULTILINE)
EXPORT = re.compile(r"^export (?=(?:const|class|function) (\w+))", re.MULTILINE)
PAGE = """
globalThis.document = { documentElement: { lang: "en" } };
globalThis.structuredClone = (value) => JSON.parse(JSON.stringify(value));
"""


def as_script(module: Path, name: str) -> str:
    """A module as a constant of this name that holds what it exports."""
    source = module.read_text()
    exports = ", ".join(EXPORT.findall(source))
    body = IMPORT.sub(r"const {\g<names>} = gettexts;", EXPORT.sub("", source))
    return f"const {name} = (() => {{\n{body}\nreturn {{ {exports} }};\n}})();\n"


@contextmanager
def engine(then: str) -> Iterator[MiniRacer]:
    """An engine that knows ``boards.Board``, and what ``then`` defines with it."""
    with MiniRacer() as opened:
        opened.eval(PAGE + as_script(GETTEXT, "gettexts") + as_script(BOARD, "boards") + then)
        yield opened
