"""What holds of the pairs of any rankings, whatever they say."""

from collections.abc import Iterable
from dataclasses import replace
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from annotate.export.batches import rows_of
from annotate.export.policy import PAIRS, TIES, UNRANKABLE, VOTES, Policy
from annotate.export.preferences import preference_rows
from annotate.export.rows import RankingText, Row, batches_of_rankings, unpaired_rows
from tests.annotate.export.judgements import pairs, pairs_in, ranking

quick = settings(max_examples=40, deadline=None)

# A rank for each of four answers; the same rank is a tie, and rank 9 says that it has none.
RANKS = st.lists(st.sampled_from([0, 1, 2, 3, 9]), min_size=4, max_size=4)


def ranked_so(ranks: list[int], rater: int = 1) -> RankingText:
    tiers = [
        [name for name, rank in zip("abcd", ranks, strict=True) if rank == place]
        for place in sorted(set(ranks) - {9})
    ]
    unrankable = [name for name, rank in zip("abcd", ranks, strict=True) if rank == 9]
    return ranking(tiers, unrankable=unrankable, rater=rater)


RANKING = RANKS.map(ranked_so)
RANKINGS = st.lists(RANKS, min_size=1, max_size=5).map(
    lambda all_ranks: [ranked_so(ranks, rater) for rater, ranks in enumerate(all_ranks, start=1)]
)
POLICY = st.builds(
    Policy,
    ties=st.sampled_from(TIES),
    votes=st.sampled_from(VOTES),
    pairs=st.sampled_from(PAIRS),
    unrankable=st.sampled_from(UNRANKABLE),
)


@given(order=st.permutations("abcd"), size=st.integers(0, 4))
@quick
def test_a_strict_order_of_k_gives_all_pairs_or_k_minus_one(order: list[str], size: int) -> None:
    """K (K - 1) / 2 pairs, K - 1 neighbours, and K - 1 that are worse than the best."""
    strict = ranking([[name] for name in order[:size]])

    found = {chosen: len(pairs(strict, policy=Policy(pairs=chosen))) for chosen in PAIRS}

    fewer = max(size - 1, 0)
    assert found == {
        "all": size * (size - 1) // 2,
        "adjacent": fewer,
        "best_against_rest": fewer,
    }


@given(order=RANKING, policy=POLICY)
@quick
def test_the_votes_of_one_rater_are_what_they_said(order: RankingText, policy: Policy) -> None:
    """Every form of counting gives the same pairs with the same numbers."""
    numbers = [
        *(["weight"] if policy.ties == "both" else []),
        *(["soft_label"] if policy.ties == "soft" else []),
    ]

    found = [
        sorted(pairs_in(preference_rows([order], replace(policy, votes=votes)), *numbers))
        for votes in VOTES
    ]

    assert found == [found[0]] * 4


@given(rankings=RANKINGS, policy=POLICY)
@quick
def test_a_tie_that_is_dropped_never_appears(rankings: list[RankingText], policy: Policy) -> None:
    """A row says who is better, for everybody or for the votes; its other direction has no row."""
    policy = replace(policy, ties="drop")
    rows = list(preference_rows(rankings, policy))

    assert all(row.get("soft_label", 1.0) > 0.5 for row in rows)
    if policy.votes != "every":
        assert not set(pairs_in(rows)) & {(worse, better) for better, worse in pairs_in(rows)}
    for one in rankings if policy.votes == "every" else ():
        place = {name: at for at, tier in enumerate(one.tiers) for name in tier}
        mine = [row for row in rows if row["ranking_id"] == one.id]
        assert all(place[a] < place.get(b, 9) for a, b in pairs_in(mine))


@given(rankings=RANKINGS)
@quick
def test_soft_labels_of_both_directions_make_one(rankings: list[RankingText]) -> None:
    """Had everybody said the reverse, the better one would have the other's share."""
    policy = Policy(votes="soft", ties="soft")
    reverse = [replace(one, tiers=list(reversed(one.tiers))) for one in rankings]

    forth = probabilities(preference_rows(rankings, policy))
    back = probabilities(preference_rows(reverse, policy))

    assert forth.keys() == back.keys()
    assert all(abs(forth[pair] + back[pair] - 1) < 1e-12 for pair in forth)


@given(rankings=RANKINGS, policy=POLICY)
@quick
def test_soft_labels_are_shares_and_favour_the_chosen(
    rankings: list[RankingText], policy: Policy
) -> None:
    policy = replace(policy, votes="soft")

    for row in preference_rows(rankings, policy):
        above, below, level = row["votes"]
        voters = above + below + level
        assert 0.5 <= row["soft_label"] <= 1
        if policy.ties != "both":
            assert row["soft_label"] == (above + level / 2) / voters


@given(rankings=RANKINGS, policy=POLICY, shuffled=st.randoms(use_true_random=False))
@quick
def test_rows_and_their_order_depend_on_ids_alone(
    rankings: list[RankingText], policy: Policy, shuffled: Random
) -> None:
    """Not on the order in which rankings come, nor on how a tier was written down."""
    others = [mixed(one, shuffled) for one in rankings]
    shuffled.shuffle(others)

    assert list(preference_rows(others, policy)) == list(preference_rows(rankings, policy))
    single = Policy(unrankable=policy.unrankable)
    for kind in ("unpaired", "ranked"):
        made = batches_of_rankings(kind)
        ids = [row["ranking_id"] for row in rows_of(made([rankings], single))]
        assert [row["ranking_id"] for row in rows_of(made([others], single))] == ids
    assert list(unpaired_rows(others, single)) == list(unpaired_rows(rankings, single))


def mixed(one: RankingText, shuffled: Random) -> RankingText:
    tiers = [list(tier) for tier in one.tiers]
    unrankable, names = list(one.unrankable), list(one.candidates)
    for each in (*tiers, unrankable, names):
        shuffled.shuffle(each)
    candidates = {name: one.candidates[name] for name in names}
    return replace(one, tiers=tiers, unrankable=unrankable, candidates=candidates)


def probabilities(rows: Iterable[Row]) -> dict[tuple[str, str], float]:
    """How probable it is that the first of each pair, in the order of names, is the better one."""
    found: dict[tuple[str, str], float] = {}
    for better, worse, label in pairs_in(rows, "soft_label"):
        first = better < worse
        found[min(better, worse), max(better, worse)] = label if first else 1 - label
    return found
