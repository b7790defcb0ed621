"""What Explore is measured with: as many rankings as are asked for, and nobody else's database."""

import pytest

from annotate.models import Candidate, Prompt, PromptWords, Ranking, SnapshotMember
from bench.explore_inside import addresses, fill
from tests.factories import make_campaign, make_prompt


@pytest.mark.django_db
def test_a_database_that_holds_prompts_is_refused() -> None:
    make_prompt(make_campaign())

    with pytest.raises(SystemExit, match="name an empty one"):
        fill(10, seed=1)


@pytest.mark.django_db
def test_each_prompt_is_ranked_twice_and_half_is_frozen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bench.explore_inside._settle", lambda: None)  # no VACUUM in a transaction

    fill(200, seed=1)

    ranked = Ranking.objects.exclude(prompt=Prompt.objects.earliest("pk"))
    assert (ranked.count(), SnapshotMember.objects.count()) == (200, 100)
    assert len(set(ranked.values_list("prompt", flat=True))) == 100
    assert Candidate.objects.count() == 4 * 100 + 1
    assert PromptWords.objects.count() == 0  # the nudge is measured
    assert len(addresses()) == 20 + 15 + 1  # filters of rankings, of prompts, and one item's life
