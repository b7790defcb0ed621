"""Pairs of answers that say the same of their raters are counted, not kept."""

import numpy as np
import pytest

from annotate.stats.reliability import consistency
from annotate.stats.reliability.consistency import consistencies_of
from annotate.stats.reliability.patterns import Patterns, patterns_of
from annotate.stats.reliability.prior import Prior
from annotate.stats.reliability.votes import FIRST, SECOND, TIE, Cells, Votes, cells_of
from tests.annotate.stats.reliability.voting import voted


def cells(*votes: tuple[int, int, int]) -> Cells:
    """Votes as prompt, rater and what was said of answers 0 and 1."""
    prompts, raters, said = np.array(votes).T
    return cells_of(Votes(prompts, np.zeros_like(prompts), np.ones_like(prompts), raters, said))


def test_what_was_said_the_other_way_round_or_in_another_order_is_the_same() -> None:
    """Raters 0 and 1 agree on prompts 0, 1 and 2, and part on 3; one ties beside the other on 4
    and 5; 6 has a single vote, as 7 has with a tie."""
    given = cells(
        *((0, 0, FIRST), (0, 1, FIRST), (1, 1, SECOND), (1, 0, SECOND)),
        *((2, 1, FIRST), (2, 0, FIRST), (3, 0, FIRST), (3, 1, SECOND)),
        *((4, 0, TIE), (4, 1, FIRST), (5, 0, TIE), (5, 1, SECOND)),
        *((6, 0, SECOND), (7, 1, TIE)),
    )

    found = patterns_of(given)

    second = [*found.turns[1].tolist(), None, None]
    ways = dict(
        zip(zip(found.turns[0].tolist(), second, strict=True), found.seen.tolist(), strict=True)
    )
    first, tie = 0, 2  # of rater 0; 3 more of rater 1
    assert ways == {
        (first, 3): 3,
        (first, 4): 1,
        (tie, 3): 2,
        (first, None): 1,
        (5, None): 1,
    }


@pytest.mark.parametrize("prompts", [300, 1_200])
def test_a_few_raters_make_few_patterns_however_much_they_judge(prompts: int) -> None:
    """Of five raters three vote: ten teams, who say the same or of whom one parts: four ways."""
    rng = np.random.default_rng(7)
    given, _ = voted(rng, prompts=prompts, eta=np.full(5, 0.7), each=3, answers=4)

    found = patterns_of(cells_of(given))

    assert (len(found.seen), found.seen.sum()) == (40, 6 * prompts)


def test_consistencies_are_those_of_all_pairs(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(7)
    given = voted(rng, prompts=200, eta=np.linspace(0.5, 0.9, 6), each=3)[0]
    given.said[rng.random(len(given.said)) < 0.2] = TIE
    whole = cells_of(given)
    merged = consistencies_of(whole, prior=Prior())

    monkeypatch.setattr(
        consistency, "patterns_of", lambda each: Patterns(each.turns, np.ones(len(each.prompts)))
    )
    single = consistencies_of(whole, prior=Prior())

    assert merged.values == pytest.approx(single.values, abs=1e-4)
    assert merged.lows == pytest.approx(single.lows, abs=1e-3)
