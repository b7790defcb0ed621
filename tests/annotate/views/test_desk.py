"""The desk says what one holds and what waits."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from annotate.enums import CampaignState, Kind
from annotate.models import Assignment, Batch, CampaignWork, Task
from annotate.selectors import assignment as turns
from annotate.services.campaign import change_campaign_state, publish_instructions
from annotate.services.draft import save_draft
from annotate.services.lease import reserve_turn
from annotate.services.returning import expire_overdue_assignments
from tests.annotate.leading import make_batch
from tests.annotate.views.conftest import Cast
from tests.factories import make_assignment, make_member, make_prompt, make_ranking, make_task

DESK = reverse("annotate:desk")


def test_a_desk_asks_for_a_sign_in(client: Client) -> None:
    answer = client.get(DESK)

    assert answer.headers["Location"] == f"{reverse('commons:login')}?next=/"


def test_a_desk_counts_what_waits_by_campaign_and_kind(cast: Cast) -> None:
    make_prompt(cast.campaign, answers=["a", "b", "c", "d"])
    make_prompt(cast.campaign)

    page = cast.client(cast.member).get(DESK)

    [campaign] = page.context["waiting"]
    assert campaign.name == "Medicine"
    assert [(work.kind, work.turns) for work in campaign.kinds] == [("demonstrate", 2), ("rank", 1)]
    assert "3 items you may take" in page.content.decode()


def test_a_desk_says_where_it_has_stopped_counting(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(2):
        make_prompt(cast.campaign)
    monkeypatch.setattr(turns, "MOST", 1)

    page = cast.client(cast.member).get(DESK)

    assert "1 or more" in page.content.decode()


def test_a_desk_shows_nothing_of_a_campaign_to_whoever_is_not_in_it(cast: Cast) -> None:
    make_prompt(cast.campaign, text="Whose secret?", answers=["a", "b", "c", "d"])

    page = cast.client(cast.stranger).get(DESK)

    assert page.context["waiting"] == []
    assert "Medicine" not in page.content.decode()


def test_a_desk_without_work_says_why(cast: Cast) -> None:
    page = cast.client(cast.member).get(DESK)

    assert "Nothing is waiting for you" in page.content.decode()


def test_a_desk_leads_to_a_guideline_that_is_new(cast: Cast) -> None:
    publish_instructions(campaign=cast.campaign, guideline="Be exact.", by=None)

    page = cast.client(cast.member).get(DESK)

    assert reverse("annotate:guideline", args=[cast.campaign.uuid]) in page.content.decode()


def test_a_desk_offers_no_third_item(cast: Cast) -> None:
    make_assignment(cast.campaign, cast.member)
    make_assignment(cast.campaign, cast.member)

    page = cast.client(cast.member).get(DESK).content.decode()

    assert page.count("Resume") == 2
    assert "Finish or give back one item first." in page


def test_a_desk_lists_what_was_handed_in_and_may_be_changed(cast: Cast) -> None:
    for _ in range(12):
        make_ranking(cast.campaign, cast.member)
    done = list(Assignment.objects.order_by("pk"))
    make_ranking(cast.campaign, cast.lead)
    now = timezone.now()
    for age, assignment in enumerate(reversed(done)):
        closed = Assignment.objects.filter(pk=assignment.pk)
        closed.update(closed_at=now - timedelta(minutes=7 * age))

    page = cast.client(cast.member).get(DESK)

    assert [(each.assignment.pk, each.until) for each in page.context["handed_in"]] == [
        (assignment.pk, now + timedelta(minutes=60 - 7 * age))
        for age, assignment in enumerate(reversed(done))
        if 7 * age <= 60
    ]
    newest = reverse("annotate:rank", args=[done[-1].uuid])
    assert f'href="{newest}"' in page.content.decode()


def test_a_desk_lists_at_most_ten_of_them(cast: Cast) -> None:
    for _ in range(12):
        make_ranking(cast.campaign, cast.member)

    page = cast.client(cast.member).get(DESK)

    assert len(page.context["handed_in"]) == 10


def test_a_desk_lists_nothing_where_a_campaign_lets_nobody_change(cast: Cast) -> None:
    make_ranking(cast.campaign, cast.member)
    CampaignWork.objects.filter(kind=Kind.RANK).update(edit_minutes=0)

    page = cast.client(cast.member).get(DESK)

    assert "Handed in lately" not in page.content.decode()


@pytest.mark.parametrize("items", [1, 3])
def test_a_desk_asks_the_database_equally_often(
    cast: Cast, items: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(items):
        make_ranking(cast.campaign, cast.member)
        make_prompt(cast.campaign, answers=["a", "b", "c", "d"])
    client = cast.client(cast.member)

    with django_assert_num_queries(26):
        client.get(DESK)


def test_a_desk_offers_what_a_lead_has_set_aside(cast: Cast) -> None:
    task = make_task(cast.campaign)
    others = Task.objects.exclude(pk=task.pk)
    others.update(free=0, wanted=0)
    reserve_turn(task=task, person=cast.member, by=cast.lead)

    page = cast.client(cast.member).get(DESK)

    assert "1 item you may take" in page.content.decode()


def test_a_desk_lists_what_was_typed_before_its_time_ran_out(cast: Cast) -> None:
    assignment = make_assignment(cast.campaign, cast.member, kind=Kind.DEMONSTRATE)
    save_draft(assignment=assignment, body={"text": "Half of it"}, version=0, by=cast.member)
    Assignment.objects.update(expires_at=timezone.now() - timedelta(minutes=1))
    expire_overdue_assignments()

    page = cast.client(cast.member).get(DESK).content.decode()
    theirs = cast.client(cast.lead).get(DESK).content.decode()

    address = reverse("annotate:demonstrate", args=[assignment.uuid])
    assert (address in page, address in theirs) == (True, False)


def test_a_desk_says_where_nothing_runs_and_what_would_change_that(cast: Cast) -> None:
    change_campaign_state(campaign=cast.campaign, to=CampaignState.PAUSED, by=cast.lead)

    html = cast.client(cast.member).get(DESK).content.decode()

    assert "Nothing runs just now" in html
    assert "Medicine (paused)" in html


def test_a_desk_says_when_what_is_left_is_in_other_hands(cast: Cast) -> None:
    make_assignment(cast.campaign, make_member(cast.campaign))
    Task.objects.filter(free__gt=0).update(free=0, wanted=0)

    assert "in other people’s hands" in cast.client(cast.member).get(DESK).content.decode()


def test_a_desk_says_when_prompts_came_and_how_often(cast: Cast) -> None:
    prompt = make_prompt(cast.campaign)
    for days in (0, 7, 14, 22):
        batch = make_batch(cast.campaign, prompt, name=f"{days}.jsonl")
        Batch.objects.filter(pk=batch.pk).update(created_at=timezone.now() - timedelta(days=days))
    Task.objects.update(free=0, wanted=0)

    html = cast.client(cast.member).get(DESK).content.decode()

    assert "New prompts last came at" in html
    assert "Lately they came about every 7 days." in html


def test_a_desk_says_nothing_of_a_rhythm_that_there_is_not(cast: Cast) -> None:
    for name in ("one", "two"):
        make_batch(cast.campaign, make_prompt(cast.campaign), name=name)
    Task.objects.update(free=0, wanted=0)

    html = cast.client(cast.member).get(DESK).content.decode()

    assert ("New prompts last came at" in html, "Lately" in html) == (True, False)


def test_a_desk_says_when_nothing_is_in_ones_fields(cast: Cast) -> None:
    make_prompt(cast.campaign, skill="medicine")

    assert "Nothing in your fields yet" in cast.client(cast.member).get(DESK).content.decode()


def test_a_chart_is_drawn_with_points_where_people_write_commas(cast: Cast) -> None:
    page = cast.client(cast.member).get(DESK, headers={"accept-language": "de"}).content.decode()

    drawn = re.findall(r"<svg.*?</svg>", page, re.DOTALL)

    assert '<html lang="de"' in page
    assert len(drawn) == 7  # the days of a week
    assert not [each for each in drawn if re.search(r'="\d+,\d+"', each)]
