"""What waits for a person is counted without counting all of it."""

import pytest

from annotate.enums import Kind
from annotate.models import Task
from annotate.selectors import assignment
from annotate.selectors.assignment import Waiting, work_waiting_for
from annotate.services.campaign import Work
from tests.factories import make_assignment, make_campaign, make_member, make_task

pytestmark = pytest.mark.django_db


def test_more_than_the_most_is_said_as_or_more(monkeypatch: pytest.MonkeyPatch) -> None:
    campaign = make_campaign(works=[Work(Kind.RANK, answers=4)], name="Law")
    for _ in range(3):
        make_task(campaign)
    person = make_member(campaign)
    monkeypatch.setattr(assignment, "MOST", 2)

    found = work_waiting_for(person)

    assert found == [Waiting("Law", str(campaign.uuid), Kind.RANK, turns=2, or_more=True)]


def test_what_one_has_met_does_not_wait_and_what_lies_behind_is_found() -> None:
    campaign = make_campaign(works=[Work(Kind.RANK, wanted=2, answers=4)])
    person = make_member(campaign)
    behind = make_task(campaign)
    Task.objects.filter(pk=behind.pk).update(free=0)
    make_assignment(campaign, person)
    before = work_waiting_for(person)

    Task.objects.filter(pk=behind.pk).update(free=1)  # given back, at its old place

    assert before == []
    assert [(each.turns, each.or_more) for each in work_waiting_for(person)] == [(1, False)]
