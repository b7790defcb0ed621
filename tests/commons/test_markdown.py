import re
import time

import pytest
from django.utils.safestring import SafeString

from commons.markdown import RENDERER_VERSION, render_markdown
from commons.markdown.sanitising import sanitised

OUTSIDE = 'target="_blank" rel="noopener noreferrer nofollow"'

HOSTILE = [
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//evil.example/x.js>",
    "<img src=x onerror=alert(1)>",
    '<p style="position:fixed" onclick="alert(1)">x</p>',
    '<iframe src="https://evil.example"></iframe>',
    "<svg><script>alert(1)</script></svg>",
    "<svg/onload=alert(1)>",
    "<math><mtext><mglyph><style><img src=x onerror=alert(1)></style></mglyph></mtext></math>",
    "<style>* { display: none }</style>",
    "<form action=https://evil.example><input name=password></form>",
    "<!--[if IE]><script>alert(1)</script><![endif]-->",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;script&#62;alert(1)&#60;/script&#62;",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](java\nscript:alert(1))",
    "[x](\x01javascript:alert(1))",
    "[x](vbscript:msgbox(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "![x](data:image/svg+xml;base64,PHN2Zz4=)",
    "[x](file:///etc/passwd)",
    "[x](/accounts/logout)",
    "[x](//evil.example)",
    "[x](#top)",
    "[x](?delete=1)",
    "[x]: javascript:alert(1)\n\n[x]",
    "<javascript:alert(1)>",
    '[x](https://e.example "onmouseover=alert(1)")',
    '[x](https://e.example/"onmouseover="alert(1))',
    '![x" onerror="alert(1)](https://e.example/a.png)',
    '```"><script>alert(1)</script>\nx\n```',
    "```html\n<script>alert(1)</script>\n```",
    '```x" onmouseover="alert(1)\nx\n```',
    "`<script>alert(1)</script>`",
    r"$\text{<script>alert(1)</script>}$",
    r"$\text{<style><img src=x onerror=alert(1)></style>}$",
    r"$\text{&lt;script&gt;alert(1)&lt;/script&gt;}$",
    r"$\href{javascript:alert(1)}{x}$",
    r"$\style{position:fixed}{x}$",
    r'$\class{a" onclick="alert(1)}{x}$',
    r"$\color{red;background:url(https://evil.example)}x$",
    r"\(<script>alert(1)</script>\)",
    r"\[ \frac{<script>alert(1)</script>} \]",
    "| <script>alert(1)</script> |\n|---|\n| x |",
    '|a|\n|:-"onclick=alert(1)-:|\n|x|',
    "\x00<script>\x00alert(1)</script>",
]

TEXT_TAGS = {
    "p",
    "s",
    "h1",
    "pre",
    "code",
    "a",
    "span",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
}
MATHS_TAGS = {"math", "mrow", "mi", "mn", "mo", "mtext", "mfrac", "mstyle"}
ALLOWED_ATTRIBUTES = {
    "a": {"href", "target", "rel"},
    "span": {"class"},
    "pre": {"tabindex"},
    "table": {"tabindex"},
    "math": {"display"},
    "mo": {"stretchy"},
    "mstyle": {"mathcolor"},
}


def elements(html: str) -> list[tuple[str, dict[str, str]]]:
    """Every opening tag with its attributes, as they are written."""
    return [
        (tag, dict(re.findall(r'\s([^\s=">]+)="([^"]*)"', rest)))
        for tag, rest in re.findall(r"<([a-zA-Z][^\s/>]*)((?:\s[^>]*)?)>", html)
    ]


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_hostile_becomes_an_element_an_attribute_or_a_link(text: str) -> None:
    for tag, attributes in elements(render_markdown(text)):
        assert tag in TEXT_TAGS | MATHS_TAGS
        assert attributes.keys() <= ALLOWED_ATTRIBUTES.get(tag, set())
        assert attributes.get("href", "https://").startswith("https://")


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("<b>x</b> & y", "<p>&lt;b&gt;x&lt;/b&gt; &amp; y</p>"),
        ("&lt;b&gt; &#x41;", "<p>&lt;b&gt; A</p>"),
        ("[x](javascript:f)", "<p>[x](javascript:f)</p>"),
        ("[x](/logout)", "<p>[x](/logout)</p>"),
        ("![x](data:image/png;base64,AA)", "<p>![x](data:image/png;base64,AA)</p>"),
        ("```\nunclosed <b>", '<pre tabindex="0"><code>unclosed &lt;b&gt;</code></pre>'),
        (
            r"$\text{<b>}$",
            '<p><math display="inline"><mrow><mtext>&lt;b&gt;</mtext></mrow></math></p>',
        ),
    ],
)
def test_what_is_not_obeyed_is_shown(text: str, html: str) -> None:
    assert render_markdown(text).strip() == html


