"""What a scan hears of rankings is what their rows hold, and no more is made of it."""

from dataclasses import replace

import pytest

from annotate.export.policy import Policy
from annotate.export.preflight import feeding
from annotate.export.preflight.feeding import items_of
from annotate.export.preflight.items import Item
from annotate.export.rows import RankingText, batches_of_rankings
from annotate.export.texts import plain
from tests.annotate.export.judgements import ranking


def judged(*tiers: list[str], number: int = 1, rater: int = 1, ideal: str = "") -> RankingText:
    found = ranking(list(tiers), number=number, rater=rater, ideal=ideal)
    candidates = {name: plain(said) for name, said in found.candidates.items()}
    return replace(found, candidates=candidates, shown=["c", "a", "d", "b"])


def heard(
    *rankings: RankingText, policy: Policy | None = None, kind: str = "preference"
) -> list[Item]:
    prompts = [[each for each in rankings if each.about.prompt_id == f"p{n}"] for n in (1, 2)]
    prompts = [some for some in prompts if some]
    batches = batches_of_rankings(kind)(prompts, policy or Policy())
    return list(items_of(kind, prompts, batches))


def words(item: Item) -> list[str]:
    return [str(answer[0]["content"]).removeprefix("say ") for answer in item.answers]


def test_each_ranking_is_heard_with_its_answers_its_pairs_and_the_order_that_was_shown() -> None:
    """Of the first one d has no place, so nobody hears of it; the second gives no pair."""
    found = heard(
        judged(["b"], ["a", "c"], rater=1),
        judged(["a", "b"], rater=2),
        judged(["c"], ["d"], number=2, rater=3),
    )

    assert [(each.prompt_id, each.rater) for each in found] == [("p1", "r-1"), ("p2", "r-3")]
    assert [words(each) for each in found] == [["b", "a", "c"], ["c", "d"]]
    assert [each.pairs for each in found] == [[(0, 1), (0, 2)], [(0, 1)]]
    assert [each.shown for each in found] == [[2, 1, 0], [0, 1]]


def test_an_ideal_answer_is_heard_and_was_shown_to_nobody() -> None:
    [found] = heard(judged(["a"], ["b"], ideal="x"))

    assert words(found) == ["x", "a", "b"]
    assert (found.pairs, found.shown) == ([(0, 1), (0, 2), (1, 2)], [1, 2])


def test_votes_that_were_counted_are_of_nobody() -> None:
    raters = [judged(["a"], ["b"], rater=rater) for rater in (1, 2, 3)]

    [found] = heard(*raters, policy=Policy(votes="majority"))

    assert (found.pairs, found.rater, found.shown) == ([(0, 1)], "", None)


def test_no_row_is_made_of_pairs(monkeypatch: pytest.MonkeyPatch) -> None:
    """A million of them, as dictionaries, once more than for the files."""
    monkeypatch.setattr(feeding, "rows_of", None)

    assert len(heard(judged(["a"], ["b"]))) == 1


@pytest.mark.parametrize("kind", ["ranked", "unpaired"])
def test_other_kinds_are_heard_by_their_rows(kind: str) -> None:
    [found] = heard(judged(["a"], ["b"]), kind=kind)

    assert (found.rater, sorted(words(found))[:2]) == ("r-1", ["a", "b"])
