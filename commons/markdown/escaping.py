"""Text becomes HTML text, and what would deceive a reader becomes visible."""

import re

from markdown_it.common.utils import escapeHtml

# Embeddings, overrides and isolates show text in another order than it is written in
# (Boucher and Anderson 2021, "Trojan Source"). The three marks that Hebrew and Arabic texts
# use in good faith, U+061C, U+200E and U+200F, move no letter and are left alone.
_REORDERING = re.compile("[\u202a-\u202e\u2066-\u2069]")


def reorders(text: str) -> bool:
    """Whether a text holds characters that show it in another order."""
    return _REORDERING.search(text) is not None


def shown(text: str) -> str:
    """A text as HTML, with its reordering characters spelt out."""
    return with_marks(escapeHtml(text))


def with_marks(html: str) -> str:
    """HTML whose attributes hold no text of the writer's, with reordering characters spelt out."""
    return _REORDERING.sub(
        lambda found: f'<span class="control">U+{ord(found[0]):04X}</span>', html
    )
