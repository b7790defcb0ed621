"""Where a link leads: out of this site, and to the host that its name lets a reader expect."""

import re
import unicodedata
from urllib.parse import urlsplit

# Without both slashes, or with a third, browsers take "https:x" for a path on the page's own host.
_OUTSIDE = re.compile(r"https?://[^/\\?#\s]|mailto:", re.IGNORECASE)

_HOST = re.compile(
    r"(?<![\w.-])(?:(?:[\w-]+\.)+(?:[^\W\d_]{2,}|xn--[\w-]+)|\d+(?:\.\d+){3})(?![\w-])"
)
_PATH = re.compile(r"(?<=[^\s/:])[/?#]\S*")
_STOPS = str.maketrans("。｡．", "...")  # browsers read each as a full stop


def leads_outside(url: str) -> bool:
    """Whether a link goes to another host or to a letter; a name before an @ only deceives."""
    if not _OUTSIDE.match(url):
        return False
    try:
        return "@" not in urlsplit(url).netloc
    except ValueError:  # brackets that hold no address
        return False


def unexpected_host(name: str, url: str) -> str | None:
    """The host that a link leads to, if its name speaks of another: letters may be lookalikes."""
    host = _host(url)
    expected = _HOST.findall(_plain(name))
    return None if all(_is_of(host, each) for each in expected) else host


def _host(url: str) -> str:
    parts = urlsplit(url)
    return parts.hostname or parts.path.rpartition("@")[2].lower()


def _plain(name: str) -> str:
    """A name in small letters of common width, without paths and without what nobody sees."""
    seen = (each for each in name.translate(_STOPS) if unicodedata.category(each) != "Cf")
    return _PATH.sub("", unicodedata.normalize("NFKC", "".join(seen)).lower())


def _is_of(host: str, expected: str) -> bool:
    return f".{host}".endswith(f".{expected.removeprefix('www.')}")
