"""A ledger's page reads days that are over from what a worker counted, and tells the same."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db.models import Q

from annotate.models import Campaign, DoneRollup, Ranking
from annotate.selectors import measured
from annotate.selectors.ledger import lines_by_now, open_lines
from annotate.selectors.measured import done_by_now
from annotate.services.erasure import erase_prompt
from annotate.services.ranking import RankingAnswer, revise_ranking
from annotate.services.rollup import roll_up
from annotate.services.voiding import undo_void, void_work
from commons.models import User
from tests.annotate.services.test_ledger import Clock, ranked
from tests.factories import make_campaign, make_member, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr("django.utils.timezone.now", lambda: clock.at)
    return clock


@pytest.fixture
def campaign(clock: Clock) -> Campaign:
    return make_campaign()


@pytest.fixture
def member(campaign: Campaign) -> User:
    return make_member(campaign)


def agrees(campaign: Campaign) -> bool:
    return lines_by_now(campaign) == open_lines(campaign)


def since_asked(monkeypatch: pytest.MonkeyPatch) -> list[date | None]:
    """From which day on judgements are read, each time they are."""
    asked: list[date | None] = []
    done_in = measured.done_in

    def noted(campaign: Campaign, **days: date | None) -> list[measured.Done]:
        asked.append(days.get("since"))
        return done_in(campaign, **days)  # type: ignore[arg-type]  # no person among them

    monkeypatch.setattr(measured, "done_in", noted)
    return asked


def test_only_today_is_read_from_the_judgements(campaign, member, clock, monkeypatch) -> None:
    for _ in range(20):
        ranked(campaign, member, clock)
        clock.go(days=1)
    roll_up(campaign=campaign)
    ranked(campaign, member, clock)
    asked = since_asked(monkeypatch)

    found = done_by_now(campaign)

    assert asked == [clock.at.date()]
    assert sum(each.items for each in found) == 21
    assert agrees(campaign)


def test_before_anything_is_counted_all_is_read(campaign, member, clock) -> None:
    ranked(campaign, member, clock)

    assert not DoneRollup.objects.exists()
    assert sum(each.items for each in done_by_now(campaign)) == 1
    assert agrees(campaign)


def test_what_was_handed_in_while_no_worker_counted_is_read(campaign, member, clock) -> None:
    ranked(campaign, member, clock)
    roll_up(campaign=campaign)
    for _ in range(9):
        clock.go(days=1)
        ranked(campaign, member, clock)

    assert sum(each.items for each in done_by_now(campaign)) == 10
    assert agrees(campaign)


def test_a_change_a_week_later_is_of_the_week_of_its_item_too(campaign, member, clock) -> None:
    """On Sunday night an item, on Monday its change: the older week has no current row."""
    campaign.works.update(edit_minutes=600)
    clock.go(days=6, hours=15.5)
    made = ranked(campaign, member, clock)
    roll_up(campaign=campaign)
    clock.go(hours=3)
    turned = RankingAnswer(tiers=list(reversed(made.tiers)))
    assert made.assignment
    revise_ranking(assignment=made.assignment, answer=turned, by=member, key=uuid4())
    clock.go(days=1)
    roll_up(campaign=campaign)

    assert Ranking.objects.filter(Q(current=True)).count() == 1
    assert [each.items for each in done_by_now(campaign) if each.items] == [1]
    assert agrees(campaign)


def test_a_void_and_its_undoing_are_in_the_next_count(campaign, member, clock) -> None:
    ranked(campaign, member, clock)
    clock.go(days=2)
    roll_up(campaign=campaign)
    lead = make_user()
    since = clock.at - timedelta(days=5)
    void = void_work(campaign=campaign, person=member, since=since, reason="So.", by=lead)
    roll_up(campaign=campaign)
    voided = [each.voided_items for each in done_by_now(campaign)]
    assert agrees(campaign)

    undo_void(void=void, by=lead)
    roll_up(campaign=campaign)

    assert (voided, [each.voided_items for each in done_by_now(campaign)]) == ([1], [0])
    assert agrees(campaign)


def test_an_erasure_takes_its_times_along(campaign, member, clock) -> None:
    made = ranked(campaign, member, clock)
    clock.go(days=2)
    roll_up(campaign=campaign)
    assert done_by_now(campaign)[0].tenths == 600

    erase_prompt(prompt=made.prompt, by=make_user(admin=True))
    roll_up(campaign=campaign)

    assert agrees(campaign)
