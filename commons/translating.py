"""What modules without Django have said, in the language of whoever reads it."""

from django.utils.translation import gettext

from commons.sentences import Sentence


def translated(said: str | Exception) -> str:
    """A sentence in the active language; any other text, or an error of one, as it is."""
    if isinstance(said, Exception):
        first = said.args[0] if said.args else ""
        return translated(first) if isinstance(first, Sentence) else str(said)
    if not isinstance(said, Sentence):
        return said
    return gettext(said.pattern) % {name: translated(each) for name, each in said.given.items()}
