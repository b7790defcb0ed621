"""What modules without Django have said, in the language of whoever reads it."""

from django.utils.translation import gettext, ngettext

from commons.sentences import Sentence, said_by


class Spoken(Exception):
    """Says itself in the reader's language, where it was raised with a sentence; ``said_by`` has
    the sentence for whoever keeps it."""

    def __str__(self) -> str:
        first = self.args[0] if self.args else ""
        return translated(first) if isinstance(first, Sentence) else super().__str__()


def spoken(said: str) -> str:
    """The same of what a worker is doing: a text that is no sentence may be one that is translated
    as it stands."""
    return translated(said) if isinstance(said, Sentence) or not said else gettext(said)


def translated(said: str | Exception) -> str:
    """A sentence in the active language; any other text, or an error of one, as it is."""
    if isinstance(said, Exception):
        return translated(said_by(said))
    if not isinstance(said, Sentence):
        return said
    if said.number is None:
        pattern = gettext(said.pattern)
    else:
        pattern = ngettext(said.pattern, said.plural, said.number)
    return pattern % {name: translated(each) for name, each in said.given.items()}
