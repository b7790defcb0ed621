"""Accuracy where pairs are alike."""

from rewards.stats.resampling import Resampling
from rewards.stats.seen import Pairs, Seen
from rewards.stats.slices import UNDEFINED, equally_long, slices_of
from tests.rewards.stats.making import seen

DRAWN = Resampling(rounds=200)


def counts(rankings: list[Seen], dimension: str, **known: list[str]) -> dict[object, object]:
    found = slices_of(Pairs.of(rankings), DRAWN, learned_from=known.get("learned_from", []))
    return {one["name"]: (one["value"], one["pairs"]) for one in found[dimension]}


def test_every_field_of_a_ranking_makes_its_slices():
    rankings = [seen(n, [2, 1], skill="code", iteration="W1", side="test") for n in (1, 2)]
    rankings += [seen(n, [1, 2], skill="chat", iteration="W1", side="test") for n in (3, 4)]

    assert counts(rankings, "skill") == {"chat": (0.0, 2), "code": (1.0, 2)}
    assert counts(rankings, "iteration") == {"W1": (0.5, 4)}
    assert counts(rankings, "side") == {"test": (0.5, 4)}
    assert counts(rankings, "language") == {"": (0.5, 4)}


def test_one_prompt_alone_has_no_interval_and_no_value():
    (found,) = slices_of(Pairs.of([seen(1, [2, 1])]), DRAWN)["skill"]

    assert found == {"name": "", **UNDEFINED, "longer": None, "pairs": 1, "prompts": 1}


def test_raters_that_training_heard_are_told_from_those_it_never_heard():
    rankings = [seen(n, [2, 1], rater="known") for n in (1, 2)]
    rankings += [seen(n, [1, 2], rater="new") for n in (3, 4)] + [seen(5, [2, 1])]

    assert counts(rankings, "rater", learned_from=["known"]) == {
        "": (None, 1),
        "trained_on": (1.0, 2),
        "held_out": (0.0, 2),
    }


def test_a_pair_stands_under_the_sources_of_both_its_answers():
    rankings = [seen(n, [2, 1], sources=["m1", ""]) for n in (1, 2)]
    rankings += [seen(n, [1, 2], sources=["m1", "m1"]) for n in (3, 4)]

    assert counts(rankings, "source") == {"m1": (0.5, 4), "person": (1.0, 2)}
    assert counts(rankings, "sources") == {"different": (1.0, 2), "same": (0.0, 2)}


def test_turns_of_the_user_are_counted():
    later = [{"role": role, "content": "…"} for role in ("user", "assistant", "user")]
    rankings = [seen(n, [2, 1], prompt=later) for n in (1, 2)] + [seen(3, [2, 1]), seen(4, [2, 1])]

    assert counts(rankings, "turn") == {"1": (1.0, 2), "2": (1.0, 2)}


def test_lengths_are_in_the_order_of_their_size():
    rankings = [
        seen(n, [2, 1], texts=["a" * length, "b" * length])
        for n, length in enumerate((1999, 2000, 200, 199))
    ]

    assert list(counts(rankings, "length")) == ["0", "200", "1000", "2000"]


def test_equally_long_is_less_than_a_fifth_apart_in_log_characters():
    """log(121 / 100) = 0.191, log(124 / 100) = 0.215, for one is added to each."""
    rankings = [
        seen(n, [2, 1], texts=["a" * length, "b" * 99]) for n, length in enumerate((120, 123, 80))
    ]
    pairs = Pairs.of(rankings)

    assert len(equally_long(pairs)) == 1
    assert set(counts(rankings, "better_is")) == {"equally_long", "longer", "shorter"}