@pytest.mark.parametrize(
    ("html", "clean"),
    [
        ('<a href="/logout" title="t" onclick="f()">x</a>', f"<a {OUTSIDE}>x</a>"),
        ('<a href="javascript:f()">x</a>', f"<a {OUTSIDE}>x</a>"),
        ('<span class="k highlight" id="i" style="top:0">x</span>', '<span class="k">x</span>'),
        ('<img src="https://e.example/p.png">', ""),
        ('<math><mi href="javascript:f()">x</mi></math>', "<math><mi>x</mi></math>"),
    ],
)
def test_the_last_wall_stands_by_itself(html: str, clean: str) -> None:
    assert sanitised(html) == clean


def test_the_result_is_marked_as_safe_and_has_a_version() -> None:
    assert isinstance(render_markdown("x"), SafeString)
    assert RENDERER_VERSION == 1


def test_common_markdown_is_drawn() -> None:
    html = render_markdown(
        "## Head\n\n*a* **b** ~~c~~ `d`\n\n> e\n\n1. f\n2. g\n\n---\n\n- h\\\n  i"
    )

    assert html == (
        "<h2>Head</h2>\n"
        "<p><em>a</em> <strong>b</strong> <s>c</s> <code>d</code></p>\n"
        "<blockquote>\n<p>e</p>\n</blockquote>\n"
        "<ol>\n<li>f</li>\n<li>g</li>\n</ol>\n"
        "<hr>\n"
        "<ul>\n<li>h<br>\ni</li>\n</ul>\n"
    )


def test_links_open_beside_the_page_and_tell_nothing() -> None:
    html = render_markdown('[a](https://e.example/?x=1&y=2 "t") <mailto:a@e.example>')

    assert html == (
        f'<p><a href="https://e.example/?x=1&amp;y=2" {OUTSIDE}>a</a> '
        f'<a href="mailto:a@e.example" {OUTSIDE}>mailto:a@e.example</a></p>\n'
    )


def test_pictures_become_links_and_within_a_link_their_names() -> None:
    html = render_markdown(
        "![a *b*](https://e.example/p.png) ![](https://e.example/q.png) "
        "[![c](https://e.example/r.png)](https://e.example/s)"
    )

    assert html == (
        f'<p><a href="https://e.example/p.png" {OUTSIDE}>a b</a> '
        f'<a href="https://e.example/q.png" {OUTSIDE}>https://e.example/q.png</a> '
        f'<a href="https://e.example/s" {OUTSIDE}>c</a></p>\n'
    )


def test_tables_align_by_class_as_no_style_is_allowed() -> None:
    html = render_markdown("| a | b | c |\n|---|:-:|--:|\n| 1 | **2** | 3 |")

    assert html == (
        '<table tabindex="0">\n<thead>\n<tr>\n'
        '<th>a</th>\n<th class="align-center">b</th>\n<th class="align-right">c</th>\n'
        "</tr>\n</thead>\n<tbody>\n<tr>\n"
        '<td>1</td>\n<td class="align-center"><strong>2</strong></td>\n'
        '<td class="align-right">3</td>\n'
        "</tr>\n</tbody>\n</table>\n"
    )


def test_code_is_coloured_by_classes() -> None:
    html = render_markdown("```Python title=x\nif a < 1:  # why\n```")

    assert html == (
        '<pre tabindex="0"><code><span class="k">if</span> <span class="n">a</span> '
        '<span class="o">&lt;</span> <span class="mi">1</span><span class="p">:</span>  '
        '<span class="c1"># why</span>\n</code></pre>\n'
    )


@pytest.mark.parametrize("language", ["", "nobody-knows", "\\x"])
def test_code_of_no_known_language_stays_plain(language: str) -> None:
    html = render_markdown(f"```{language}\na < b\n\n c\n```")

    assert html == '<pre tabindex="0"><code>a &lt; b\n\n c\n</code></pre>\n'


@pytest.mark.parametrize("source", ["$x^2$", r"\(x^2\)", r"$$x^2$$", r"\[x^2\]"])
@pytest.mark.parametrize("words", ["a {} b", "{}"])
def test_formulas_stand_between_dollars_or_brackets(source: str, words: str) -> None:
    html = render_markdown(words.format(source))

    display = "inline" if source[:2] in ("$x", r"\(") else "block"
    assert (
        f'<math display="{display}"><mrow><msup><mi>x</mi><mn>2</mn></msup></mrow></math>' in html
    )


