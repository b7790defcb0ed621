"""Prompts become findable a little after they came, so that imports need not wait for it."""

from collections.abc import Mapping, Sequence

from django.db.models import Exists, OuterRef

from annotate.models import Prompt, PromptWords
from annotate.models.words import MOST_SEARCHED

AT_ONCE = 1000  # prompts a transaction


def keep_words() -> int:
    """Write down the words of every prompt that has none; say of how many.

    One walk, in which nothing is looked at twice; two workers at once do the same work twice.
    """
    kept, last = 0, 0
    while found := _without_words(last):
        PromptWords.objects.bulk_create(
            (PromptWords(prompt_id=pk, said=words_of(messages)) for pk, messages in found),
            ignore_conflicts=True,
        )
        kept, last = kept + len(found), found[-1][0]
    return kept


def _without_words(after: int) -> list[tuple[int, Sequence[Mapping[str, object]]]]:
    known = PromptWords.objects.filter(prompt=OuterRef("pk"))
    missing = Prompt.objects.filter(~Exists(known), pk__gt=after).order_by("pk")
    return list(missing.values_list("pk", "messages")[:AT_ONCE])


def words_of(messages: Sequence[Mapping[str, object]]) -> str:
    """What all turns say, one after the other, as far as it is searched."""
    said = "\n".join(str(message.get("content", "")) for message in messages)
    return said[:MOST_SEARCHED].replace("\0", " ")
