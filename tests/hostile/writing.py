"""Markdown's own constructs with something hostile in them, and templates of other tools."""

CODE = {
    "a language with a tag": '```"><script>alert(1)</script>\nx\n```',
    "a language with a handler": '```x" onmouseover="alert(1)\nx\n```',
    "a language by entities": "```&quot;&gt;&lt;script&gt;\nx\n```",
    "a language with a path": "```../../../../etc/passwd\nx\n```",
    "a language that is a class of ours": "```control action-bar\nx\n```",
    "a language with attributes": "```{.python onclick=alert(1) style=position:fixed}\nx\n```",
    "a language with a NUL": "```py\x00thon\nx\n```",
    "a diagram": '```mermaid\ngraph TD; A["<img onerror=alert(1)>"]; click A "javascript:x"\n```',
    "HTML in a fence": "```html\n<script>alert(1)</script>\n```",
    "HTML in a fence that is never closed": "```html\n</code></pre><script>alert(1)</script>",
    "HTML with its end in a fence": "```\n</code></pre></div><script>alert(1)</script>\n```",
    "PHP in a fence": "```php\n<?php echo '<img src=x onerror=alert(1)>';\n```",
    "a template in a fence": "```django\n{% include 'x' %}<script>{{ x|safe }}</script>\n```",
    "a session in a fence": "```pycon\n>>> '<script>alert(1)</script>'\n<script>\n```",
    "a difference in a fence": "```diff\n- <script>alert(1)</script>\n+ <img onerror=x>\n```",
    "waves instead of accents": '~~~ "onload=alert(1)\n<script>alert(1)</script>\n~~~',
    "HTML in indented code": "    <script>alert(1)</script>\n    </code></pre><script>",
    "HTML in a code span": "`<script>alert(1)</script>`",
    "HTML in a code span of many accents": "`` ` <img src=x onerror=alert(1)> ` ``",
    "a code span that is never closed": "`<script>alert(1)</script>",
}

TABLES = {
    "a tag in the head of a table": "| <script>alert(1)</script> |\n|---|\n| x |",
    "a tag in a cell": "|a|\n|-|\n|<img src=x onerror=alert(1)>|",
    "a handler in an alignment": '|a|\n|:-"onclick=alert(1)-:|\n|x|',
    "a style in an alignment": "|a|\n|:-:style=x|\n|x|",
    "a script in a link of a cell": "|a|\n|-|\n|[x](javascript:alert(1))|",
    "the end of a table": "|a|\n|-|\n|</td></tr></table><script>alert(1)</script>|",
    "cells beyond the head": "|a|\n|-|\n|x|<script>|alert(1)|</script>|",
}

EXTENSIONS = {
    "a footnote": "x[^1]\n\n[^1]: <script>alert(1)</script>",
    "a footnote whose name has a handler": 'x[^"onclick=alert(1)]\n\n[^"onclick=alert(1)]: y',
    "attributes of a heading": "# x {#ranking .action-bar onclick=alert(1)}",
    "attributes of a paragraph": '{: onclick="alert(1)" id="ranking"}\nx',
    "a container": "::: warning onclick=alert(1)\n<script>alert(1)</script>\n:::",
    "a list of tasks": "- [x] <input autofocus onfocus=alert(1)>\n- [ ] y",
    "a definition of a term": "x\n: <script>alert(1)</script>",
    "an abbreviation": '*[x]: "><script>alert(1)</script>\n\nx',
    "an emoji by name": ':"><script>alert(1)</script>:',
    "a wiki's link": "[[javascript:alert(1)|x]] [[/accounts/logout]]",
    "a front matter": "---\ntitle: <script>alert(1)</script>\nlayout: //evil.example\n---\nx",
    "critic's marks": "{++<script>alert(1)</script>++}{>>x<<}",
    "a start of a list that is no number": '1" onclick="alert(1). x\n\n999999999. y',
    "struck-out words": "~~<img src=x onerror=alert(1)>~~",
    "a rule under a tag": "<img src=x onerror=alert(1)>\n===\n\n<svg/onload=alert(1)>\n---",
    "a line break and a tag": "x\\\n<script>alert(1)</script>  \n<script>",
    "emphasis across a tag": "*x <b onclick=alert(1)>y* z</b>",
    "an HTML block with Markdown": "<div onclick=alert(1)>\n\n*x*\n\n</div>",
    "an HTML block that swallows": "<pre>\n[x](javascript:alert(1))\n</pre>",
}

TEMPLATES = {
    "Django": "{{ request.user.password }}{% load static %}{% include 'admin' %}{# x #}",
    "Jinja": "{{ ''.__class__.__mro__[1].__subclasses__() }}{%- set x = 1 -%}",
    "Angular": "{{constructor.constructor('alert(1)')()}} <p ng-app ng-init=alert(1)>",
    "Vue": "{{_c.constructor('alert(1)')()}} <p v-html='x' @click='alert(1)' :x='y'>",
    "a string of JavaScript": "${alert(1)} `${alert(1)}` '-alert(1)-' \";alert(1);//",
    "Python's formats": "%s %(x)s %n {0.__class__} {x!r}",
    "a reader's placeholder": "$1 $& \\1 \\g<0> $$ $`",
    "JSON in a page": '</script><script>alert(1)</script>{"x":"\\u003c/script>"}',
    "many quotes at once": "jaVasCript:/*-/*`/*\\`/*'/*\"/**/(/* */oNcliCk=alert() )//%0D%0A//"
    "</stYle/</titLe/</teXtarEa/</scRipt/--!>\\x3csVg/<sVg/oNloAd=alert()//>\\x3e",
}

VECTORS = CODE | TABLES | EXTENSIONS | {f"a template of {of}": it for of, it in TEMPLATES.items()}