def test_a_formula_of_several_lines_ends_the_paragraph() -> None:
    html = render_markdown("so\n\\[\nx\n- y\n\\]\nand\n\n> - \\[\n>   z\n>   \\]")

    assert html == (
        "<p>so</p>\n"
        '<math display="block"><mrow><mi>x</mi><mo>−</mo><mi>y</mi></mrow></math>\n'
        "<p>and</p>\n"
        "<blockquote>\n<ul>\n<li>\n"
        '<math display="block"><mrow><mi>z</mi></mrow></math>\n'
        "</li>\n</ul>\n</blockquote>\n"
    )


@pytest.mark.parametrize(
    "text",
    ["It costs $5, then $10.", "US$3 or $4", r"\$x\$", r"\\(x\\)", r"\(x", r"\[ \]", "`$x$`"],
)
def test_what_only_looks_like_a_formula_is_none(text: str) -> None:
    assert "<math" not in render_markdown(text)


@pytest.mark.parametrize(
    ("text", "html"),
    [
        (r"$\frac{$", r"<p><code>\frac{</code></p>"),
        (r"$a^b^c$", r"<p><code>a^b^c</code></p>"),
        ("$$\n\\left(\n$$", '<pre tabindex="0"><code>\n\\left(\n</code></pre>'),
        (r"\(\newcommand{\a}{b}\a\)", r"<p><code>\newcommand{\a}{b}\a</code></p>"),
        ("$x" + "+x" * 1000 + "$", "<p><code>x" + "+x" * 1000 + "</code></p>"),
        ("$x\u202ey$", '<p><code>x<span class="control">U+202E</span>y</code></p>'),
    ],
)
def test_tex_that_cannot_be_read_is_shown_as_it_is(text: str, html: str) -> None:
    assert render_markdown(text).strip() == html


def test_characters_that_reorder_text_are_spelt_out_everywhere() -> None:
    html = render_markdown(
        "a\u202eb `c\u2066d` [e\u202d](https://e.example/\u202e) ![f\u2067](https://e.example)\n\n"
        "    g\u202a\n\n```python\n# h\u2069\n```\n\n```\ni\u202b\n```\n\nj&#x202c;"
    )

    assert not re.search("[\u202a-\u202e\u2066-\u2069]", html)
    assert re.findall(r'<span class="control">U\+(....)</span>', html) == [
        *("202E", "2066", "202D", "2067", "202A", "2069", "202B", "202C")
    ]


def test_the_marks_of_right_to_left_scripts_stay() -> None:
    assert render_markdown("שלום\u200f!") == "<p>שלום\u200f!</p>\n"


HUGE = {
    "brackets": "[" * 100_000,
    "pictures": "![" * 50_000,
    "quotes": ">" * 100_000,
    "nested lists": "".join(f"{'  ' * depth}- a\n" for depth in range(300)),
    "formulas": "$x$ " * 25_000,
    "open formulas": r"\(" * 50_000,
    "open displays": "\\[\nx\n" * 20_000,
    "nested fractions": "$" + r"\frac{" * 300 + "$",
    "tables": "a|b\n-|-\n" * 12_000,
    "empty Java": f"```java\n{chr(10) * 100_000}```",
    "dotted TypeScript": f"```ts\n{'a.' * 50_000}\n```",
    "unknown languages": "".join(f"```x{number}\n```\n" for number in range(8_000)),
}


@pytest.mark.parametrize("name", HUGE)
def test_100_kilobytes_of_anything_are_drawn_in_seconds(name: str) -> None:
    """Each takes less than two; what needs quadratic time takes more than ten."""
    start = time.process_time()

    render_markdown(HUGE[name])

    assert time.process_time() - start < 8


def test_code_that_takes_too_long_to_colour_is_whole_all_the_same() -> None:
    html = render_markdown(f"```java\n{chr(10) * 50_000}// end <b>\n```")

    assert html.count("\n") == 50_002
    assert "// end &lt;b&gt;" in re.sub("</?span[^>]*>", "", html)


def test_a_reference_that_would_fill_the_memory_is_shown_as_it_is() -> None:
    text = f"[a]: https://e.example/{'z' * 1000}\n\n{'[a] ' * 10_000}"

    assert render_markdown(text) == f'<pre tabindex="0">{text}</pre>'


def test_a_text_beyond_all_measure_is_shown_as_it_is() -> None:
    text = "*<* " * 60_000

    assert render_markdown(text) == f'<pre tabindex="0">{text.replace("<", "&lt;")}</pre>'
