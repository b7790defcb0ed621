"""The human ceiling where the truth is known: it holds of what chance doubled, not of all votes."""

from dataclasses import replace

import numpy as np
import pytest

from rewards.stats.ceiling import Ceiling, ceiling_of
from rewards.stats.resampling import Interval, Resampling
from rewards.stats.seen import Seen
from tests.rewards.stats.making import seen
from tests.simulating import assert_covers

PROMPTS = 400
SURE, CARELESS, HARD, MODEL = 0.95, 0.65, 0.6, 0.7  # how often each is right
AGAIN = {SURE: 0.25, CARELESS: 0.75}  # the chance of a second opinion, by who gave the first
UP, DOWN = [[0], [1]], [[1], [0]]
PEOPLE, LEAD = 0.60, -0.02


def world(rng: np.random.Generator) -> list[Seen]:
    """Prompts that one person judges, and a second one by a chance that depends on the first; where
    these two disagree a third is asked.

    Half of the prompts are easy: one half of people is right in 95 %, the other in 65 %, any in 80.
    The others are hard: everybody is right in 60 %. Two people agree on 0.8² + 0.2² = 68 % of the
    easy and 0.6² + 0.4² = 52 % of the hard ones: 60 % of all. A model that is right in 70 % agrees
    with a person on 0.7 · 0.8 + 0.3 · 0.2 = 62 % and 0.7 · 0.6 + 0.3 · 0.4 = 54 %: 58 % of all.
    """
    rankings: list[Seen] = []
    for number in range(PROMPTS):
        types = rng.choice([SURE, CARELESS], 3)
        right = rng.random(3) < (types if rng.random() < 0.5 else HARD)
        chance = AGAIN[types[0]]
        is_drawn = rng.random() < chance
        votes = 1 + is_drawn + bool(is_drawn and right[0] != right[1])
        gap = 1.0 if rng.random() < MODEL else -1.0
        rankings += [
            seen(
                number,
                [gap, 0],
                UP if right[at] else DOWN,
                rater=f"rater {at}",
                agreement_weight=1 / chance if is_drawn and at < 2 else 0.0,
            )
            for at in range(votes)
        ]
    return rankings


def found_in(rankings: list[Seen]) -> Ceiling:
    found, _ = ceiling_of(rankings, Resampling(rounds=400))
    assert found is not None
    return found


def test_intervals_hold_the_truth_and_those_of_all_votes_do_not(replications: int) -> None:
    """Of all votes: of the drawn prompts three quarters begin with a careless one. Two agree on
    0.25 (0.95 · 0.8 + 0.05 · 0.2) + 0.75 (0.65 · 0.8 + 0.35 · 0.2) = 63.5 % of the easy and 52 % of
    the hard ones: 57.75 % of all, with two votes each; the others have one vote after the third,
    who is wrong: 2 · 0.5775 / (2 · 0.5775 + 0.4225) = 73.2 % in the place of 60."""
    rng = np.random.default_rng(11)
    people: list[bool] = []
    lead: list[bool] = []
    naive: list[Interval] = []
    for _ in range(replications):
        rankings = world(rng)
        found = found_in(rankings)
        people.append(_holds(found.people, PEOPLE))
        lead.append(_holds(found.lead, LEAD))
        if len(naive) < 40:
            naive.append(found_in([_unweighed(each) for each in rankings]).people)

    assert_covers(people)
    assert_covers(lead)
    assert np.mean([each["value"] for each in naive]) == pytest.approx(0.732, abs=0.01)
    assert sum(_holds(each, PEOPLE) for each in naive) <= 2


def _holds(found: Interval, truth: float) -> bool:
    assert found["low"] is not None
    assert found["high"] is not None
    return found["low"] <= truth <= found["high"]


def _unweighed(ranking: Seen) -> Seen:
    return replace(ranking, agreement_weight=None)
