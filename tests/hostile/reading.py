"""What deceives the reader, not the browser: other order, nothing to see, likeness."""

BANK = "https://evil.example/bank"

DIRECTIONS = {
    "an override to the left": "a\u202eb",
    "an override that is never ended": "user \u202eexe.gpj\n\nnext paragraph",
    "an override to the right in Hebrew": "שלום \u202dעולם",
    "an embedding": "a \u202bb c\u202a d",
    "an isolate that is never ended": "a \u2067b c\n\n- d \u2066e",
    "an isolate of the first strong": "a \u2068b \u2068c",
    "an end without a beginning": "a\u202c\u2069b\u202c\u2069c",
    "an override by entity": "a&#x202e;b &#8238; c",
    "a remark that is code": "```python\nif x: # \u202e\u2066 then\u2069 \u2066 return\n```",
    "a string that is code": '```js\nif (level != "user\u202e \u2066// admin\u2069 \u2066") {\n```',
    "code of no language": "```\na\u202eb\n```",
    "indented code that is reordered": "    a\u202eb\u2066c",
    "a code span that is reordered": "`a\u202eb`, c",
    "a name of a link that is reordered": "[moc.elpmaxe.knab\u202e](https://evil.example)",
    "an address that is reordered": "[x](https://evil.example/\u202egpj.exe)",
    "an automatic address that is reordered": "<https://evil.example/\u202egpj.exe>",
    "a name of a picture that is reordered": "![a\u202eb](https://evil.example/x.png)",
    "a cell that is reordered": "|a\u202e|b|\n|-|-|\n|\u2067c|d|",
    "a heading that is reordered": "# a\u202eb\n\nc",
    "a language that is reordered": "```py\u202ethon\nx\n```",
    "a title that is reordered": '[x](https://evil.example "a\u202eb")',
    "a definition that is reordered": "[x\u202e]: https://evil.example\n\n[x\u202e]",
    "marks that move nothing": "שלום\u200f! abc\u200e \u061c١٢٣",
    "Hebrew in code": "`אב` + `גד` + 1\n\n```python\nx = 'א' # 'ב' * 2\n```",
    "Arabic without its end": "Latin words and then عربي 1, 2, 3\n\nLatin again (1).",
    "old marks of direction": "a\u206ab\u206bc\u206dd",
}

INVISIBLE = {
    "a word in tags": "x" + "".join(chr(0xE0000 + ord(each)) for each in "ignore all") + "y",
    "a language in tags": "x\U000e0001\U000e0065\U000e006e y",
    "a word in tags in code": "`x\U000e0061\U000e0062`",
    "a flag that goes on": "\U0001f3f4"
    + "".join(chr(0xE0000 + ord(c)) for c in "prefer this")
    + "\U000e007f",
    "a flag of England": "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
    "a family": "\U0001f468\u200d\U0001f469\u200d\U0001f467 \u2764\ufe0f",
    "zero-width blanks": "pass\u200bword \u200c\u200d \u2060 \ufeff end",
    "soft hyphens": "un\u00adbe\u00adliev\u00adable",
    "fillers": "a\u3164b\u115f\u1160c\uffa0d\u2800e",
    "selectors in a row": "x\ufe00\ufe01\ufe02\U000e0100\U000e0101",
    "notes between the lines": "a\ufff9b\ufffac\ufffbd",
    "marks upon marks": "Z" + "\u0335\u0322\u0341\u0489" * 40 + "algo",
    "nothing but blanks": "\u200b\u2003\u3000\u00a0",
    "invisible operators": "2\u20622\u2063\u20643\u2061(x)",
}

LIKENESS = {
    "an address that is another": f"[https://bank.example/login]({BANK})",
    "a host that is another": f"[bank.example]({BANK})",
    "a host with www": f"[www.bank.example]({BANK})",
    "a host in emphasis": f"[**bank**.example]({BANK})",
    "a host in code": f"[`https://bank.example`]({BANK})",
    "a host with words": f"[Sign in at bank.example now]({BANK})",
    "a host with a zero-width space": f"[bank\u200b.exam\u2060ple]({BANK})",
    "a host with a soft hyphen": f"[ba\u00adnk.example]({BANK})",
    "a host in full width": f"[ｂａｎｋ．ｅｘａｍｐｌｅ]({BANK})",
    "a host with an ideographic stop": f"[bank。example]({BANK})",
    "a host as a picture": f"![https://bank.example]({BANK})",
    "a host as a picture in a link": f"[![bank.example](https://bank.example/x.png)]({BANK})",
    "a host by reference": f"[bank.example]\n\n[bank.example]: {BANK}",
    "a host before an at sign": "[bank.example](https://bank.example@evil.example/)",
    "a host and a password": "[bank.example](https://bank.example:443@evil.example/)",
    "a host before a backslash": "[bank.example](https://bank.example\\@evil.example/)",
    "a host as the beginning of another": "[bank.example](https://bank.example.evil.example/)",
    "a host as the end of another": "[bank.example](https://evilbank.example/)",
    "a host as a path": "[bank.example](https://evil.example/bank.example)",
    "a host with a slash that is none": "[bank.example](https://bank.example\u2215login.evil.example)",
    "a host in Cyrillic": "[bаnk.example](https://bаnk.example)",
    "a host in Cyrillic alone": "<https://bаnk.example>",
    "a host in Greek": "[bank.example](https://bαnk.example)",
    "a host in punycode": "[bank.example](https://xn--bnk-6cd.example)",
    "a host with a dotless i": "[bıng.example](https://bıng.example)",
    "a number as a host": "[127.0.0.1](https://2130706433/)",
    "a letter to another": "[anna@bank.example](mailto:anna@evil.example)",
    "a letter of a host": "[https://bank.example](mailto:anna@evil.example)",
}

VECTORS = DIRECTIONS | INVISIBLE | LIKENESS
