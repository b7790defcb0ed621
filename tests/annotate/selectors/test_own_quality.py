"""A person reads of their agreement what their lead reads: one fit, one rule, one date."""

from collections.abc import Sequence

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from annotate.models import Campaign, Task
from annotate.selectors.own_quality import own_agreements, own_figures
from annotate.views.quality.cells import estimate_of
from commons.models import User
from tests.annotate.reviewing import make_reviewed_campaign, rank_as
from tests.factories import make_campaign, make_member, make_task, make_user
from tests.planted import measured

pytestmark = pytest.mark.django_db


def shared(campaign: Campaign, ada: User, bert: User, orders: Sequence[str]) -> list[Task]:
    """Tasks that Ada ranks ``abcd`` and Bert in these orders."""
    tasks = []
    for order in orders:
        task = make_task(campaign)
        rank_as(task, "abcd", by=ada)
        rank_as(task, order, by=bert)
        tasks.append(task)
    return tasks


def two_in(campaign: Campaign) -> tuple[User, User]:
    return make_member(campaign), make_member(campaign)


def test_of_twelve_items_three_are_ranked_the_other_way_round() -> None:
    """Three quarters of the pairs are alike, as the leads' page has it, interval and date too."""
    campaign = make_reviewed_campaign()
    ada, bert = two_in(campaign)
    shared(campaign, ada, bert, ["abcd"] * 9 + ["dcba"] * 3)
    report = measured(campaign)

    (found,) = own_agreements(ada)

    row = report.raters.get(rater=ada.rater)
    assert found.found == estimate_of(row.figures["agreement"]).found
    assert found.found.value == pytest.approx(0.75)
    assert (found.campaign, found.at) == (campaign.name, report.finished_at)
    assert found.percent[0] == 75
    assert found.percent[1] < 75 < found.percent[2]


def test_a_third_opinion_on_what_two_see_apart_makes_nobody_look_worse() -> None:
    """Ada agrees on ten items. Of six more she is asked because two others disagree, and sees each
    as the second of them does: were these counted, her figure would be 10 / 16."""
    campaign = make_reviewed_campaign()
    ada, bert = two_in(campaign)
    shared(campaign, ada, bert, ["abcd"] * 10)
    for _ in range(6):
        task = make_task(campaign)
        rank_as(task, "abcd", by=bert)
        rank_as(task, "dcba")
        Task.objects.filter(pk=task.pk).update(wanted=3, third_asked=True, free=1)
        rank_as(task, "dcba", by=ada)
    measured(campaign)

    (found,) = own_agreements(ada)

    assert found.found.value == pytest.approx(1.0)


def test_what_was_drawn_weighs_by_its_chance() -> None:
    """Ten alike that were drawn with 1/2 weigh 20, five apart that were drawn with 1/4 as much:
    a half, and not two thirds."""
    campaign = make_reviewed_campaign()
    ada, bert = two_in(campaign)
    tasks = shared(campaign, ada, bert, ["abcd"] * 10 + ["dcba"] * 5)
    for task, chance in zip(tasks, [0.5] * 10 + [0.25] * 5, strict=True):
        Task.objects.filter(pk=task.pk).update(second_opinion=True, propensity=chance)
    measured(campaign)

    (found,) = own_agreements(ada)

    assert found.found.value == pytest.approx(0.5)


def test_nine_prompts_give_no_figure() -> None:
    campaign = make_reviewed_campaign()
    ada, bert = two_in(campaign)
    shared(campaign, ada, bert, ["abcd"] * 9)
    measured(campaign)

    assert own_agreements(ada) == []


def test_every_campaign_has_its_own_figure_and_a_desk_asks_once() -> None:
    ada, bert = make_user("ada"), make_user("bert")
    for last in ("abcd", "dcba"):
        campaign = make_reviewed_campaign()
        campaign.memberships.create(person=ada, role="annotator")
        campaign.memberships.create(person=bert, role="annotator")
        shared(campaign, ada, bert, ["abcd"] * 9 + [last])
        measured(campaign)

    with CaptureQueriesContext(connection) as asked:
        found = own_agreements(ada)

    assert [each.found.value for each in found] == [pytest.approx(0.9), pytest.approx(1.0)]
    assert len(asked) == 1


def test_of_each_campaign_it_is_told_what_is_known_and_what_is_not() -> None:
    first, second = make_reviewed_campaign(), make_campaign(name="Without a report")
    ada, bert = two_in(first)
    idle = make_member(first)
    second.memberships.create(person=ada, role="annotator")
    shared(first, ada, bert, ["abcd"] * 10)
    report = measured(first)

    found = {each.campaign: each for each in own_figures(ada)}
    (of_idle,) = own_figures(idle)

    assert (found[first].report, found[second].report) == (report, None)
    row = found[first].row
    assert row is not None
    assert row.rater == ada.rater
    assert {each.rater_id for each in found[first].parts} == {ada.rater.pk}
    assert (of_idle.report, of_idle.row, of_idle.parts) == (report, None, [])
    assert own_figures(make_user("nobody")) == []
