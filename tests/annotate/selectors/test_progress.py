"""Progress is exact: every turn is free, out, set aside or done."""

from datetime import timedelta
from unittest.mock import patch

import pytest
from django.db import connection
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from annotate.enums import Hold, Kind, SkipReason
from annotate.models import Campaign, Task
from annotate.selectors.progress import Progress, people_of, progress_of, shares_of
from annotate.services.assignment import take_assignment
from annotate.services.campaign import Work
from annotate.services.lease import reserve_turn, take_back_turn
from annotate.services.ranking import RankingAnswer, submit_ranking
from commons.models import User
from tests.annotate.leading import ANSWERS, make_report
from tests.factories import (
    make_assignment,
    make_campaign,
    make_member,
    make_prompt,
    make_ranking,
    make_task,
    make_user,
)


@pytest.fixture
def lead(db: None) -> User:
    return make_user("lead")


@pytest.fixture
def campaign(lead: User) -> Campaign:
    return make_campaign(works=[Work(Kind.RANK), Work(Kind.DEMONSTRATE)], lead=lead)


def ranks(campaign: Campaign) -> Progress:
    [found] = [each for each in progress_of(campaign) if each.kind == Kind.RANK]
    return found


def test_a_campaign_without_tasks_has_no_progress(campaign: Campaign) -> None:
    assert progress_of(campaign) == []


def test_every_turn_is_done_out_set_aside_or_free(campaign: Campaign, lead: User) -> None:
    for _ in range(2):
        make_ranking(campaign, make_member(campaign))
    make_assignment(campaign, make_member(campaign))
    reserve_turn(task=make_task(campaign), person=make_member(campaign), by=lead)
    make_task(campaign)

    found = ranks(campaign)

    assert (found.tasks, found.wanted, found.taken) == (5, 5, 4)
    assert (found.done, found.leased, found.reserved, found.free) == (2, 1, 1, 1)
    assert [each.kind for each in progress_of(campaign)] == [Kind.DEMONSTRATE, Kind.RANK]


def test_somebody_who_takes_a_turn_meanwhile_has_not_done_it(campaign: Campaign) -> None:
    """Before each statement that reads tasks, one of ten people takes one of ten tasks."""
    people, taking = [make_member(campaign) for _ in range(10)], list[bool]()
    for _ in range(10):
        make_task(campaign)

    def take_first(execute, sql, *others):
        if not taking and "annotate_task" in sql:
            taking.append(True)
            take_assignment(by=people.pop(), kind=Kind.RANK)
            taking.clear()
        return execute(sql, *others)

    with connection.execute_wrapper(take_first):
        found = ranks(campaign)

    assert len(people) < 10
    assert found.done == 0
    assert found.wanted == found.leased + found.free == 10


def test_held_tasks_are_counted_by_reason(campaign: Campaign) -> None:
    for reason in (SkipReason.UNCLEAR, SkipReason.UNCLEAR, SkipReason.HARMFUL):
        make_report(campaign, make_member(campaign), reason)

    assert ranks(campaign).held == {Hold.UNCLEAR: 2, Hold.HARMFUL: 1}


def test_what_nobody_can_do_is_counted(campaign: Campaign) -> None:
    make_prompt(campaign, answers=ANSWERS, skill="medicine")
    make_task(campaign)

    assert (ranks(campaign).stranded, ranks(campaign).is_bounded) == (1, False)


def test_second_opinions_and_thirds_are_counted(campaign: Campaign) -> None:
    for _ in range(3):
        make_task(campaign)
    pks = Task.objects.filter(kind=Kind.RANK).values_list("pk", flat=True)
    Task.objects.filter(pk__in=pks[:2]).update(second_opinion=True, propensity=0.5)
    Task.objects.filter(pk=pks[2]).update(third_asked=True)

    assert (ranks(campaign).second_opinions, ranks(campaign).thirds) == (2, 1)


def test_what_came_too_late_is_surplus_and_not_done(campaign: Campaign, lead: User) -> None:
    slow, fast = make_member(campaign), make_member(campaign)
    late = make_assignment(campaign, slow)
    take_back_turn(assignment=late, by=lead)
    quick = take_assignment(by=fast, kind=Kind.RANK)
    late.refresh_from_db()
    for assignment in (quick, late):
        answer = RankingAnswer(tiers=[assignment.task.offered])
        submit_ranking(assignment=assignment, answer=answer, by=assignment.person)

    assert (ranks(campaign).done, ranks(campaign).surplus) == (1, 1)


def test_another_campaign_is_not_counted(campaign: Campaign) -> None:
    elsewhere = make_campaign()
    make_ranking(elsewhere, make_member(elsewhere))

    assert progress_of(campaign) == []


@pytest.mark.parametrize("more", [0, 3])
def test_progress_asks_the_database_equally_often(
    campaign: Campaign, more: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    """Four for what is stranded, tasks with turns out, surplus of each kind."""
    for _ in range(1 + more):
        make_report(campaign, make_member(campaign))
        make_assignment(campaign, make_member(campaign))

    with django_assert_num_queries(9):
        progress_of(campaign)


def test_shares_are_sums_over_the_tasks(campaign: Campaign) -> None:
    make_assignment(campaign, make_member(campaign))

    [found] = shares_of(Campaign.objects.all())

    assert (vars(found)["wanted"], vars(found)["taken"]) == (2, 1)  # the prompt may be written too


def test_people_are_counted_by_what_they_handed_in_here(campaign: Campaign) -> None:
    ada, elsewhere = make_member(campaign, name="ada"), make_campaign()
    long_ago = timezone.now() - timedelta(days=8)
    with patch("django.utils.timezone.now", return_value=long_ago):
        make_ranking(campaign, ada)
    make_ranking(campaign, ada)
    make_ranking(elsewhere, make_member(elsewhere))

    people = [
        (each.membership.person.username, each.this_week, each.submitted)
        for each in people_of(campaign)
    ]

    assert people == [("ada", 1, 2), ("lead", 0, 0)]
