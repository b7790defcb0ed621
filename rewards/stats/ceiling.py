"""How well people do at the model's own task: a held-back rater against the others' consensus.

Two raters who are right 85 % of the time agree with each other on 0.85² + 0.15² = 74.5 % only, so
plain agreement is no ceiling. Here one rater at a time is held back, the majority of the others on
each pair is taken for the truth, and the rater and the model are asked for it: the same votes for
both. Where only two people judged, the consensus is one person's vote, and both numbers are low
for that reason; their difference still is fair. What one person alone judged says nothing.

Only votes that chance alone asked for are taken, each by the inverse of its propensity. A third
person who was asked because two disagreed brings a majority to the very items on which people
differ, and one vote held back there in the place of two: the number is no longer that of all items.
Where nothing is known of why anybody was asked, all votes are taken, and ``Basis`` says so.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations

import numpy as np

from rewards.stats.resampling import Interval, Resampling
from rewards.stats.seen import Seen

Key = tuple[str, str]  # two texts, the lesser one first
Ballot = tuple[float, float]  # what somebody said of them, and what that counts


class Basis(StrEnum):
    """Of which votes a ceiling is, or why there is none."""

    DRAWN = "drawn"  # of those that chance alone asked for, weighted
    ALL = "all"  # of all: why anybody was asked is not known
    NOT_DRAWN = "not_drawn"  # none: what several judged, chance alone did not give to them
    ALONE = "alone"  # none: fewer than two prompts were judged by several


# As the model card and the numbers have it; the pages say the same in their reader's language.
WORDS = {
    Basis.DRAWN: "of the votes that chance alone asked for, each weighted by 1 / propensity",
    Basis.ALL: "of all votes; it is not known which were drawn by chance",
    Basis.NOT_DRAWN: (
        "not known: fewer than two prompts were judged by several people because chance alone had "
        "it so; the others were judged again for what people had said of them, or in a later round"
    ),
    Basis.ALONE: "not known: fewer than two prompts were judged by several people",
}


@dataclass(frozen=True)
class Vote:
    """A held-back rater and the model, each on the side of the consensus (1) or not (0)."""

    prompt: int
    person: float
    model: float
    others: int  # who agreed or disagreed on the pair beside the one held back
    weight: float = 1.0


@dataclass(frozen=True)
class Ceiling:
    """``lead`` is the model's share less the people's, paired by prompt."""

    people: Interval
    model: Interval
    lead: Interval
    votes: int
    prompts: int
    median_others: float

    @property
    def is_passed(self) -> bool:
        """Whether the model is surely above what people reach: it may have seen the answers."""
        low = self.lead["low"]
        return low is not None and low > 0


def ceiling_of(rankings: Sequence[Seen], resampling: Resampling) -> tuple[Ceiling | None, Basis]:
    """The human ceiling and the model on the same votes, and of which votes it is.

    Where anything is known of one ranking, what is not known of another (an import) is left out.
    """
    drawn = [seen for seen in rankings if seen.agreement_weight]
    if all(seen.agreement_weight is None for seen in rankings):
        found = _measured(list(_votes(rankings)), resampling)
        return found, Basis.ALL if found else Basis.ALONE
    if found := _measured(list(_votes(drawn)), resampling):
        return found, Basis.DRAWN
    judged_by_several = {vote.prompt for vote in _votes(rankings)}
    return None, Basis.NOT_DRAWN if len(judged_by_several) > 1 else Basis.ALONE


def _measured(votes: Sequence[Vote], resampling: Resampling) -> Ceiling | None:
    """None where they are of fewer than two prompts."""
    prompts = np.array([vote.prompt for vote in votes], dtype=np.int64)
    person = np.array([vote.person for vote in votes])
    model = np.array([vote.model for vote in votes])
    weights = np.array([vote.weight for vote in votes])
    people = resampling.mean(person, prompts, weights=weights)
    mine = resampling.mean(model, prompts, weights=weights)
    lead = resampling.difference(model, person, prompts, weights=weights)
    if people is None or mine is None or lead is None:
        return None
    return Ceiling(
        people=people,
        model=mine,
        lead=lead,
        votes=len(votes),
        prompts=len(np.unique(prompts)),
        median_others=float(np.median([vote.others for vote in votes])),
    )


def _votes(rankings: Sequence[Seen]) -> Iterator[Vote]:
    """Each strict vote of a rater on a pair on which the others have a majority."""
    of_prompt: dict[str, list[Seen]] = defaultdict(list)
    for seen in rankings:
        of_prompt[seen.prompt_id].append(seen)
    for number, (_, those) in enumerate(sorted(of_prompt.items())):
        gaps: dict[Key, float] = {}
        ballots: dict[Key, dict[str, Ballot]] = defaultdict(dict)
        for seen in those:
            _hear(seen, gaps, ballots)
        for key, cast in ballots.items():
            yield from _held_back(number, list(cast.values()), gaps[key])


def _hear(seen: Seen, gaps: dict[Key, float], ballots: dict[Key, dict[str, Ballot]]) -> None:
    """Note what one ranking says of its pairs: +1 for the first of the key, -1 against, 0 tied."""
    ranks, voter = seen.ranks, seen.rater or f"ranking {seen.ranking_id}"
    weight = 1.0 if seen.agreement_weight is None else seen.agreement_weight
    for one, other in combinations(range(len(seen.answers)), 2):
        first, second = sorted((one, other), key=lambda at: seen.answers[at].text)
        key = (seen.answers[first].text, seen.answers[second].text)
        if key[0] == key[1]:
            continue
        gaps[key] = seen.answers[first].score - seen.answers[second].score
        said = float(np.sign(ranks[second] - ranks[first]))
        ballots[key][voter] = (said, weight)  # who judged it twice is heard once, the last time


def _held_back(prompt: int, cast: Sequence[Ballot], gap: float) -> Iterator[Vote]:
    """Everybody else is one voice, whatever they weigh: a weight is of the item, not of people."""
    whole = sum(said for said, _ in cast)
    for said, weight in cast:
        consensus = np.sign(whole - said)
        if said and consensus:
            model = (np.sign(gap) * consensus + 1) / 2
            yield Vote(prompt, float(said == consensus), float(model), len(cast) - 1, weight)
