"""Prompts become findable a little after they came, so that imports need not wait for it."""

from collections.abc import Mapping, Sequence

from django.db.models import Exists, Max, OuterRef

from annotate.models import Prompt, PromptWords
from annotate.models.words import MOST_SEARCHED

STRETCH = 2000  # prompts that are looked at in one statement, and written in one transaction


def keep_words() -> int:
    """Write down the words of every prompt that has none; say of how many.

    One walk by stretches of the key: what the planner makes of "those without" is a scan of both
    tables for each. Two workers at once do the same work twice, and no harm.
    """
    if PromptWords.objects.count() == Prompt.objects.count():
        return 0
    last: int = Prompt.objects.aggregate(last=Max("pk"))["last"] or 0
    return sum(_keep_stretch(first) for first in range(0, last + 1, STRETCH))


def _keep_stretch(first: int) -> int:
    known = PromptWords.objects.filter(prompt=OuterRef("pk"))
    stretch = Prompt.objects.filter(pk__gte=first, pk__lt=first + STRETCH)
    found = list(stretch.filter(~Exists(known)).values_list("pk", "messages"))
    PromptWords.objects.bulk_create(
        (PromptWords(prompt_id=pk, said=words_of(messages)) for pk, messages in found),
        ignore_conflicts=True,
    )
    return len(found)


def words_of(messages: Sequence[Mapping[str, object]]) -> str:
    """What all turns say, one after the other, as far as it is searched."""
    said = "\n".join(str(message.get("content", "")) for message in messages)
    return said[:MOST_SEARCHED].replace("\0", " ")
