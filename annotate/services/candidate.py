"""Candidates enter: one row per different answer, its author kept away from ranking it.

One at a time here; by the thousand in ``services.intake``.
"""

from collections.abc import Mapping, Sequence
from uuid import UUID, uuid4

from annotate.digests import digest_of
from annotate.models import Candidate, Prompt, Rater


def add_candidate(
    *,
    prompt: Prompt,
    messages: Sequence[Mapping[str, object]],
    source: str,
    sampling: Mapping[str, object] | None = None,
    author: Rater | None = None,
    weight: float = 1.0,
    uuid: UUID | None = None,
) -> tuple[Candidate, bool]:
    """Keep one possible answer, under this ``uuid`` where it is new; say whether it is new."""
    answer = list(messages)
    return Candidate.objects.get_or_create(
        prompt=prompt,
        digest=digest_of(answer),
        defaults={
            "uuid": uuid or uuid4(),
            "messages": answer,
            "source": source[:200],
            "sampling": dict(sampling or {}),
            "author": author,
            "weight": weight,
        },
    )
