"""Starting, skipping and giving back, through the pages."""

from uuid import uuid4

import pytest
from django.urls import reverse

from annotate.enums import AssignmentState, Kind, SkipReason
from annotate.models import Assignment
from annotate.services.campaign import publish_instructions
from tests.annotate.views.conftest import Cast
from tests.factories import make_assignment, make_prompt, make_task

TAKE = reverse("annotate:take")


def test_start_leases_an_item_and_goes_to_its_page(cast: Cast) -> None:
    make_task(cast.campaign)

    answer = cast.client(cast.member).post(
        TAKE, {"campaign": str(cast.campaign.uuid), "kind": Kind.RANK}
    )

    taken = Assignment.objects.get(person=cast.member)
    assert answer.headers["Location"] == reverse("annotate:rank", args=[taken.uuid])


def test_a_double_click_on_start_takes_one_item(cast: Cast) -> None:
    make_prompt(cast.campaign)
    make_prompt(cast.campaign)
    client = cast.client(cast.member)

    first, second = client.post(TAKE), client.post(TAKE)

    assert first.headers["Location"] == second.headers["Location"]
    assert Assignment.objects.count() == 1


def test_start_without_work_goes_back_to_the_desk_and_says_so(cast: Cast) -> None:
    answer = cast.client(cast.member).post(TAKE, follow=True)

    assert answer.redirect_chain == [("/", 302)]
    assert "There is nothing waiting for you right now" in answer.content.decode()


def test_start_leads_to_a_guideline_that_is_new(cast: Cast) -> None:
    make_task(cast.campaign)
    publish_instructions(campaign=cast.campaign, guideline="Be exact.", by=None)

    answer = cast.client(cast.member).post(TAKE)

    there = reverse("annotate:guideline", args=[cast.campaign.uuid])
    assert answer.headers["Location"] == there


def test_start_in_a_campaign_that_is_not_ones_own_is_not_found(cast: Cast) -> None:
    make_task(cast.campaign)

    answer = cast.client(cast.stranger).post(TAKE, {"campaign": str(cast.campaign.uuid)})

    assert answer.status_code == 404
    assert not Assignment.objects.exists()


def test_start_from_a_link_does_nothing(cast: Cast) -> None:
    assert cast.client(cast.member).get(TAKE).status_code == 405


def test_a_skip_keeps_its_reason_and_brings_the_next_item(cast: Cast) -> None:
    first = make_assignment(cast.campaign, cast.member)
    make_task(cast.campaign)

    answer = cast.client(cast.member).post(
        reverse("annotate:skip", args=[first.uuid]),
        {"reason": SkipReason.BROKEN, "note": "The third answer is cut off."},
    )

    first.refresh_from_db()
    assert (first.state, first.skip_reason, first.skip_note) == (
        AssignmentState.SKIPPED,
        SkipReason.BROKEN,
        "The third answer is cut off.",
    )
    second = Assignment.objects.get(person=cast.member, state=AssignmentState.OPEN)
    assert answer.headers["Location"] == reverse("annotate:rank", args=[second.uuid])


def test_a_skip_that_is_sent_twice_is_one(cast: Cast) -> None:
    held = make_assignment(cast.campaign, cast.member)
    make_task(cast.campaign)
    sent = {"reason": SkipReason.BROKEN, "key": str(uuid4())}
    client, there = cast.client(cast.member), reverse("annotate:skip", args=[held.uuid])

    first, second = client.post(there, sent), client.post(there, sent)
    other = client.post(there, {**sent, "reason": SkipReason.HARMFUL}, follow=True)

    assert first.headers["Location"] == second.headers["Location"]
    assert Assignment.objects.filter(person=cast.member).count() == 2
    assert "This submission key was used for another answer" in other.content.decode()


def test_a_script_that_skips_is_told_where_the_next_page_is(cast: Cast) -> None:
    held = make_assignment(cast.campaign, cast.member)
    client, there = cast.client(cast.member), reverse("annotate:skip", args=[held.uuid])
    script = {"accept": "application/json"}

    unsaid = client.post(there, headers=script)
    said = client.post(there, {"reason": SkipReason.BROKEN}, headers=script)
    again = client.post(there, {"reason": SkipReason.BROKEN}, headers=script)

    item = reverse("annotate:rank", args=[held.uuid])
    assert [each.json() for each in (unsaid, said, again)] == [
        {"go": item, "kept": False},
        {"go": "/", "kept": True},
        {"go": "/", "kept": False},
    ]


def test_a_skip_without_a_reason_stays_on_the_item(cast: Cast) -> None:
    held = make_assignment(cast.campaign, cast.member)

    answer = cast.client(cast.member).post(reverse("annotate:skip", args=[held.uuid]))

    held.refresh_from_db()
    assert held.state == AssignmentState.OPEN
    assert answer.headers["Location"] == reverse("annotate:rank", args=[held.uuid])


def test_an_item_given_back_is_free_for_others(cast: Cast) -> None:
    held = make_assignment(cast.campaign, cast.member)

    cast.client(cast.member).post(reverse("annotate:release", args=[held.uuid]))

    held.refresh_from_db()
    held.task.refresh_from_db()
    assert (held.state, held.task.free) == (AssignmentState.RELEASED, 1)


@pytest.mark.parametrize("act", ["annotate:skip", "annotate:release"])
def test_nobody_acts_on_an_item_that_another_holds(cast: Cast, act: str) -> None:
    held = make_assignment(cast.campaign, cast.member)

    by_lead = cast.client(cast.lead).post(reverse(act, args=[held.uuid]), {"reason": "broken"})
    nowhere = cast.client(cast.lead).post(reverse(act, args=[uuid4()]), {"reason": "broken"})

    held.refresh_from_db()
    assert (by_lead.status_code, nowhere.status_code) == (404, 404)
    assert held.state == AssignmentState.OPEN
