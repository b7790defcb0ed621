"""Links, addresses and pictures that would run something, lead into this site or fetch."""

SCRIPTED = {
    "a script": "[x](javascript:alert(1))",
    "a script in mixed case": "[x](JaVaScRiPt:alert(1))",
    "a script in angle brackets": "[x](<javascript:alert(1)>)",
    "a script with blanks in angle brackets": "[x](< javascript:alert(1) >)",
    "a script behind a tab": "[x](\tjavascript:alert(1))",
    "a script behind a no-break space": "[x](\u00a0javascript:alert(1))",
    "a script behind a control character": "[x](\x01javascript:alert(1))",
    "a script behind a byte order mark": "[x](\ufeffjavascript:alert(1))",
    "a script broken by a line end": "[x](java\nscript:alert(1))",
    "a script broken by a tab in brackets": "[x](<java\tscript:alert(1)>)",
    "a script broken by an entity for a tab": "[x](java&Tab;script:alert(1))",
    "a script broken by an entity for a line end": "[x](java&NewLine;script:alert(1))",
    "a script broken by a numbered line end": "[x](java&#10;script:alert(1))",
    "a script broken by a backslash": "[x](java\\script:alert(1))",
    "a script with its first letter by number": "[x](&#106;avascript:alert(1))",
    "a script with its first letter in hexadecimal": "[x](&#x6A;avascript:alert(1))",
    "a script with padded numbers": "[x](&#0000106&#0000097vascript:alert(1))",
    "a script wholly by numbers": "[x]("
    + "".join(f"&#{ord(each)};" for each in "javascript:alert(1)")
    + ")",
    "a script with a named colon": "[x](javascript&colon;alert&lpar;1&rpar;)",
    "a script with an escaped colon": "[x](javascript\\:alert(1))",
    "a script with a colon in per cent": "[x](javascript%3Aalert(1))",
    "a script whose letters are in per cent": "[x](%6A%61vascript:alert(1))",
    "a script whose colon is full width": "[x](javascript：alert(1))",
    "a script whose letters are full width": "[x](ｊａｖａｓｃｒｉｐｔ:alert(1))",
    "a script with a long s": "[x](java\u017fcript:alert(1))",
    "a script with a soft hyphen": "[x](java\u00adscript:alert(1))",
    "a script with a zero-width space": "[x](java\u200bscript:alert(1))",
    "a script with a NUL": "[x](java\x00script:alert(1))",
    "a script that looks like an address": "[x](javascript://bank.example/%0aalert(1))",
    "a script that ends as an address": "[x](javascript:alert(1)//https://bank.example)",
    "a script behind a view of the source": "[x](view-source:javascript:alert(1))",
    "a script in a jar": "[x](jar:javascript:alert(1)!/)",
    "a script of Visual Basic": "[x](vbscript:msgbox(1))",
    "a live script": "[x](livescript:alert(1))",
    "a script of Mocha": "[x](mocha:alert(1))",
    "a page as data": "[x](data:text/html,<script>alert(1)</script>)",
    "a page as data in base 64": "[x](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
    "data without a kind": "[x](data:,alert(1))",
    "data in mixed case behind a blank": "[x](< DaTa:text/html,x>)",
    "a drawing as data": "[x](data:image/svg+xml;utf8,<svg/onload=alert(1)>)",
    "an address of a blob": "[x](blob:https://evil.example/1)",
    "an address of the file system": "[x](filesystem:https://evil.example/temporary/x)",
    "a file": "[x](file:///etc/passwd)",
    "a page about the browser": "[x](about:blank#x)",
    "a page of the browser": "[x](chrome://settings)",
    "a program": "[x](ms-msdt:/id%20PCWDiagnostic)",
    "a telephone": "[x](tel:+4912345)",
    "another socket": "[x](wss://evil.example)",
    "a feed of a script": "[x](feed:javascript:alert(1))",
}

INTO_THE_SITE = {
    "a path": "[x](/accounts/logout)",
    "a path beside": "[x](../logout)",
    "a path without a scheme": "[x](//evil.example)",
    "a path with backslashes": "[x](\\\\\\\\evil.example)",
    "three slashes": "[x](///evil.example)",
    "a place on the page": "[x](#ranking)",
    "a question": "[x](?delete=1)",
    "nothing": "[x]()",
    "a scheme without a host": "[x](https:)",
    "a scheme and one slash": "[x](https:/accounts/logout)",
    "a scheme and a word": "[x](https:accounts/logout)",
    "a host that is none": "[x](https://[::1)",
    "a host with a port that is none": "[x](https://evil.example:99999999/)",
}

