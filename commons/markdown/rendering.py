"""From Markdown to HTML: CommonMark, tables, strikethrough, code, mathematics."""

import re
import time
from collections.abc import Iterator, MutableMapping, Sequence
from typing import Any, NamedTuple, TypeAlias

from django.utils.safestring import SafeString
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import OptionsDict
from mdit_py_plugins.dollarmath import dollarmath_plugin

from commons.markdown.addresses import leads_outside, unexpected_host
from commons.markdown.colouring import coloured
from commons.markdown.escaping import shown
from commons.markdown.mathematics import brackets_plugin, mathml_of
from commons.markdown.sanitising import sanitised

RENDERER_VERSION = 2

LONGEST = 200_000  # characters; a longer text is shown as it is written
LONGEST_LINK = 2_000
MOST_GROWTH = 20  # times; a reference that is used a thousand times stands a thousand times in HTML
WORDLESS = 15_000  # characters of HTML before the first letter that is read
ADORNING = 1.0  # seconds that colours and formulas of one text may take; then their source is shown

Env: TypeAlias = MutableMapping[str, Any]

_LETTER = re.compile(r"[^\W\d_]")
_UNREAD = re.compile(r"<[^>]*>?|&#?\w*;?")


class Rendering(NamedTuple):
    """HTML that was made of a text, and whether there was time for all of its looks."""

    html: SafeString
    is_whole: bool


def render_markdown(text: str) -> SafeString:
    """Safe HTML of a text; it stands in an element of its own, as a stranger wrote it.

    HTML in the text is shown, not obeyed. Links open beside the page and tell nothing of it;
    those that lead into this site or to a script are shown as they are written, and beside a name
    that speaks of another host stands the one that is meant. Pictures are not fetched, as that
    would tell a stranger who reads: they become links.
    """
    return rendering_of(text).html


def rendering_of(text: str) -> Rendering:
    """The same, for whoever keeps what comes out."""
    plain = f"<pre>{shown(text)}</pre>"
    if len(text) > LONGEST:
        return Rendering(SafeString(sanitised(plain)), is_whole=True)
    env: Env = {"until": time.monotonic() + ADORNING, "links": 0}
    html = _MARKDOWN.render(text, env)
    grown = len(html) > MOST_GROWTH * len(text) + 10_000
    is_whole = time.monotonic() <= env["until"]
    safe = sanitised(plain if grown or _is_wordless(html) else html)
    return Rendering(SafeString(safe), is_whole)


def _is_wordless(html: str) -> bool:
    """Whether no letter is near the beginning of a long text.

    Browsers look for it to know the direction of a text, all through again for each element that
    comes: 25,000 rules hold up the preview for half a minute.
    """
    return len(html) > WORDLESS and not _LETTER.search(_UNREAD.sub("", html[:WORDLESS]))


def _within_link(tokens: Sequence[Token], opens: int) -> Iterator[Token]:
    """What a link is named by. No slice: of 25,000 links each would copy all that follow."""
    for at in range(opens + 1, len(tokens)):
        if tokens[at].type == "link_close":
            return
        yield tokens[at]


class _Renderer(RendererHTML):
    """Each method draws the token of its name."""

    def text(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: Env) -> str:
        return shown(tokens[idx].content)

    def code_inline(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: Env) -> str:
        return f"<code>{shown(tokens[idx].content)}</code>"

    def code_block(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: Env) -> str:
        return f"<pre><code>{shown(tokens[idx].content)}</code></pre>\n"

    def fence(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: Env) -> str:
        code, words = tokens[idx].content, tokens[idx].info.split()
        html = coloured(code, words[0], until=env["until"]) if words else None
        return f"<pre><code>{shown(code) if html is None else html}</code></pre>\n"

    def link_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: Env) -> str:
        env["links"] += 1
        name = "".join(each.content for each in _within_link(tokens, idx))
        env["aside"] = _aside(name, str(tokens[idx].attrs["href"]))
        return self.renderToken(tokens, idx, options, env)

    def link_close(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: Env) -> str:
        env["links"] -= 1
        return str(env["aside"]) + self.renderToken(tokens, idx, options, env)

    def image(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: Env) -> str:
        picture = tokens[idx]
        source = str(picture.attrs["src"])
        name = self.renderInlineAsText(picture.children or [], options, env) or source
        if env["links"]:
            return shown(name)
        return f'<a href="{shown(source)}">{shown(name)}{_aside(name, source)}</a>'

    def th_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: Env) -> str:
        """The content policy allows no style attribute, so the alignment becomes a class."""
        cell = tokens[idx]
        side = str(cell.attrs.get("style", "")).removeprefix("text-align:")
        return f'<{cell.tag} class="align-{side}">' if side else f"<{cell.tag}>"

    td_open = th_open

    def math_inline(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: Env) -> str:
        html = self._formula(tokens[idx], env, display=False)
        return html or f"<code>{shown(tokens[idx].content)}</code>"

    def math_inline_double(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: Env
    ) -> str:
        html = self._formula(tokens[idx], env, display=True)
        return html or f"<code>{shown(tokens[idx].content)}</code>"

    def math_block(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: Env) -> str:
        html = self._formula(tokens[idx], env, display=True)
        return f"{html or f'<pre><code>{shown(tokens[idx].content)}</code></pre>'}\n"

    @staticmethod
    def _formula(token: Token, env: Env, *, display: bool) -> str | None:
        return (
            None if time.monotonic() > env["until"] else mathml_of(token.content, display=display)
        )


def _aside(name: str, url: str) -> str:
    host = unexpected_host(name, url)
    return f' <span class="host">{shown(host)}</span>' if host else ""


class _Parser(MarkdownIt):
    def validateLink(self, url: str) -> bool:  # noqa: N802 (markdown-it calls it so)
        return len(url) <= LONGEST_LINK and leads_outside(url)


def _parser() -> MarkdownIt:
    md = _Parser("commonmark", {"html": False}, renderer_cls=_Renderer)
    md.enable(["table", "strikethrough"])
    md.use(
        dollarmath_plugin,
        allow_labels=False,
        allow_space=False,  # "$5 and $10" is money
        allow_digits=False,
        allow_blank_lines=False,
        double_inline=True,
    )
    md.use(brackets_plugin)
    drawing = _Renderer(md)  # with its own methods again where the plugin put others
    md.renderer = drawing
    return md


_MARKDOWN = _parser()
