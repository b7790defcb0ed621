"""Which two sources of answers met most often in what was ranked lately, and who won."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

import numpy as np

from annotate.models import Campaign, Candidate
from annotate.selectors.quality_effort import chunks
from annotate.selectors.quality_lately import MOST_RANKINGS, ranked_lately
from annotate.stats.arrays import Floats, Ints

Tiers = Sequence[Sequence[str]]
Met = tuple[tuple[str, str], float]  # two sources, and 1 where the first of them won


def lately_met(campaign: Campaign) -> tuple[Floats, Ints] | None:
    """Of each vote between them whether the one won, and its prompt; None where no two met.

    Which two that are is told to nobody. What people wrote themselves takes no part.
    """
    rows = list(ranked_lately(campaign).values_list("prompt", "tiers")[:MOST_RANKINGS])
    sources = _sources({prompt for prompt, _ in rows})
    votes: dict[tuple[str, str], list[tuple[float, int]]] = defaultdict(list)
    for prompt, tiers in rows:
        for two, won in _meetings(tiers, sources):
            votes[two].append((won, prompt))
    if not votes:
        return None
    found = max(sorted(votes.items()), key=lambda each: len(each[1]))[1]
    return np.array([won for won, _ in found]), np.array([prompt for _, prompt in found], np.int64)


def _sources(prompts: set[int]) -> dict[str, str]:
    found: dict[str, str] = {}
    for some in chunks(sorted(prompts)):
        rows = Candidate.objects.filter(prompt__in=some, author__isnull=True).exclude(source="")
        found |= {str(uuid): source for uuid, source in rows.values_list("uuid", "source")}
    return found


def _meetings(tiers: Tiers, sources: Mapping[str, str]) -> Iterator[Met]:
    placed = [
        (sources[answer], place)
        for place, tier in enumerate(tiers)
        for answer in tier
        if answer in sources
    ]
    for (one, first), (other, second) in combinations(sorted(placed), 2):
        if one != other:
            yield (one, other), 0.5 + np.sign(second - first) / 2
