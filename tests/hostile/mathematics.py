"""Commands of TeX that other renderers obey, and what may hide in a formula."""

COMMANDS = {
    "a link": r"$\href{javascript:alert(1)}{x}$",
    "a link to another page": r"$\href{https://evil.example}{x}$",
    "an address": r"$\url{javascript:alert(1)}$",
    "HTML": r"$\html{<img src=x onerror=alert(1)>}$",
    "attributes of HTML": r"$\htmlData{onclick=alert(1)}{x}$",
    "a class of HTML": r"$\htmlClass{action-bar}{x}$",
    "an id of HTML": r"$\htmlId{ranking}{x}$",
    "a style of HTML": r"$\htmlStyle{position:fixed;inset:0}{x}$",
    "a style": r"$\style{position:fixed}{x}$",
    "a class": r'$\class{a" onclick="alert(1)}{x}$',
    "an id": r"$\cssId{ranking}{x}$",
    "a picture": r"$\includegraphics[width=9em]{https://evil.example/x.png}$",
    "a picture of a script": r"$\includegraphics{javascript:alert(1)}$",
    "a file": r"$\input{/etc/passwd}$",
    "a file in another way": r"$\verbatiminput{/etc/passwd}\include{x}$",
    "a program": r"$\immediate\write18{id}$",
    "a file that is read": r"$\openin5=/etc/passwd\read5 to\x\x$",
    "a part of MathJax": r"$\require{action}\toggle{x}{y}\endtoggle$",
    "an action of MathJax": r"$\mathtip{x}{<script>alert(1)</script>}$",
    "MathML": r"$\mmlToken{mi}[href='javascript:alert(1)']{x}$",
    "a character by number": r"$\unicode{x3C}script\unicode{x3E}$",
    "a character by TeX's number": r"$\char60 script\char62$",
    "a character by carets": r"$^^3cscript^^3e$",
    "other categories": r"$\catcode`<=13 \def<{x}$",
}

VALUES = {
    "a colour with a style": r"$\color{red;background:url(https://evil.example)}x$",
    "a colour with a handler": r'$\color{red" onclick="alert(1)}x$',
    "a colour with a tag": r"$\textcolor{<script>}{x}$",
    "a colour of a box": r"$\colorbox{url(javascript:alert(1))}{x}$",
    "a size that covers the page": r"$\rule{99999em}{99999em}$",
    "a blank that pushes all aside": r"$\hspace{99999em}x\kern-99999em y$",
    "a blank with a handler": r'$\hspace{1em" onclick="alert(1)}x$',
    "a line that is moved away": r"$\raise{-9999em}{x}\lower{9999em}{y}$",
    "a fraction with a handler": r'$\genfrac{"}{"}{1px" onclick="alert(1)}{0}{a}{b}$',
    "an array with a handler": r'$\begin{array}{c"onclick="alert(1)}x\end{array}$',
    "an environment that is a tag": r"$\begin{script}alert(1)\end{script}$",
    "an operator that is a tag": r"$\operatorname{<img src=x onerror=alert(1)>}$",
    "a label that is a tag": r"$x\tag{<script>alert(1)</script>}\label{ranking}$",
    "a command that is a tag": r"$\<script>\alert(1)\</script>$",
    "a frame with a handler": r'$\enclose{box" onclick="alert(1)}{x}$',
    "marks that are tags": r"$\left<script\right>\overset{<b>}{x}\not<x$",
}

TEXTS = {
    "a tag": "$<script>alert(1)</script>$",
    "a text that is a tag": r"$\text{<script>alert(1)</script>}$",
    "a text that mutates": r"$\text{<style><img src=x onerror=alert(1)></style>}$",
    "a text with a glyph that mutates": r"$\text{<mglyph><style><!--</style><img onerror=x>}$",
    "a text by entities": r"$\text{&lt;script&gt;alert(1)&lt;/script&gt;}$",
    "a text that was escaped twice": r"$\text{&amp;lt;script&amp;gt;}$",
    "an entity outside a text": "$&lt;img src=x onerror=alert(1)&gt;$",
    "a text in a box": r"$\mbox{</math><script>alert(1)</script>}\fbox{<b>}$",
    "a text of a program": r"$\texttt{<svg/onload=alert(1)>}\verb|<script>|$",
    "a remark": "$x % </math><script>alert(1)</script>\n$",
    "the end of MathML": r"$</mrow></math><img src=x onerror=alert(1)>$",
    "an annotation of MathML": (
        "$<annotation-xml encoding='text/html'><script>x</script></annotation-xml>$"
    ),
    "a tag between brackets": r"\(<script>alert(1)</script>\)",
    "a tag in a display": "\\[\n\\frac{<script>alert(1)</script>}{x}\n\\]",
    "a tag between two dollars": "$$\n<img src=x onerror=alert(1)>\n$$",
    "a label after two dollars": '$$x$$ ("onclick=alert(1))',
    "a tag in what cannot be read": r"$\frac{<script>alert(1)</script>$",
    "a link around a formula": r"[$x$](javascript:alert(1)) $[x](javascript:alert(1))$",
    "a character that reorders": "$x\u202e<script>$",
    "a character that is none": "$x\x00\x0b\ufffe<script>$",
}

DEFINITIONS = {
    "a command": r"$\newcommand{\x}{<script>alert(1)</script>}\x$",
    "a command in plain TeX": r"$\def\x{<script>}\x$",
    "a command that uses itself": r"$\def\x{\x\x}\x$",
    "a command for all": r"$\gdef\x{\href{javascript:alert(1)}{x}}\x$",
    "a command whose name is made": r"$\expandafter\def\csname x\endcsname{<b>}\x$",
    "a command by another name": r"$\let\frac\href\frac{javascript:alert(1)}{x}$",
    "an operator": r"$\DeclareMathOperator{\x}{<script>}\x$",
    "commands that double one another": (
        r"$\newcommand{\a}{\b\b}\newcommand{\b}{\c\c}\newcommand{\c}{\d\d}\newcommand{\d}{xx}\a$"
    ),
}

VECTORS = COMMANDS | VALUES | TEXTS | DEFINITIONS
