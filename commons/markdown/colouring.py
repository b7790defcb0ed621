"""Code becomes spans with Pygments' classes; the colours are the style sheet's."""

import time
from collections.abc import Iterator

from pygments import format
from pygments.formatters import HtmlFormatter
from pygments.lexer import Lexer
from pygments.lexers import get_all_lexers, get_lexer_by_name
from pygments.token import Text, _TokenType

from commons.markdown.escaping import with_marks

# By the names of Pygments' own lexers: looking for plugins would search every installed package
# anew for each name that nobody knows.
_KNOWN = frozenset(alias for _, aliases, _, _ in get_all_lexers(plugins=False) for alias in aliases)
_FORMATTER = HtmlFormatter(nowrap=True)


def coloured(code: str, language: str, *, until: float) -> str | None:
    """HTML of a piece of code; None if its language is not known or the time is up.

    Some lexers need quadratic time for hostile code (in Java, 10,000 empty lines take more than
    five seconds). What is not read when ``time.monotonic()`` reaches ``until`` stays plain.
    """
    if language.lower() not in _KNOWN or time.monotonic() > until:
        return None
    lexer = get_lexer_by_name(language.lower())
    return with_marks(format(_tokens(lexer, code, until), _FORMATTER))


def _tokens(lexer: Lexer, code: str, until: float) -> Iterator[tuple[_TokenType, str]]:
    for start, kind, text in lexer.get_tokens_unprocessed(code):
        if time.monotonic() > until:
            yield Text, code[start:]
            return
        yield kind, text
