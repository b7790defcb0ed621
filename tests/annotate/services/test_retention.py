"""What of the work is let go, when, and what never is."""

from datetime import timedelta
from unittest.mock import patch
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.utils import timezone

from annotate.enums import AssignmentState
from annotate.models import Assignment, Batch, Draft, Ranking, ReviewDraft
from annotate.services import retention
from annotate.services.draft import save_draft
from annotate.services.intake.requests import take_in_prompts
from annotate.services.ranking import RankingAnswer, revise_ranking
from annotate.services.retention import (
    old_drafts,
    old_review_drafts,
    prune_drafts,
    prune_reports,
    prune_review_drafts,
)
from annotate.services.review import decide_review
from annotate.services.review_draft import save_review_draft
from annotate.tasks import prune_leftovers
from commons.models import AuditEvent
from tests.annotate.reviewing import accepting, make_review, make_reviewed_campaign, make_reviewer
from tests.factories import make_assignment, make_campaign, make_member, make_ranking, make_user

pytestmark = pytest.mark.django_db


def ago(**time: int):
    return timezone.now() - timedelta(**time)


@pytest.fixture
def campaign():
    return make_campaign()


def make_draft(campaign, *, state=AssignmentState.SUBMITTED, closed=91, saved=91) -> Draft:
    """Of a turn that ended ``closed`` days ago, typed in ``saved`` days ago."""
    person = make_member(campaign)
    assignment = make_assignment(campaign, person)
    draft = save_draft(assignment=assignment, body={"reason": "so"}, version=0, by=person)
    Assignment.objects.filter(pk=assignment.pk).update(state=state, closed_at=ago(days=closed))
    Draft.objects.filter(pk=draft.pk).update(saved_at=ago(days=saved))
    return draft


@pytest.mark.parametrize(
    ("turn", "stays"),
    [
        ({}, False),
        ({"closed": 89}, True),
        ({"closed": 89, "saved": 300}, True),
        ({"state": AssignmentState.EXPIRED}, False),
        ({"state": AssignmentState.EXPIRED, "saved": 89}, True),  # typed in after its end
        ({"state": AssignmentState.RELEASED}, False),
        ({"state": AssignmentState.OPEN}, True),  # as long as it takes
    ],
)
def test_a_draft_stays_until_its_turn_has_ended_long_ago(campaign, turn, stays):
    make_draft(campaign, **turn)

    assert old_drafts().count() == prune_drafts() == (0 if stays else 1)

    assert Draft.objects.exists() == stays
    assert prune_drafts() == 0


def test_the_days_are_a_setting(campaign, settings):
    make_draft(campaign, closed=3, saved=3)

    settings.DRAFTS_KEPT_DAYS = 4
    assert prune_drafts() == 0
    settings.DRAFTS_KEPT_DAYS = 2
    assert prune_drafts() == 1


def test_old_drafts_go_page_by_page_and_new_ones_end_the_walk(
    campaign, monkeypatch, django_assert_num_queries
):
    """By twos: kept and old, old and old, new and new, which is the last page to be read."""
    monkeypatch.setattr(retention, "BATCH", 2)
    kept = make_draft(campaign, closed=1)
    old = [make_draft(campaign) for _ in range(3)]
    new = [make_draft(campaign, closed=1, saved=1) for _ in range(4)]

    with django_assert_num_queries(6):  # a look and a deletion each
        assert prune_drafts() == len(old)

    assert set(Draft.objects.all()) == {kept, *new}


def test_a_judgement_is_kept_with_all_that_it_replaced(campaign):
    with patch("django.utils.timezone.now", return_value=ago(days=3000)):
        person = make_member(campaign)
        ranking = make_ranking(campaign, person)
        tied = RankingAnswer(tiers=[ranking.assignment.task.offered])
        revise_ranking(assignment=ranking.assignment, answer=tied, by=person)
    events = AuditEvent.objects.count()

    call_command("prune")

    assert list(Ranking.objects.order_by("revision").values_list("revision", "current")) == [
        (1, False),
        (2, True),
    ]
    assert AuditEvent.objects.count() == events


def send(campaign, by, key, *, days_ago: int) -> Batch:
    row = {"messages": [{"role": "user", "content": f"Question {key}?"}]}
    take_in_prompts(campaign=campaign, rows=[row, {"odd": 1}], by=by, name="nightly", key=key)
    Batch.objects.filter(key=key).update(created_at=ago(days=days_ago))
    return Batch.objects.get(key=key)


def test_of_an_old_report_only_the_totals_stay(campaign):
    lead = make_user()
    old, new = (send(campaign, lead, uuid4(), days_ago=days) for days in (31, 29))
    by_command = Batch.objects.create(campaign=campaign, name="file", report={"refused": []})
    Batch.objects.filter(pk=by_command.pk).update(created_at=ago(days=31))

    assert prune_reports() == 1
    assert prune_reports() == 0

    assert Batch.objects.get(pk=old.pk).report == {
        "batch": str(old.uuid),
        "made": 1,
        "already_there": 0,
        "refused": 1,
        "rows": [],
    }
    assert Batch.objects.get(pk=new.pk).report == new.report
    assert [row["status"] for row in new.report["rows"]] == ["made", "refused"]
    assert Batch.objects.get(pk=by_command.pk).report == {"refused": []}


def test_whoever_sends_it_again_after_that_makes_nothing_twice(campaign):
    lead, key = make_user(), uuid4()
    old = send(campaign, lead, key, days_ago=31)
    prune_reports()

    row = {"messages": [{"role": "user", "content": f"Question {key}?"}]}
    again = take_in_prompts(
        campaign=campaign, rows=[row, {"odd": 1}], by=lead, name="nightly", key=key
    )

    assert again == {**old.report, "rows": []}
    assert campaign.batches.count() == 1


def test_reports_go_batch_by_batch(campaign, monkeypatch):
    monkeypatch.setattr(retention, "BATCH", 2)
    for _ in range(5):
        send(campaign, make_user(), uuid4(), days_ago=31)

    assert prune_reports() == 5


def test_a_dry_run_counts_and_changes_nothing(campaign, capsys):
    make_draft(campaign)

    call_command("prune", "--dry-run")

    assert "1 drafts of turns that ended long ago are due" in capsys.readouterr().out
    assert Draft.objects.exists()


def test_the_nudge_of_every_day_lets_go_the_same(campaign):
    make_draft(campaign)

    prune_leftovers()
    prune_leftovers()

    assert not Draft.objects.exists()


def test_drafts_of_reviews_that_ended_go_and_those_of_open_ones_stay(db: None) -> None:
    campaign = make_reviewed_campaign()
    iris, ivo = make_reviewer(campaign, "iris"), make_reviewer(campaign, "ivo")
    decided, still = make_review(campaign), make_review(campaign)
    for review in (decided, still):
        save_review_draft(review=review, body={"text": "Half"}, version=0, by=ivo)
    decide_review(review=decided, verdict=accepting(decided), by=iris)
    assert old_review_drafts().count() == 0

    ReviewDraft.objects.update(saved_at=timezone.now() - timedelta(days=91))

    assert old_review_drafts().count() == prune_review_drafts() == 1
    assert [each.review for each in ReviewDraft.objects.all()] == [still]
