"""What disagrees comes before the reviewers, the widest apart first; a share of the rest by lot."""

from datetime import timedelta

import pytest
from django.utils import timezone

from annotate.enums import CampaignState, Kind, Origin, ReviewState
from annotate.models import CampaignWork, QualityReport, Ranking, Review, ReviewCursor
from annotate.selectors.review import waiting_for
from annotate.services.campaign import change_campaign_state
from annotate.services.ranking import RankingAnswer, revise_ranking
from annotate.services.reviewing import find_reviews, look_at_tasks
from annotate.stats.gain import gain_of
from commons.models import RunState
from tests.annotate.reviewing import (
    make_ranked_task,
    make_reviewed_campaign,
    make_reviewer,
    rank_as,
    tiers_of,
    turn_of,
    write_as,
)
from tests.factories import make_member, make_ranking, make_task

pytestmark = pytest.mark.django_db


def test_judgements_that_disagree_wait_for_a_reviewer_the_widest_apart_first() -> None:
    campaign = make_reviewed_campaign()
    alike = make_ranked_task(campaign, ["abcd", "abdc"])
    best_differs = make_ranked_task(campaign, ["abcd", "bacd"])
    opposite = make_ranked_task(campaign, ["abcd", "dcba"])

    find_reviews()

    waiting = waiting_for(make_reviewer(campaign))
    assert [(each.task, round(each.spread, 2), each.disagrees) for each in waiting] == [
        (opposite, 1.0, True),
        (best_differs, 0.17, True),
    ]
    assert not Review.objects.filter(task=alike).exists()


def test_what_is_open_depends_on_how_consistent_its_raters_were_found_to_be() -> None:
    """Two orders the other way round: of one who is consistent and of one who tosses a coin."""
    campaign = make_reviewed_campaign(third_below=0.5)
    task = make_task(campaign)
    kept = [rank_as(task, order) for order in ("abcd", "dcba")]
    find_reviews()
    before = Review.objects.get().gain
    report = QualityReport.objects.create(
        campaign=campaign, state=RunState.DONE, finished_at=timezone.now()
    )
    for ranking, eta in zip(kept, (0.95, 0.5), strict=True):
        report.raters.create(rater=ranking.rater, consistency=eta)

    look_at_tasks(kind=Kind.RANK, tasks=[task.pk])

    assert before == pytest.approx(6, abs=1e-4)  # a bit for each of six pairs
    assert Review.objects.get().gain == pytest.approx(
        gain_of([kept[0].tiers], consistency=[0.95]), abs=1e-5
    )


def test_the_bound_of_a_campaign_says_what_disagrees() -> None:
    campaign = make_reviewed_campaign(third_below=0.9)
    task = make_ranked_task(campaign, ["abcd", "abdc"])

    find_reviews()

    assert Review.objects.get().task == task


def test_an_item_of_which_a_third_judgement_is_wanted_waits_for_it() -> None:
    campaign = make_reviewed_campaign(third_below=0.5)
    task = make_ranked_task(campaign)
    reviewer = make_reviewer(campaign)
    find_reviews()
    before = list(waiting_for(reviewer))

    rank_as(task, "abcd")
    find_reviews()

    assert before == []
    assert [each.task for each in waiting_for(reviewer)] == [task]


def test_of_a_closed_campaign_nothing_is_waited_for() -> None:
    campaign = make_reviewed_campaign(third_below=0.5)
    task = make_ranked_task(campaign)
    find_reviews()

    change_campaign_state(campaign=campaign, to=CampaignState.CLOSED, by=None)

    assert [each.task for each in waiting_for(make_reviewer(campaign))] == [task]


def test_looking_twice_finds_the_same() -> None:
    campaign = make_reviewed_campaign(reviewed_share=1.0)
    make_ranked_task(campaign)
    write_as(campaign, "An answer.")

    find_reviews()
    first = list(Review.objects.order_by("pk").values())
    ReviewCursor.objects.all().delete()
    find_reviews()

    assert len(first) == 2
    assert list(Review.objects.order_by("pk").values()) == first


def test_a_share_is_drawn_by_lot_and_remembers_its_chance() -> None:
    campaign = make_reviewed_campaign(reviewed_share=0.5)
    for _ in range(40):
        write_as(campaign, "An answer.")

    find_reviews()

    drawn = Review.objects.values_list("propensity", "disagrees", "spread")
    assert set(drawn) == {(0.5, False, 0.0)}
    assert 8 <= len(drawn) <= 32  # 1 in 10,000 lots falls outside


def test_nothing_is_drawn_where_no_share_is_asked_for() -> None:
    write_as(make_reviewed_campaign(), "An answer.")

    find_reviews()

    assert not Review.objects.exists()


def test_a_change_that_makes_them_agree_takes_the_item_out() -> None:
    campaign = make_reviewed_campaign()
    task = make_task(campaign)
    rank_as(task, "abcd")
    ada = make_member(campaign)
    kept = rank_as(task, "dcba", by=ada)
    find_reviews()

    same = RankingAnswer(tiers=tiers_of(task, "abcd"))
    revise_ranking(assignment=turn_of(kept), answer=same, by=ada)
    find_reviews()
    agreed = Review.objects.get().state
    back = RankingAnswer(tiers=tiers_of(task, "dcba"))
    revise_ranking(assignment=turn_of(kept), answer=back, by=ada)
    find_reviews()

    assert agreed == ReviewState.VOID
    assert [each.state for each in Review.objects.order_by("pk")] == ["void", "open"]


def test_what_was_decided_is_not_asked_again() -> None:
    campaign = make_reviewed_campaign()
    task = make_ranked_task(campaign)
    find_reviews()
    Review.objects.update(
        state=ReviewState.DECIDED,
        decision="reject",
        reviewer=make_reviewer(campaign),
        claimed_until=timezone.now(),
        decided_at=timezone.now(),
    )
    task.refresh_from_db()
    type(task).objects.filter(pk=task.pk).update(free=1, wanted=3)

    rank_as(task, "bcda")
    find_reviews()

    assert Review.objects.get().state == ReviewState.DECIDED


def test_what_was_imported_is_no_work_to_review() -> None:
    campaign = make_reviewed_campaign(reviewed_share=1.0)
    ranking = make_ranking(campaign, make_member(campaign))
    uuid = ranking.assignment_id  # its turn stands, its judgement came from elsewhere
    Ranking.objects.filter(assignment=uuid).update(origin=Origin.IMPORTED, assignment=None)

    assert find_reviews() == 0


@pytest.mark.parametrize(("minutes", "found"), [(9, 1), (11, 0)])
def test_a_look_begins_a_little_before_the_last_one_ended(minutes: int, found: int) -> None:
    """A judgement that was made before, and committed after, is found."""
    campaign = make_reviewed_campaign()
    task = make_ranked_task(campaign)
    last = Ranking.objects.filter(assignment__task=task).latest("created_at").created_at
    at = last + timedelta(minutes=minutes)
    ReviewCursor.objects.update_or_create(kind=Kind.RANK, defaults={"at": at})

    find_reviews()

    assert Review.objects.count() == found


def test_a_campaign_without_that_kind_of_work_any_more_is_looked_through() -> None:
    campaign = make_reviewed_campaign()
    make_ranked_task(campaign)
    CampaignWork.objects.filter(kind=Kind.RANK).delete()

    find_reviews()

    assert Review.objects.count() == 1
