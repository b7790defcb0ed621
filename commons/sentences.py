"""Sentences that are made where no Django runs, in English, and shown in the reader's language.

    _("%(count)s rows repeat another.", count=3)  # a str, and it knows what it was made of
    ngettext("One row is empty.", "%(count)s rows are empty.", 3)

``_`` and ``ngettext`` are what the gatherer of messages looks for; ``commons.translating`` has the
other half, and ``commons.models.said`` the columns that keep a sentence as what it was made of.
PURE.
"""

from collections.abc import Callable, Mapping

KEYS = frozenset({"sentence", "given"})  # of a sentence as JSON
COUNTED = KEYS | {"plural", "number"}  # of one that has a number


class Sentence(str):
    """English as it stands; ``pattern`` is what is translated, ``given`` what stands in it.

    What is given is text already, and may be a sentence itself. With a ``number`` the pattern is
    what is said of one, and ``plural`` what is said of any other.
    """

    pattern: str
    given: dict[str, str]
    plural: str = ""
    number: int | None = None

    def __new__(cls, pattern: str, **given: object) -> "Sentence":
        texts = {name: each if isinstance(each, str) else str(each) for name, each in given.items()}
        made = super().__new__(cls, pattern % texts)
        made.pattern, made.given = pattern, texts
        return made

    @classmethod
    def counted(cls, one: str, many: str, number: int, **given: object) -> "Sentence":
        made = cls(one if number == 1 else many, **given)
        made.pattern, made.plural, made.number = one, many, number
        return made

    def __reduce__(self) -> tuple[Callable[[object], object], tuple[object]]:
        """Copied and sent to another process it stays what it was made of."""
        return restored, (as_json(self),)


def sentence(pattern: str, **given: object) -> Sentence:
    """Import it as ``_``; a per cent sign is written twice, as in all that is translated."""
    return Sentence(pattern, **given)


def sentences(one: str, many: str, count: int, **given: object) -> Sentence:
    """Import it as ``ngettext``; ``%(count)s`` stands in both, or in ``many`` alone."""
    return Sentence.counted(one, many, count, count=count, **given)


def said_by(error: Exception) -> str:
    """What an error says: a sentence where it was raised with one."""
    first = error.args[0] if error.args else ""
    return first if isinstance(first, Sentence) else str(error)


def as_json(said: object) -> object:
    """The same with each sentence as what it was made of; ``restored`` reads it."""
    if isinstance(said, Sentence):
        made: dict[str, object] = {"sentence": said.pattern, "given": as_json(said.given)}
        return made | ({"plural": said.plural, "number": said.number} if said.plural else {})
    if isinstance(said, Mapping):
        return {name: as_json(each) for name, each in said.items()}
    if isinstance(said, list | tuple):
        return [as_json(each) for each in said]
    return said


def restored(kept: object) -> object:
    """What ``as_json`` was given; texts of before there were sentences stay texts."""
    if isinstance(kept, list):
        return [restored(each) for each in kept]
    if not isinstance(kept, dict):
        return kept
    found = {name: restored(each) for name, each in kept.items()}
    return _made_of(found) if found.keys() in (KEYS, COUNTED) else found


def _made_of(found: dict[str, object]) -> object:
    """A sentence again; as it is where it only looks like one."""
    try:
        match found:
            case {
                "sentence": str(one),
                "given": dict(given),
                "plural": str(many),
                "number": int(n),
            }:
                return Sentence.counted(one, many, n, **given)
            case {"sentence": str(pattern), "given": dict(given)} if found.keys() == KEYS:
                return Sentence(pattern, **given)
    except (KeyError, TypeError, ValueError):
        return found
    return found
