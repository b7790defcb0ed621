"""How well people do at the model's own task: a held-back rater against the others' consensus.

Two raters who are right 85 % of the time agree with each other on 0.85² + 0.15² = 74.5 % only, so
plain agreement is no ceiling. Here one rater at a time is held back, the majority of the others on
each pair is taken for the truth, and the rater and the model are asked for it: the same votes for
both. Where only two people judged, the consensus is one person's vote, and both numbers are low
for that reason; their difference still is fair. What one person alone judged says nothing.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from rewards.stats.resampling import Interval, Resampling
from rewards.stats.seen import Seen

Key = tuple[str, str]  # two texts, the lesser one first


@dataclass(frozen=True)
class Vote:
    """A held-back rater and the model, each on the side of the consensus (1) or not (0)."""

    prompt: int
    person: float
    model: float
    others: int  # who agreed or disagreed on the pair beside the one held back


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


def ceiling_of(rankings: Sequence[Seen], resampling: Resampling) -> Ceiling | None:
    """The human ceiling and the model on the same votes; None where items have one vote."""
    votes = list(_votes(rankings))
    prompts = np.array([vote.prompt for vote in votes], dtype=np.int64)
    person = np.array([vote.person for vote in votes])
    model = np.array([vote.model for vote in votes])
    people, mine = resampling.mean(person, prompts), resampling.mean(model, prompts)
    lead = resampling.difference(model, person, prompts)
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
        ballots: dict[Key, dict[str, float]] = defaultdict(dict)
        for seen in those:
            _hear(seen, gaps, ballots)
        for key, cast in ballots.items():
            yield from _held_back(number, list(cast.values()), gaps[key])


def _hear(seen: Seen, gaps: dict[Key, float], ballots: dict[Key, dict[str, float]]) -> None:
    """Note what one ranking says of its pairs: +1 for the first of the key, -1 against, 0 tied."""
    ranks, voter = seen.ranks, seen.rater or f"ranking {seen.ranking_id}"
    for one, other in combinations(range(len(seen.answers)), 2):
        first, second = sorted((one, other), key=lambda at: seen.answers[at].text)
        key = (seen.answers[first].text, seen.answers[second].text)
        if key[0] == key[1]:
            continue
        gaps[key] = seen.answers[first].score - seen.answers[second].score
        said = float(np.sign(ranks[second] - ranks[first]))
        ballots[key][voter] = said  # who judged it twice is heard once, the last time


def _held_back(prompt: int, said: list[float], gap: float) -> Iterator[Vote]:
    for vote in said:
        consensus = np.sign(sum(said) - vote)
        if vote and consensus:
            model = (np.sign(gap) * consensus + 1) / 2
            yield Vote(prompt, float(vote == consensus), float(model), len(said) - 1)
