"""Whoever looks at what is kept of others is written down: once an hour, by public ids alone."""

import json

import pytest
from django.core.cache import caches
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django import DjangoCaptureOnCommitCallbacks
from rest_framework.test import APIClient

from annotate.enums import PauseCause, RaterKind, Role, Taken
from annotate.models import Access, Membership, Rater
from annotate.services.access import note_look_at_people
from annotate.services.pause import pause_member
from commons.models import User
from tests.annotate.teaming import a_mate, a_part
from tests.annotate.views.conftest import Cast
from tests.factories import make_member, make_ranking, make_task, make_user


def noted() -> list[tuple[str, str, str, str]]:
    rows = Access.objects.order_by("pk").select_related("person")
    return [(each.person.username, each.taken, each.subject, each.part) for each in rows]


def pages_about(cast: Cast) -> dict[str, str]:
    """A page each that tells of one person, by its name."""
    membership = Membership.objects.get(campaign=cast.campaign, person=cast.member)
    pause = pause_member(
        membership=membership, cause=PauseCause.LEAD, reason="See me.", by=cast.lead
    )
    both = [cast.campaign.uuid, cast.member.uuid]
    return {
        "member": reverse("annotate:member", args=both),
        "void": reverse("annotate:void", args=both),
        "decide_pause": reverse("annotate:decide_pause", args=[pause.uuid]),
    }


def test_each_page_about_one_person_names_the_person_and_the_page(cast: Cast) -> None:
    pages, client = pages_about(cast), cast.client(cast.lead)

    for page in pages.values():
        assert client.get(page).status_code == 200
        assert cast.client(cast.stranger).get(page).status_code == 404

    subject = f"user:{cast.member.uuid}"
    assert noted() == [("lead", Taken.ONE, subject, name) for name in pages]


def test_the_same_look_is_a_row_an_hour_and_then_no_statement(
    cast: Cast, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    page, client = pages_about(cast)["member"], cast.client(cast.lead)
    client.get(page)
    Access.objects.all().delete()

    def inserts() -> int:
        with (
            CaptureQueriesContext(connection) as seen,
            django_capture_on_commit_callbacks(execute=True),
        ):
            client.get(page)
        return sum("annotate_access" in each["sql"] for each in seen.captured_queries)

    assert [inserts() for _ in range(3)] == [1, 0, 0]
    assert Access.objects.count() == 1
    caches["lately"].clear()  # an hour has passed
    assert inserts() == 1


def test_a_look_that_is_rolled_back_is_not_taken_for_written_down(cast: Cast) -> None:
    page, client = pages_about(cast)["member"], cast.client(cast.lead)

    client.get(page)  # within the transaction of the test, which has not ended
    client.get(page)

    assert Access.objects.count() == 2


def test_ones_own_is_not_noted_and_a_machine_is_nobody(cast: Cast) -> None:
    cast.client(cast.lead).get(
        reverse("annotate:member", args=[cast.campaign.uuid, cast.lead.uuid])
    )
    machine = Rater.objects.create(kind=RaterKind.MACHINE, name="judge")
    source = Rater.objects.create(kind=RaterKind.IMPORTED, name="vendor")

    note_look_at_people(
        by=cast.lead, people=[machine, source], campaigns=[cast.campaign], part="rater"
    )

    assert noted() == [("lead", Taken.ONE, f"rater:{source.uuid}", "rater")]


def test_explore_is_noted_by_its_list_and_by_the_person_who_is_looked_for(cast: Cast) -> None:
    rater = make_ranking(cast.campaign, cast.member).rater
    reviewer = make_member(cast.campaign, Role.REVIEWER, name="reviewer")
    page, of = reverse("annotate:explore"), {"campaign": str(cast.campaign.uuid)}

    cast.client(reviewer).get(page, of)
    own = make_ranking(cast.campaign, cast.lead).rater
    for asked in (
        {"by": str(rater.uuid)},
        {"rater": "member"},
        {"rater": "nobody"},
        {"beside": str(own.uuid)},
    ):
        cast.client(cast.lead).get(page, {**of, "show": "rankings", **asked})

    subject = f"user:{cast.member.uuid}"
    assert noted() == [
        ("reviewer", Taken.ITEMS, page, "prompts"),
        ("lead", Taken.ONE, subject, "explore"),
        ("lead", Taken.ONE, subject, "explore"),
        ("lead", Taken.ITEMS, page, "rankings"),
        ("lead", Taken.ITEMS, page, "rankings"),
    ]


def test_figures_of_people_and_items_are_noted_in_their_campaign(cast: Cast) -> None:
    task, client = make_task(cast.campaign), cast.client(cast.lead)
    names = ("ledger", "caps", "pauses", "golds", "leases", "accesses")
    pages = {name: reverse(f"annotate:{name}", args=[cast.campaign.uuid]) for name in names}

    for page in pages.values():
        client.get(page)
    client.get(reverse("annotate:item", args=[task.uuid]))

    assert noted() == [
        *(("lead", Taken.MANY, page, name) for name, page in pages.items()),
        ("lead", Taken.ITEM, f"task:{task.uuid}", ""),
    ]
    assert set(Access.objects.values_list("campaign__name", flat=True)) == {"Medicine"}


def test_leads_read_whom_somebody_looked_at_as_they_are_called_now(cast: Cast) -> None:
    cast.client(cast.lead).get(pages_about(cast)["member"])
    User.objects.filter(pk=cast.member.pk).update(username="erased-1")

    page = cast.client(cast.lead).get(reverse("annotate:accesses", args=[cast.campaign.uuid]))

    told = "What is kept of one person: erased-1 · Their place in the campaign"
    assert told in page.content.decode()


def test_whoever_may_erase_a_person_and_looks_is_noted_outside_of_campaigns(cast: Cast) -> None:
    root = make_user("root", admin=True)

    cast.client(root).get(reverse("annotate:erase_person", args=[cast.member.uuid]))

    assert noted() == [("root", Taken.ONE, f"user:{cast.member.uuid}", "erase_person")]
    assert Access.objects.get().campaign is None


@pytest.mark.django_db
def test_pages_of_a_list_by_program_are_one_look(
    cast: Cast, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    nora = make_user("nora")
    part = a_part(cast.campaign, lead=nora)
    a_mate(part)
    client = APIClient()
    client.force_authenticate(nora)
    page = reverse("annotate:api:people_of_team", args=[part.team.uuid])

    for limit in (1, 2):
        with django_capture_on_commit_callbacks(execute=True):
            assert client.get(page, {"limit": limit}).status_code == 200

    assert noted() == [("nora", Taken.MANY, page, "people_of_team")]


def test_no_row_holds_what_was_asked_or_answered(cast: Cast) -> None:
    prompt = make_ranking(cast.campaign, cast.member).prompt
    cast.client(cast.lead).get(reverse("annotate:life", args=[prompt.uuid]))
    cast.client(cast.lead).get(reverse("annotate:explore"), {"text": prompt.question})

    said = json.dumps(list(Access.objects.values("subject", "part")))

    assert Access.objects.count() == 2
    assert prompt.question not in said
