"""What hostile texts may become, said a second time: not read from the renderer's own list."""

import re

_TEXT = "a blockquote br code em h1 h2 h3 h4 h5 h6 hr li ol p pre s span strong ul"
_TABLE = "table tbody td th thead tr"
_MATHS = (
    "math menclose mfrac mi mn mo mover mpadded mroot mrow mspace msqrt mstyle msub msubsup msup "
    "mtable mtd mtext mtr munder munderover"
)
ELEMENTS = set(f"{_TEXT} {_TABLE} {_MATHS}".split())
ATTRIBUTES = {
    "a": {"href", "target", "rel"},
    "ol": {"start"},
    "pre": {"tabindex"},
    "span": {"class"},
    "table": {"tabindex"},
    "td": {"class"},
    "th": {"class"},
    "math": {"display"},
    "menclose": {"notation"},
    "mfrac": {"linethickness"},
    "mi": {"mathvariant"},
    "mo": {"fence", "form", "lspace", "maxsize", "minsize", "movablelimits", "rspace", "stretchy"},
    "mpadded": {"depth", "height", "lspace", "voffset", "width"},
    "mspace": {"depth", "height", "width"},
    "mstyle": {"displaystyle", "mathcolor", "scriptlevel"},
    "mtable": {"columnalign"},
    "mtd": {"columnalign"},
}
FIXED = {  # what each element of the kind has to carry
    "a": {"target": "_blank", "rel": "noopener noreferrer nofollow"},
    "pre": {"tabindex": "0"},
    "table": {"tabindex": "0"},
}
LINK = re.compile(r"https?://[^/\\?#\s]|mailto:")
