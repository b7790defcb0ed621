r"""TeX becomes MathML, which browsers draw themselves and screen readers speak.

Formulas stand between dollars (the dollarmath plugin) or, as language models like to write,
between ``\(`` and ``\)`` or ``\[`` and ``\]``.
"""

import re
from html import unescape
from xml.etree.ElementTree import Element, tostring

from latex2mathml import exceptions
from latex2mathml.converter import convert_to_element
from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline

from commons.markdown.escaping import reorders

LONGEST = 2_000  # characters of a formula
DEEPEST = 40  # elements in one another; at some hundreds, browsers stand still for half a minute

# A few definitions that use one another twice would grow without bound.
_DEFINITION = re.compile(r"\\(?:new|renew|provide|def|let|Declare)")

_UNREADABLE: tuple[type[Exception], ...] = (
    *(
        error
        for error in vars(exceptions).values()
        if isinstance(error, type) and issubclass(error, Exception)
    ),
    # What it raises beyond these on TeX that it does not foresee:
    ArithmeticError,
    AttributeError,
    LookupError,
    RuntimeError,
    StopIteration,
    TypeError,
    ValueError,
)


def mathml_of(tex: str, *, display: bool) -> str | None:
    """MathML of a formula; None if it cannot be read and its source has to be shown."""
    if len(tex) > LONGEST or reorders(tex) or _DEFINITION.search(tex):
        return None
    try:
        formula = convert_to_element(tex, display="block" if display else "inline")
    except _UNREADABLE:
        return None
    return None if _is_too_deep(formula) else _written(formula)


def _is_too_deep(formula: Element) -> bool:
    level = [formula]
    for _ in range(DEEPEST):
        level = [child for element in level for child in element]
    return bool(level)


def _written(formula: Element) -> str:
    """HTML of a formula; the converter keeps entities in its texts and would escape nothing."""
    for element in formula.iter():
        element.text = unescape(element.text) if element.text else None
        element.tail = unescape(element.tail) if element.tail else None
    return tostring(formula, encoding="unicode")


def brackets_plugin(md: MarkdownIt) -> None:
    r"""Read ``\( … \)`` and ``\[ … \]`` as the dollarmath plugin reads dollars."""
    md.inline.ruler.before("escape", "math_brackets", _inline)
    md.block.ruler.before(
        "fence",
        "math_bracket_block",
        _block,
        {"alt": ["paragraph", "reference", "blockquote", "list"]},
    )


def _inline(state: StateInline, silent: bool) -> bool:
    opening = state.src[state.pos : state.pos + 2]
    closing = {r"\(": r"\)", r"\[": r"\]"}.get(opening)
    if closing is None:
        return False
    start = state.pos + 2
    end = state.src.find(closing, start, min(start + LONGEST, state.posMax))
    if end < 0 or not state.src[start:end].strip():
        return False
    if not silent:
        name = "math_inline" if opening == r"\(" else "math_inline_double"
        token = state.push(name, "math", 0)
        token.content = state.src[start:end]
        token.markup = opening
    state.pos = end + 2
    return True


def _block(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    if state.is_code_block(start) or not _line(state, start).startswith(r"\["):
        return False
    length = 0
    for last in range(start, end):
        line = _line(state, last)
        length += len(line)
        opens_anew = last > start and line.startswith(r"\[")
        if not line or opens_anew or length > LONGEST:  # a blank line ends every paragraph
            return False
        if r"\]" in line:
            break
    else:
        return False
    content = state.getLines(start, last + 1, state.blkIndent, False).strip()
    if content.index(r"\]") != len(content) - 2:  # text follows: the inline rule reads it
        return False
    if not silent:
        token = state.push("math_block", "math", 0)
        token.block = True
        token.content = content[2:-2]
        token.map = [start, last + 1]
        token.markup = r"\["
        state.line = last + 1
    return True


def _line(state: StateBlock, number: int) -> str:
    return state.src[state.bMarks[number] + state.tShift[number] : state.eMarks[number]].strip()
