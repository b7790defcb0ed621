import numpy as np
import pytest
from scipy import stats

from annotate.stats.bias.careless import STAKES, Evidence, Verdict, evidence_of
from commons.stats.errors import InconsistentData


def judged(
    rng: np.random.Generator, agrees: float, *, raters: int, each: int, alpha: float = 0.05
) -> Evidence:
    """Raters who agree with the consensus so often, where chance is 1/2 and 0.7 is asked."""
    n = raters * each
    agreements = (rng.random(n) < agrees).astype(float)
    who = np.repeat(np.arange(raters), each)
    return evidence_of(who, agreements, np.full(n, 0.5), np.full(n, 0.7), alpha=alpha)


def test_one_judgement_by_hand() -> None:
    """x = 1 where 1/2 is expected: the stake s wins s / 0.5 · 0.5 = s, so capital 1 + mean(s).
    Against 0.7: s / 0.3 · -0.3, so 1 - mean(s)."""
    found = evidence_of(np.array([3]), np.ones(1), np.full(1, 0.5), np.full(1, 0.7))

    assert found.against_chance == pytest.approx([1 + np.mean(STAKES)])
    assert found.against_attentive == pytest.approx([1 - np.mean(STAKES)])
    assert found.verdict(0) is Verdict.OPEN


@pytest.mark.parametrize(("agrees", "which"), [(0.5, "attentive_after"), (0.7, "careless_after")])
def test_looking_after_every_judgement_is_wrong_no_more_often_than_it_says(
    agrees: float, which: str, replications: int
) -> None:
    """At the edge of either hypothesis, over 400 looks, α = 5 %: at most as many as a fair test."""
    found = judged(np.random.default_rng(7), agrees, raters=replications, each=400)

    wrong = int((getattr(found, which) > 0).sum())
    assert 0 < wrong <= stats.binom.ppf(0.999, replications, 0.05)


def test_who_tosses_a_coin_is_named_and_who_reads_is_not() -> None:
    rng = np.random.default_rng(7)

    coins, readers = (judged(rng, agrees, raters=50, each=200) for agrees in (0.5, 0.85))

    verdicts = [coins.verdict(at) for at in range(50)]
    assert verdicts.count(Verdict.CARELESS) + verdicts.count(Verdict.WEAK) >= 48
    assert {readers.verdict(at) for at in range(50)} == {Verdict.ATTENTIVE}
    assert np.median(readers.attentive_after) < 30


def test_nobody_is_judged_on_five() -> None:
    found = judged(np.random.default_rng(7), 0.5, raters=100, each=5, alpha=0.01)

    assert {found.verdict(at) for at in range(100)} == {Verdict.OPEN}


def test_who_does_something_in_between_is_weak() -> None:
    found = judged(np.random.default_rng(7), 0.6, raters=1, each=4_000)

    assert found.verdict(0) is Verdict.WEAK


def test_judgements_of_raters_may_come_mixed_but_in_order() -> None:
    rng = np.random.default_rng(7)
    who, x = rng.integers(0, 3, size=60), rng.random(60)
    levels = np.full(60, 0.5), np.full(60, 0.7)
    alone = who == 1

    mixed = evidence_of(who, x, *levels)
    single = evidence_of(who[alone], x[alone], levels[0][alone], levels[1][alone])

    assert mixed.against_chance[1] == pytest.approx(single.against_chance[0])
    assert mixed.judged[1] == alone.sum()


def test_no_judgements_are_no_evidence() -> None:
    none = np.zeros(0)
    assert len(evidence_of(np.zeros(0, dtype=np.int64), none, none, none).raters) == 0


def test_a_level_that_is_no_share_is_refused() -> None:
    one = np.ones(1)
    with pytest.raises(InconsistentData, match="0 to 1"):
        evidence_of(np.zeros(1, dtype=np.int64), one, one * 50, one)
