"""Who met whom in a track's arena, for its page and for programs."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Count

from rewards.enums import ContestState
from rewards.models import Arena, Contest, Policy, Track
from rewards.services.contests import chances_of, here_of, source_of
from rewards.stats.contests import NEVER_MET, Meeting, Pair, pair_of


@dataclass(frozen=True)
class Met:
    """How two policies stand: the contests between them, and what people said of them."""

    newer: Policy
    older: Policy
    contests: Mapping[str, int]  # by their state
    meeting: Meeting  # how often the newer one won
    chance: float | None  # that the next contest is theirs; None where no arena is open

    @property
    def drawn(self) -> int:
        return self.contests.get(ContestState.DRAWN, 0)

    @property
    def answered(self) -> int:
        return self.contests.get(ContestState.ANSWERED, 0)

    @property
    def void(self) -> int:
        return self.contests.get(ContestState.VOID, 0)


def met_of(track: Track, arena: Arena | None, known: Mapping[Pair, Meeting]) -> list[Met]:
    """Every pair that has met or may meet now, the newest policies first."""
    policies = {source_of(each): each for each in track.policies.all()}
    chances = chances_of(arena, list(here_of(track).values()), known) if arena else {}
    counts = _counts(track)
    pairs = {*counts, *chances, *(pair for pair in known if policies.keys() >= set(pair))}
    found = [_pair(pair, policies, counts, known, chances) for pair in pairs]
    return sorted(found, key=lambda met: (-met.newer.number, -met.older.number))


def _pair(
    pair: Pair,
    policies: Mapping[str, Policy],
    counts: Mapping[Pair, Counter[str]],
    known: Mapping[Pair, Meeting],
    chances: Mapping[Pair, float],
) -> Met:
    older, newer = sorted((policies[name] for name in pair), key=lambda each: each.number)
    meeting = known.get(pair, NEVER_MET)
    return Met(
        newer=newer,
        older=older,
        contests=counts.get(pair, Counter()),
        meeting=meeting if pair[0] == source_of(newer) else meeting.turned(),
        chance=chances.get(pair),
    )


def _counts(track: Track) -> dict[Pair, Counter[str]]:
    rows = (
        Contest.objects.filter(arena__track=track)
        .values_list("first__uuid", "second__uuid", "state")
        .annotate(contests=Count("pk"))
        .order_by()
    )
    found: dict[Pair, Counter[str]] = {}
    for first, second, state, contests in rows:
        pair = pair_of(f"policy:{first}", f"policy:{second}")
        found.setdefault(pair, Counter())[state] += contests
    return found
