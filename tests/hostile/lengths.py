"""Texts of some 100,000 characters that grow, nest or need quadratic time when read naively."""

SIZE = 100_000


def filled(piece: str, size: int = SIZE) -> str:
    return piece * (size // len(piece))


def nested(opening: str, closing: str, size: int = SIZE) -> str:
    """As many openings as closings, each inside the one before."""
    times = size // len(opening + closing)
    return opening * times + "x" + closing * times


MARKS = {
    "asterisks": filled("*"),
    "asterisks and letters": filled("*a_"),
    "underscores": filled("_"),
    "emphasis in emphasis": nested("*a **b ", " c** d*"),
    "emphasis that never ends": filled("*a "),
    "waves": filled("~~a "),
    "accents": "".join("`" * each + " " for each in range(1, 440)),
    "accents that never end": filled("`a``b```c "),
    "backslashes": filled("\\"),
    "entities": filled("&lt;"),
    "entities that are none": filled("&#x"),
    "brackets": filled("["),
    "brackets in brackets": nested("[", "]"),
    "links in links": nested("[a", "](b)"),
    "pictures in pictures": nested("![a", "](https://e.example)"),
    "pictures that never end": filled("!["),
    "parentheses of an address": "[x](" + filled("("),
    "a title that never ends": filled('[x](y "'),
    "tags that never end": filled("<a "),
    "comments that never end": filled("<!-- "),
    "addresses that never end": filled("<https://e"),
}

BLOCKS = {
    "quotations": filled(">"),
    "quotations with blanks": filled("> "),
    "lists in lists": "".join(f"{'  ' * depth}- a\n" for depth in range(300)),
    "lists on one line": filled("- "),
    "lists and quotations": filled("> - "),
    "numbers in numbers": filled("1. "),
    "headings": filled("# a\n"),
    "rules": filled("***\n"),
    "underlinings": filled("a\n=\n"),
    "tables": filled("a|b\n-|-\n"),
    "a wide table": filled("a|", 30_000)
    + "\n"
    + filled("-|", 30_000)
    + "\n"
    + filled("a|", 30_000),
    "a table of missing cells": filled("a|", 1_000)
    + "\n"
    + filled("-|", 1_000)
    + "\n"
    + filled("a\n"),
    "definitions": "".join(f"[{each}]: https://e.example/{each}\n" for each in range(3_000)),
    "a definition used often": f"[a]: https://e.example/{'z' * 1_000}\n\n" + filled("[a] "),
    "definitions that never end": filled('[a]: b "'),
    "empty lines": filled("\n"),
    "blanks": filled(" "),
    "tabs": filled("\t"),
    "blanks before line ends": filled("a  \n"),
    "one word": filled("a"),
    "one line of words": filled("words "),
}

CODES = {
    "fences": filled("```\n"),
    "languages nobody knows": "".join(f"```x{each}\n```\n" for each in range(8_000)),
    "empty Java": f"```java\n{filled(chr(10))}```",
    "dotted TypeScript": f"```ts\n{filled('a.')}\n```",
    "brackets of Python": f"```python\n{filled('(')}\n```",
    "quotes of Python": f"```python\n{filled(chr(34))}\n```",
    "tags of HTML": f"```html\n{filled('<a ')}\n```",
    "backslashes of C": f"```c\n{filled(chr(92))}\n```",
    "slashes of JavaScript": f"```js\n{filled('/')}\n```",
    "hyphens of Markdown": f"```markdown\n{filled('- ')}\n```",
    "brackets of JSON": f"```json\n{filled('[')}\n```",
    "quotes of a shell": f"```bash\n{filled('$(')}\n```",
    "code spans": filled("`a` "),
    "2,000 lines": "```python\n" + "x = f(1, 'a')  # why\n" * 2_000 + "```",
}

FORMULAS = {
    "formulas": filled("$x$ "),
    "displays": filled("$$\nx\n$$\n"),
    "dollars": filled("$"),
    "dollars that never end": filled("$x "),
    "brackets that never end": filled(r"\("),
    "displays that never end": filled("\\[\nx\n"),
    "fractions in fractions": "$" + nested(r"\frac{", "}{y}", 1_900) + "$",
    "roots in roots": "$" + nested(r"\sqrt{", "}", 1_900) + "$",
    "braces in braces": "$" + nested("{", "}", 1_900) + "$",
    "powers of powers": "$" + nested("x^{", "}", 1_900) + "$",
    "indices that never end": "$" + filled("x_", 1_900) + "$",
    "matrices in matrices": "$" + nested(r"\begin{matrix}", r"\end{matrix}", 1_900) + "$",
    "a large formula, often": filled("$" + r"\frac{a}{b}+" * 160 + "x$ "),
    "a formula longer than any": "$" + filled("x+") + "$",
}

CHARACTERS = {
    "characters that reorder": filled("\u202e"),
    "characters that reorder by turns": filled("a\u202e"),
    "words in tags": filled("\U000e0061"),
    "marks upon marks": "Z" + filled("\u0335"),
    "families": filled("\U0001f468\u200d"),
    "zero-width joiners": filled("\u200d"),
    "Hebrew and Latin by turns": filled("אa "),
    "NULs": filled("\x00"),
    "hosts that are others": filled("[b.example](https://e.example) "),
    "a host of many parts": "[" + filled("a.") + "](https://e.example)",
}

VECTORS = MARKS | BLOCKS | CODES | FORMULAS | CHARACTERS

LIMIT = 200_000  # characters that are rendered; a longer text is shown as it is written
# As long as may be: what takes quadratic time takes a hundred times as long as a tenth of it.
LARGEST = {
    "emphasis in emphasis": nested("*a **b ", " c** d*", LIMIT),
    "brackets in brackets": nested("[", "]", LIMIT - 2),
    "lists and quotations": filled("> - ", LIMIT),
    "brackets of Python": f"```python\n{filled('(', LIMIT - 20)}\n```",
    "marks upon marks": "Z" + filled("\u0335", LIMIT - 1),
    "one word": filled("a", LIMIT),
}
