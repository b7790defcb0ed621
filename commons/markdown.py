"""The one renderer of text that people and models write: Markdown in, safe HTML out.

    Markdown -> tokens -> HTML, code coloured by classes, TeX as MathML -> sanitised once, here

Nothing else in Laurel marks such text as safe. The input is taken for hostile: raw HTML is
shown as text, images become links, direction overrides are made visible, and very long texts
are shown as they are instead of being parsed for minutes.
"""

import html
import inspect
import re
from collections.abc import Mapping, Sequence
from typing import Any

import nh3
from django.utils.safestring import SafeString, mark_safe
from latex2mathml import exceptions as tex
from latex2mathml.converter import convert
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from mdit_py_plugins.dollarmath import dollarmath_plugin
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name
from pygments.util import ClassNotFound

RENDERER_VERSION = 1  # part of the key of whatever caches rendered text
LONGEST = 200_000  # characters; what is longer is shown as plain text
LONGEST_TEX = 2_000  # characters of one formula

# What a converter of foreign TeX raises: its own errors, and what its index arithmetic runs into.
_TEX_ERRORS = (
    *(error for _, error in inspect.getmembers(tex, inspect.isclass)),
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    RecursionError,
)
# Marks that reorder or hide text (Unicode 16, Bidi_Control, zero-width and tag characters).
_TRICKS = re.compile(
    "[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\U000e0000-\U000e007f]"
)
_DELIMITERS = re.compile(r"\\\((.+?)\\\)|\\\[(.+?)\\\]", re.DOTALL)

_TEXT = {
    *("p", "br", "hr", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote", "em"),
    *("strong", "s", "code", "pre", "span", "div", "a", "bdi"),
    *("table", "thead", "tbody", "tr", "th", "td"),
}
_MATH = {
    *("math", "mrow", "mi", "mn", "mo", "ms", "mtext", "mspace", "mfrac", "msqrt", "mroot"),
    *("msub", "msup", "msubsup", "munder", "mover", "munderover", "mmultiscripts", "mprescripts"),
    *("mtable", "mtr", "mtd", "mstyle", "mpadded", "mphantom", "menclose", "none"),
}
_MATH_ATTRIBUTES = {
    *("display", "displaystyle", "scriptlevel", "mathvariant", "stretchy", "fence", "form"),
    *("separator", "lspace", "rspace", "width", "height", "depth", "linethickness", "accent"),
    *("accentunder", "movablelimits", "minsize", "maxsize", "columnalign", "rowspacing"),
    *("columnspacing", "columnlines", "rowlines", "notation", "symmetric", "largeop"),
}
_ATTRIBUTES = {
    "a": {"href", "title"},
    "ol": {"start"},
    "code": {"class"},
    "span": {"class"},
    "div": {"class", "tabindex"},
    "pre": {"class", "tabindex"},
    "th": {"class"},
    "td": {"class"},
    **{name: _MATH_ATTRIBUTES for name in _MATH},
}


def render_markdown(text: str) -> SafeString:
    """The HTML of a Markdown text, safe to be put into any page.

    CommonMark with tables, strikethrough and TeX between ``$``, ``$$``, ``\\(`` or ``\\[``.
    """
    plain = _TRICKS.sub(_name_of, text)
    if len(plain) > LONGEST:
        found = f"<pre>{html.escape(plain)}</pre>"
    else:
        found = _PARSER.render(_DELIMITERS.sub(_dollars, plain))
    return mark_safe(_CLEANER.clean(found))  # noqa: S308  # the one place, after the sanitiser


def _name_of(trick: re.Match[str]) -> str:
    return f"[U+{ord(trick[0]):04X}]"


def _dollars(formula: re.Match[str]) -> str:
    return f"${formula[1]}$" if formula[1] else f"$${formula[2]}$$"


def _coloured(code: str, language: str, attributes: str) -> str:
    """A fenced block; unknown languages stay uncoloured. It scrolls, so it can be focused."""
    try:
        lexer = get_lexer_by_name(language) if language else None
    except ClassNotFound:
        lexer = None
    inner = highlight(code, lexer, _FORMATTER) if lexer else html.escape(code)
    return f'<pre class="code" tabindex="0"><code>{inner}</code></pre>\n'


def _mathml(formula: str, options: Mapping[str, Any]) -> str:
    block = bool(options.get("display_mode"))
    try:
        if len(formula) > LONGEST_TEX:
            raise ValueError
        found = convert(formula, display="block" if block else "inline")
    except _TEX_ERRORS:
        return f'<code class="tex">{html.escape(formula)}</code>'
    return f'<div class="formula" tabindex="0">{found}</div>' if block else found


class _Renderer(RendererHTML):
    """Images are not fetched: a reader of hostile text must not be tracked by it."""

    def image(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        token = tokens[idx]
        label = html.escape(token.content or "image")
        return f'<a href="{html.escape(str(token.attrGet("src") or ""))}">{label}</a>'

    def table_open(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        return '<div class="table" tabindex="0"><table>\n'

    def table_close(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        return "</table></div>\n"

    def th_open(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        return _cell("th", tokens[idx])

    def td_open(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        return _cell("td", tokens[idx])


def _cell(name: str, token: Token) -> str:
    """Alignment as a class: the policy of the pages forbids styles in the text."""
    side = str(token.attrGet("style") or "").removeprefix("text-align:")
    return f'<{name} class="{side}">' if side else f"<{name}>"


_FORMATTER = HtmlFormatter(nowrap=True)
_PARSER = (
    MarkdownIt(
        "commonmark",
        {"html": False, "highlight": _coloured, "maxNesting": 50},
        renderer_cls=_Renderer,
    )
    .enable(["table", "strikethrough"])
    .use(
        dollarmath_plugin,
        renderer=_mathml,
        allow_space=False,
        allow_digits=False,
        double_inline=True,
    )
)
_CLEANER = nh3.Cleaner(
    tags=_TEXT | _MATH,
    attributes=_ATTRIBUTES,
    url_schemes={"http", "https", "mailto"},
    link_rel="noopener noreferrer nofollow",
    generic_attribute_prefixes=set(),
)
