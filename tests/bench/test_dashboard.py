"""What the dashboard is measured with: tasks, turns and rankings as the product keeps them."""

import pytest

from annotate.models import Campaign, Ranking, Task, WorkRollup
from annotate.selectors.balance import tasks_out_of_balance
from annotate.selectors.quality_rows import doubled_in
from annotate.services.rollup import roll_up
from bench.dashboard_inside import fill, pages
from tests.factories import make_campaign, make_prompt


@pytest.mark.django_db
def test_a_database_that_holds_prompts_is_refused() -> None:
    make_prompt(make_campaign())

    with pytest.raises(SystemExit, match="name an empty one"):
        fill(10, seed=1)


@pytest.mark.django_db
def test_what_is_written_adds_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bench.dashboard_inside._settle", lambda: None)  # no VACUUM here

    fill(200, seed=1)

    campaign = Campaign.objects.get()
    roll_up(campaign=campaign)
    assert (Ranking.objects.count(), Task.objects.count()) == (200, 110)
    assert sum(WorkRollup.objects.values_list("judgements", flat=True)) == 200
    assert len(doubled_in(campaign).doubled) == 200
    assert list(tasks_out_of_balance()) == []
    assert len(pages(campaign)) == 9
