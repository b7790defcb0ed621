"""What may be in the HTML that is shown: an allow-list, applied once, last."""

import re

import nh3
from pygments.token import STANDARD_TYPES

from commons.markdown.addresses import leads_outside

_TEXT = "p br hr em strong s blockquote ul ol li h1 h2 h3 h4 h5 h6 pre code a span"
_TABLE = "table thead tbody tr th td"
_MATHS = (
    "math mrow mi mn mo mtext mspace mfrac msqrt mroot msub msup msubsup munder mover munderover "
    "mtable mtr mtd mstyle mpadded mphantom menclose mmultiscripts mprescripts none"
)
_ALIGNMENTS = {"align-left", "align-center", "align-right"}

# A formula that is a thousand times its size would cover or push away what stands around it.
_LENGTHS = {"depth", "height", "lspace", "maxsize", "minsize", "rspace", "voffset", "width"}
_MODEST = re.compile(r"[+-]*\d{0,2}(?:\.\d{1,9})?[a-z%]*")


def _kept(tag: str, name: str, value: str) -> str | None:
    """What an attribute that is on the list may hold."""
    if name == "href":
        return value if leads_outside(value) else None
    if name in _LENGTHS:
        return value if _MODEST.fullmatch(value) else None
    return value


_CLEANER = nh3.Cleaner(
    tags=set(f"{_TEXT} {_TABLE} {_MATHS}".split()),
    attributes={
        "*": set(),  # not even a title
        "a": {"href"},
        "ol": {"start"},
        "math": {"display"},
        "mi": {"mathvariant"},
        "mo": {
            "accent",
            "fence",
            "form",
            "largeop",
            "lspace",
            "maxsize",
            "minsize",
            "movablelimits",
            "rspace",
            "separator",
            "stretchy",
            "symmetric",
        },
        "mspace": {"depth", "height", "width"},
        "mfrac": {"linethickness"},
        "mover": {"accent"},
        "munder": {"accentunder"},
        "mtable": {"columnalign", "columnlines", "columnspacing", "rowlines", "rowspacing"},
        "mtd": {"columnalign"},
        "mstyle": {"displaystyle", "mathcolor", "mathsize", "scriptlevel"},
        "mpadded": {"depth", "height", "lspace", "voffset", "width"},
        "menclose": {"notation"},
    },
    attribute_filter=_kept,
    allowed_classes={
        "span": {name for name in STANDARD_TYPES.values() if name} | {"control", "host"},
        "th": _ALIGNMENTS,
        "td": _ALIGNMENTS,
    },
    url_schemes={"http", "https", "mailto"},
    url_relative="deny",  # a link of a stranger's must not reach into this site
    link_rel="noopener noreferrer nofollow",
    set_tag_attribute_values={
        "a": {"target": "_blank"},  # the page may hold a draft
        "pre": {"tabindex": "0"},  # what scrolls must be reached without a mouse
        "table": {"tabindex": "0"},
    },
)


def sanitised(html: str) -> str:
    """The HTML without anything that is not on the list."""
    return _CLEANER.clean(html)
