"""A lead voids somebody's work: what it touches is shown first, and it can be undone."""

import re

import pytest
from django.urls import reverse

from annotate.models import Snapshot, SnapshotMember, Void, Voided
from annotate.services import voiding_run
from annotate.services.voiding import void_work
from annotate.tasks import void_requested_work
from tests.annotate.views.conftest import Cast
from tests.factories import make_ranking

SAID = {"since": "2026-01-01", "reason": "Pasted answers."}


def page_of(cast: Cast) -> str:
    return reverse("annotate:void", args=[cast.campaign.uuid, cast.member.uuid])


def previewed(cast: Cast) -> dict[str, str]:
    """What the preview sends back with the yes."""
    page = cast.client(cast.lead).post(page_of(cast), SAID).content.decode()
    found = re.search(r'name="seen" value="(\d+)"', page)
    assert found
    return SAID | {"seen": found[1]}


def test_what_it_touches_is_shown_before_anything_is_done(cast: Cast) -> None:
    make_ranking(cast.campaign, cast.member)

    said = previewed(cast)

    assert said["seen"] == "1"
    assert not Void.objects.exists()


def test_a_yes_voids_it_and_an_undo_lets_it_count(cast: Cast) -> None:
    make_ranking(cast.campaign, cast.member)
    client = cast.client(cast.lead)

    client.post(page_of(cast), previewed(cast))
    assert Voided.objects.filter(stands=True).count() == 1
    page = client.get(page_of(cast)).content.decode()
    client.post(reverse("annotate:undo_void", args=[Void.objects.get().uuid]))

    assert "Pasted answers." in page
    assert not Voided.objects.filter(stands=True).exists()


def test_what_came_after_the_preview_is_shown_before_it_goes(cast: Cast) -> None:
    make_ranking(cast.campaign, cast.member)
    said = previewed(cast)
    make_ranking(cast.campaign, cast.member)

    page = cast.client(cast.lead).post(page_of(cast), said).content.decode()

    assert not Void.objects.exists()
    assert 'name="seen" value="2"' in page


def test_nothing_to_void_is_said(cast: Cast) -> None:
    answer = cast.client(cast.lead).post(page_of(cast), SAID | {"seen": "0"})

    assert answer.status_code == 422
    assert "earlier day" in answer.content.decode()


def test_a_dataset_that_holds_some_of_it_says_so(cast: Cast) -> None:
    kept = make_ranking(cast.campaign, cast.member)
    snapshot = Snapshot.objects.create(
        kind="preference", state="done", purpose="check", finished_at=kept.created_at
    )
    snapshot.campaigns.add(cast.campaign)
    SnapshotMember.objects.create(snapshot=snapshot, position=0, side="train", ranking=kept)
    void_work(
        campaign=cast.campaign,
        person=cast.member,
        since=kept.created_at,
        reason="Pasted.",
        by=cast.lead,
    )

    page = cast.client(cast.lead).get(reverse("annotate:dataset", args=[snapshot.uuid]))

    assert "was voided since" in page.content.decode()


@pytest.mark.parametrize("who", ["member", "stranger"])
def test_only_leads_void(cast: Cast, who: str) -> None:
    kept = make_ranking(cast.campaign, cast.member)
    made = void_work(
        campaign=cast.campaign, person=cast.member, since=kept.created_at, reason="x", by=cast.lead
    )
    client = cast.client(getattr(cast, who))

    assert client.post(page_of(cast), SAID).status_code == 404
    assert client.post(reverse("annotate:undo_void", args=[made.uuid])).status_code == 404


def test_much_is_voided_by_a_worker_and_the_page_says_how_far_it_is(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(voiding_run, "AT_ONCE", 0)
    make_ranking(cast.campaign, cast.member)
    client = cast.client(cast.lead)

    client.post(page_of(cast), previewed(cast))
    made = Void.objects.get()
    progress = reverse("annotate:void_progress", args=[made.uuid])
    waits = client.get(page_of(cast)).content.decode()
    part = client.get(progress).content.decode()
    void_requested_work()

    assert "Waiting for a worker" in waits
    assert "<progress" in part
    assert client.get(progress).headers["HX-Refresh"] == "true"
    assert "<progress" not in client.get(page_of(cast)).content.decode()
    assert made.rows.count() == 1
    assert cast.client(cast.stranger).get(progress).status_code == 404