AUTOMATIC = {
    "a script in angle brackets alone": "<javascript:alert(1)>",
    "a script alone in mixed case": "<JAVASCRIPT:alert(1)>",
    "data alone": "<data:text/html;base64,PHNjcmlwdD4=>",
    "a script of Visual Basic alone": "<vbscript:msgbox(1)>",
    "an address with a handler": '<https://evil.example/"onmouseover="alert(1)>',
    "an address with an end of a tag": "<https://evil.example/%22%3E%3Cscript%3E>",
    "a letter with a handler": '<mailto:a"onclick="alert(1)@evil.example>',
    "a letter with a body": "[x](mailto:a@evil.example?body=%0Ajavascript:alert(1))",
    "bare words that look like a script": "javascript:alert(1)",
    "bare words that look like an address": "www.evil.example https://evil.example/x",
}

REFERENCES = {
    "a definition of a script": "[x]: javascript:alert(1)\n\n[x]",
    "a definition of a script in brackets": "[x]: <javascript:alert(1)>\n\n[y][x]",
    "a definition of a script by numbers": "[x]: &#106;avascript:alert(1)\n\n[x][]",
    "a definition on two lines": "[x]:\n  JAVASCRIPT:alert(1)\n  'title'\n\n[x]",
    "a definition whose title has a handler": (
        "[x]: https://evil.example 'a\" onclick=\"alert(1)'\n\n[x]"
    ),
    "a definition whose name has a tag": "[<img src=x onerror=alert(1)>]: https://e.example\n\nx",
    "a definition in a quotation": "> [x]: javascript:alert(1)\n\n[x]",
    "two definitions, the first of a script": (
        "[x]: javascript:alert(1)\n[x]: https://evil.example\n\n[x]"
    ),
}

BROKEN_OUT = {
    "a title with a handler": '[x](https://evil.example "onmouseover=alert(1)")',
    "a title that ends its attribute": "[x](https://evil.example '\" onclick=\"alert(1)')",
    "a title by entities": "[x](https://evil.example '&quot; onclick=&quot;alert(1)')",
    "a title with a tag": "[x](https://evil.example '\"><script>alert(1)</script>')",
    "an address that ends its attribute": '[x](https://evil.example/"onmouseover="alert(1))',
    "an address with an apostrophe": "[x](https://evil.example/'onclick='alert(1))",
    "an address with an accent": "[x](https://evil.example/`onclick=alert(1))",
    "an address with a tag": "[x](<https://evil.example/\\><script>alert(1)</script>)",
    "a name with a tag": "[<img src=x onerror=alert(1)>](https://evil.example)",
    "a name with the end of a link": "[</a><script>alert(1)</script>](https://evil.example)",
    "a link in a link": "[a [b](javascript:alert(1)) c](https://evil.example)",
    "a link in a picture in a link": "[![a [b](javascript:x)](https://e.example)](javascript:y)",
}

PICTURES = {
    "a picture that tells who reads": "![x](https://evil.example/seen.png)",
    "a picture of a script": "![x](javascript:alert(1))",
    "a picture as data": "![x](data:image/svg+xml;base64,PHN2Zy9vbmxvYWQ9YWxlcnQoMSk+)",
    "a bitmap as data": "![x](data:image/png;base64,iVBORw0KGgo=)",
    "a picture without a scheme": "![x](//evil.example/seen.png)",
    "a picture of this site": "![x](/accounts/logout)",
    "a name that ends its attribute": '![x" onerror="alert(1)](https://evil.example/a.png)',
    "a name with a tag in a picture": "![<script>alert(1)</script>](https://evil.example/a.png)",
    "a title of a picture": "![x](https://evil.example/a.png '\" onload=\"alert(1)')",
    "a picture by reference": "![x]\n\n[x]: javascript:alert(1)",
    "a size after the picture": "![x](https://evil.example/a.png =1x1 onerror=alert(1))",
    "attributes after the picture": "![x](https://evil.example/a.png){onerror=alert(1)}",
    "a picture without a name": '![](https://evil.example/"onerror="alert(1))',
}

VECTORS = SCRIPTED | INTO_THE_SITE | AUTOMATIC | REFERENCES | BROKEN_OUT | PICTURES
