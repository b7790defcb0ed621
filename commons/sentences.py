"""Sentences that are made where no Django runs, in English, and shown in the reader's language.

    _("%(count)s rows repeat another.", count=3)  # a str, and it knows what it was made of

``_`` is what the gatherer of messages looks for; ``commons.translating`` has the other half. PURE.
"""


class Sentence(str):
    """English as it stands; ``pattern`` is what is translated, ``given`` what stands in it.

    What is given is text already, and may be a sentence itself.
    """

    pattern: str
    given: dict[str, str]

    def __new__(cls, pattern: str, **given: object) -> "Sentence":
        texts = {name: each if isinstance(each, str) else str(each) for name, each in given.items()}
        made = super().__new__(cls, pattern % texts)
        made.pattern, made.given = pattern, texts
        return made


def sentence(pattern: str, **given: object) -> Sentence:
    """Import it as ``_``; a per cent sign is written twice, as in all that is translated."""
    return Sentence(pattern, **given)
