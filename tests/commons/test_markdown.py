import re

import pytest
from django.utils.safestring import SafeString

from commons.markdown import RENDERER_VERSION, render_markdown
from commons.markdown.sanitising import sanitised

OUTSIDE = 'target="_blank" rel="noopener noreferrer nofollow"'
HELD_BACK = 'rel="noopener noreferrer nofollow" target="_blank"'  # as nh3 writes it then


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("<b>x</b> & y", "<p>&lt;b&gt;x&lt;/b&gt; &amp; y</p>"),
        ("&lt;b&gt; &#x41;", "<p>&lt;b&gt; A</p>"),
        ("[x](javascript:f)", "<p>[x](javascript:f)</p>"),
        ("[x](/logout)", "<p>[x](/logout)</p>"),
        ("[x](https:logout)", "<p>[x](https:logout)</p>"),
        ("[x](HTTPS:/logout)", "<p>[x](HTTPS:/logout)</p>"),
        ("[x](https:///logout)", "<p>[x](https:///logout)</p>"),
        ("[x](https://bank.example@e.example)", "<p>[x](https://bank.example@e.example)</p>"),
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
        ('<a href="https:logout">x</a>', f"<a {HELD_BACK}>x</a>"),
        ('<span class="k highlight" id="i" style="top:0">x</span>', '<span class="k">x</span>'),
        ('<img src="https://e.example/p.png">', ""),
        ('<math><mi href="javascript:f()">x</mi></math>', "<math><mi>x</mi></math>"),
        ('<math><mspace width="999em"></mspace></math>', "<math><mspace></mspace></math>"),
        ('<math><mspace width="-9.5em"></mspace></math>',) * 2,
        ('<math><mpadded voffset="-1000px"></mpadded></math>', "<math><mpadded></mpadded></math>"),
    ],
)
def test_the_last_wall_stands_by_itself(html: str, clean: str) -> None:
    assert sanitised(html) == clean


def test_the_result_is_marked_as_safe_and_has_a_version() -> None:
    assert isinstance(render_markdown("x"), SafeString)
    assert RENDERER_VERSION == 2


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


BESIDE = ' <span class="host">e.example</span></a>'


@pytest.mark.parametrize(
    "name",
    [
        "bank.example",
        "https://bank.example/login",
        "Sign in at www.Bank.Example now",
        "**bank**.example",
        "`bank.example`",
        "ba\u00adnk\u200b.example",
        "ｂａｎｋ。ｅｘａｍｐｌｅ",
        "e.example and bank.example",
        "anna@bank.example",
        "127.0.0.1",
        "evil.e.example",
    ],
)
def test_beside_a_name_that_speaks_of_another_host_stands_the_one_that_is_meant(name: str) -> None:
    assert BESIDE in render_markdown(f"[{name}](https://e.example/bank.example)")
    assert BESIDE in render_markdown(f"[{name}](mailto:bank.example@e.example?cc=x@y.example)")


def test_a_picture_whose_name_speaks_of_another_host_has_it_beside_too() -> None:
    assert BESIDE in render_markdown("![bank.example](https://e.example/bank.example)")


@pytest.mark.parametrize(
    "name",
    [
        "x",
        "",
        "e.example",
        "WWW.E.example/x",
        "https://e.example/a.html?b=c.html#d.html",
        "version 2.1, e.g. this",
    ],
)
def test_a_name_that_deceives_nobody_stands_alone(name: str) -> None:
    assert "<span" not in render_markdown(f"[{name}](https://docs.e.example/)")


def test_letters_of_another_script_that_look_alike_are_seen_in_the_host() -> None:
    assert '>https://bаnk.example <span class="host">xn--bnk-6cd.example</span></a>' in (
        render_markdown("<https://bаnk.example>")
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
        ("$" + "{" * 40 + "x" + "}" * 40 + "$", f"<p><code>{'{' * 40}x{'}' * 40}</code></p>"),
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


def test_letters_that_only_machines_read_are_spelt_out_and_flags_are_not() -> None:
    england = "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"

    html = render_markdown(f"a\U000e0068\U000e0069 {england} b\u206ac")

    assert html == (
        '<p>a<span class="control">U+E0068 U+E0069</span> '
        f'{england} b<span class="control">U+206A</span>c</p>\n'
    )


def test_a_long_run_of_them_is_spelt_out_by_its_beginning_and_its_length() -> None:
    names = " ".join(["U+202E"] * 8)

    assert render_markdown("\u202e" * 200_001) == (
        f'<pre tabindex="0"><span class="control">{names} … 200001 ×</span></pre>'
    )


def test_the_marks_of_right_to_left_scripts_stay() -> None:
    assert render_markdown("שלום\u200f!") == "<p>שלום\u200f!</p>\n"


def test_code_that_takes_too_long_to_colour_is_whole_all_the_same() -> None:
    html = render_markdown(f"```java\n{chr(10) * 50_000}// end <b>\n```")

    assert html.count("\n") == 50_002
    assert "// end &lt;b&gt;" in re.sub("</?span[^>]*>", "", html)


def test_a_reference_that_would_fill_the_memory_is_shown_as_it_is() -> None:
    text = f"[a]: https://e.example/{'z' * 1000}\n\n{'[a] ' * 10_000}"

    assert render_markdown(text) == f'<pre tabindex="0">{text}</pre>'


@pytest.mark.parametrize("piece", ["***\n", "# 1\n", "```x\n```\n", "- &amp;\n"])
def test_a_long_text_without_a_letter_is_shown_as_it_is_and_with_one_it_is_drawn(
    piece: str,
) -> None:
    text = piece * 5_000

    assert render_markdown(text).startswith('<pre tabindex="0">')
    assert render_markdown(text).count("<") == 2
    assert render_markdown(f"a\n\n{text}").startswith("<p>a</p>")


def test_a_text_beyond_all_measure_is_shown_as_it_is() -> None:
    text = "*<* " * 60_000

    assert render_markdown(text) == f'<pre tabindex="0">{text.replace("<", "&lt;")}</pre>'
