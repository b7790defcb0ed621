"""Text becomes HTML text, and what would deceive a reader becomes visible."""

import re

from markdown_it.common.utils import escapeHtml

# Embeddings, overrides and isolates show text in another order than it is written in
# (Boucher and Anderson 2021, "Trojan Source"). The three marks that Hebrew and Arabic texts
# use in good faith, U+061C, U+200E and U+200F, move no letter and are left alone.
_REORDERING = "\u202a-\u202e\u2066-\u2069\u206a-\u206f"
# Tags are letters that a machine reads and nobody sees; in good faith they only end a flag.
_TAGS = "\U000e0000-\U000e007f"
_FLAG = "\U0001f3f4[\U000e0061-\U000e007a]{3,6}\U000e007f"
_DECEIVING = re.compile(f"{_FLAG}|[{_REORDERING}{_TAGS}]+")
_SPELT = 8  # of a run; each would take thirty times its length


def reorders(text: str) -> bool:
    """Whether a text holds characters that show it in another order."""
    return re.search(f"[{_REORDERING}]", text) is not None


def shown(text: str) -> str:
    """A text as HTML, with its deceiving characters spelt out."""
    return with_marks(escapeHtml(text))


def with_marks(html: str) -> str:
    """HTML whose attributes hold no text of the writer's, with deceiving characters spelt out."""
    return _DECEIVING.sub(_spelt, html)


def _spelt(found: re.Match[str]) -> str:
    run = found[0]
    if run.startswith("\U0001f3f4"):
        return run
    names = " ".join(f"U+{ord(each):04X}" for each in run[:_SPELT])
    more = f" … {len(run)} ×" if len(run) > _SPELT else ""
    return f'<span class="control">{names}{more}</span>'
