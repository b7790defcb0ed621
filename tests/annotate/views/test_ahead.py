"""The next item's page is there before it is asked for, and its clock begins when it is seen."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from annotate.enums import AssignmentState, CampaignState, Kind, SkipReason
from annotate.models import Assignment, Draft
from annotate.services.assignment import take_assignment
from annotate.services.campaign import change_campaign_state
from annotate.services.turn import skip_assignment
from tests.annotate.views.conftest import Cast
from tests.factories import make_assignment, make_prompt, make_task

SCRIPT = {"accept": "application/json"}


def ahead(client: Client, held: Assignment, key: object) -> object:
    """What the page of an item is told of the one after it."""
    answer = client.post(reverse("annotate:ahead", args=[held.uuid]), {"key": str(key)})
    return answer.json() if answer.status_code == 200 else answer.status_code


def next_of(cast: Cast) -> Assignment:
    return Assignment.objects.get(person=cast.member, shown_at=None)


@pytest.fixture
def held(cast: Cast) -> Assignment:
    """An item on the screen, and another one after it."""
    held = make_assignment(cast.campaign, cast.member)
    make_task(cast.campaign)
    return held


def test_the_next_item_is_leased_and_drawn_and_not_seen(cast: Cast, held: Assignment) -> None:
    said = ahead(cast.client(cast.member), held, uuid4())

    taken = next_of(cast)
    assert (taken.state, taken.seat, taken.task == held.task) == (AssignmentState.OPEN, 2, False)
    assert isinstance(said, dict)
    assert said["go"] == reverse("annotate:rank", args=[taken.uuid])
    assert f'data-item="{taken.uuid}"' in said["page"]
    assert taken.task.prompt.question in said["page"]
    assert "<html" not in said["page"]


def test_handing_in_leads_to_the_item_that_was_loaded(cast: Cast, held: Assignment) -> None:
    client, key = cast.client(cast.member), uuid4()
    make_task(cast.campaign)
    said = ahead(client, held, key)

    tiers = {"tiers": [[each] for each in held.order]}
    sent = {"key": str(key), "version": 0, "ranking": str(tiers).replace("'", '"')}
    there = client.post(reverse("annotate:rank", args=[held.uuid]), sent, headers=SCRIPT)

    assert isinstance(said, dict)
    assert there.json() == {"go": said["go"], "kept": True}
    assert Assignment.objects.filter(person=cast.member).count() == 2


def test_a_page_that_is_opened_anew_takes_no_further_item(cast: Cast, held: Assignment) -> None:
    client = cast.client(cast.member)
    make_task(cast.campaign)

    first, again = ahead(client, held, uuid4()), ahead(client, held, uuid4())

    assert isinstance(first, dict)
    assert isinstance(again, dict)
    assert first["go"] == again["go"]
    assert Assignment.objects.filter(person=cast.member).count() == 2


def test_there_may_be_nothing_to_load(cast: Cast) -> None:
    client = cast.client(cast.member)
    held = make_assignment(cast.campaign, cast.member)

    nothing = ahead(client, held, uuid4())
    unnamed = ahead(client, held, "")
    Assignment.objects.filter(pk=held.pk).update(shown_at=None)
    unseen = ahead(client, held, uuid4())

    assert (nothing, unnamed, unseen) == (204, 204, 204)


def test_what_another_tab_shows_already_is_not_loaded(cast: Cast, held: Assignment) -> None:
    client, key = cast.client(cast.member), uuid4()
    ahead(client, held, key)
    client.get(reverse("annotate:rank", args=[next_of(cast).uuid]))

    assert ahead(client, held, key) == 204


def test_to_be_seen_starts_the_clock_of_what_was_loaded(cast: Cast, held: Assignment) -> None:
    client = cast.client(cast.member)
    ahead(client, held, uuid4())
    taken = next_of(cast)
    Draft.objects.create(assignment=taken, body={}, version=3)

    answer = client.post(reverse("annotate:seen", args=[taken.uuid]), {"shuffle": taken.seed})

    taken.refresh_from_db()
    assert taken.shown_at is not None
    assert taken.expires_at is not None
    assert taken.expires_at > timezone.now() + timedelta(minutes=1)
    assert answer.json()["version"] == 3


def test_what_was_handed_in_before_it_is_said_to_be_seen_is_no_conflict(
    cast: Cast, held: Assignment
) -> None:
    client = cast.client(cast.member)
    ahead(client, held, uuid4())
    taken = next_of(cast)
    skip_assignment(assignment=taken, by=cast.member, reason=SkipReason.UNCLEAR)

    answer = client.post(reverse("annotate:seen", args=[taken.uuid]), {"shuffle": taken.seed})

    assert (answer.status_code, answer.json()["version"]) == (200, None)


def test_what_is_gone_or_was_shuffled_anew_is_not_to_be_seen(cast: Cast, held: Assignment) -> None:
    client = cast.client(cast.member)
    ahead(client, held, uuid4())
    taken = next_of(cast)
    there = reverse("annotate:seen", args=[taken.uuid])

    other_order = client.post(there, {"shuffle": taken.seed + 1})
    unsaid = client.post(there)
    taken.refresh_from_db()
    assert taken.shown_at is None
    change_campaign_state(campaign=cast.campaign, to=CampaignState.PAUSED, by=cast.lead)
    gone = client.post(there, {"shuffle": taken.seed})

    assert [each.status_code for each in (other_order, unsaid, gone)] == [409, 409, 409]


def test_it_is_for_the_person_whose_item_it_is(cast: Cast, held: Assignment) -> None:
    there = [reverse(f"annotate:{name}", args=[held.uuid]) for name in ("ahead", "seen")]
    sent = {"key": str(uuid4()), "shuffle": held.seed}

    found = {
        who: [client.post(each, sent).status_code for each in there]
        for who, client in {
            "lead": cast.client(cast.lead),
            "stranger": cast.client(cast.stranger),
            "nobody": Client(),
        }.items()
    }

    assert found == {"lead": [404, 404], "stranger": [404, 404], "nobody": [302, 302]}
    assert not Assignment.objects.exclude(pk=held.pk).exists()


def test_what_was_loaded_makes_room_for_other_work(cast: Cast, held: Assignment) -> None:
    client = cast.client(cast.member)
    ahead(client, held, uuid4())
    loaded = next_of(cast)
    other = {"campaign": str(cast.campaign.uuid), "kind": Kind.DEMONSTRATE}

    offered = client.get("/").content.decode()
    there = client.post(reverse("annotate:take"), other)
    client.get(there.headers["Location"])
    refused = client.post(reverse("annotate:take"), follow=True)

    loaded.refresh_from_db()
    begun = Assignment.objects.get(person=cast.member, task__kind=Kind.DEMONSTRATE)
    assert "Start this" in offered
    assert there.headers["Location"] == reverse("annotate:demonstrate", args=[begun.uuid])
    assert (loaded.state, held.state) == (AssignmentState.EXPIRED, AssignmentState.OPEN)
    assert "You already hold two open items" in refused.content.decode()


def test_a_text_to_write_is_loaded_too(cast: Cast) -> None:
    make_prompt(cast.campaign)
    held = take_assignment(by=cast.member, kind=Kind.DEMONSTRATE)
    client = cast.client(cast.member)
    client.get(reverse("annotate:demonstrate", args=[held.uuid]))
    make_prompt(cast.campaign)

    said = ahead(client, held, uuid4())

    assert isinstance(said, dict)
    assert said["go"] == reverse("annotate:demonstrate", args=[next_of(cast).uuid])
