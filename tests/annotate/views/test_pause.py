"""Pages of pauses: the person reads why and answers, a lead decides."""

import pytest
from django.urls import reverse

from annotate.enums import Appeal, PauseCause
from annotate.models import Membership, Pause
from annotate.services.pause import pause_member
from tests.annotate.views.conftest import Cast


def paused(cast: Cast) -> Pause:
    return pause_member(
        membership=Membership.objects.get(campaign=cast.campaign, person=cast.member),
        cause=PauseCause.GOLD,
        evidence={"items": 20, "agreement": 0.4, "low": 0.2, "high": 0.62, "limit": 0.7},
        by=None,
    )


def test_a_desk_says_that_one_is_paused_and_where_to_read_why(cast: Cast) -> None:
    pause = paused(cast)
    client = cast.client(cast.member)

    desk = client.get(reverse("annotate:desk")).content.decode()
    page = client.get(reverse("annotate:pause", args=[pause.uuid])).content.decode()

    assert reverse("annotate:pause", args=[pause.uuid]) in desk
    assert "40 % of the pairs were as they should be (20 to 62 %)" in page


def test_an_appeal_reaches_the_lead_and_the_answer_the_person(cast: Cast) -> None:
    pause = paused(cast)
    mine, theirs = (
        reverse(f"annotate:{name}", args=[pause.uuid]) for name in ("pause", "decide_pause")
    )

    cast.client(cast.member).post(mine, {"text": "I was ill."})
    lead_page = cast.client(cast.lead).get(theirs).content.decode()
    said = {"decision": Appeal.LIFTED, "answer": "Get well, go on."}
    cast.client(cast.lead).post(theirs, said)

    assert "I was ill." in lead_page
    assert "Get well, go on." in cast.client(cast.member).get(mine).content.decode()
    assert mine not in cast.client(cast.member).get(reverse("annotate:desk")).content.decode()


def test_a_campaign_says_how_many_appeals_wait(cast: Cast) -> None:
    pause = paused(cast)
    there = reverse("annotate:campaign", args=[cast.campaign.uuid])
    before = cast.client(cast.lead).get(there).content.decode()

    cast.client(cast.member).post(reverse("annotate:pause", args=[pause.uuid]), {"text": "Why?"})

    badge = '<span class="badge badge-wait push">1</span>'
    assert badge not in before
    assert badge in cast.client(cast.lead).get(there).content.decode()


def test_nobody_reads_or_decides_over_anothers(cast: Cast) -> None:
    pause = paused(cast)
    asked = {
        ("stranger", "pause"): 404,
        ("lead", "pause"): 404,
        ("stranger", "decide_pause"): 404,
        ("member", "decide_pause"): 404,
        ("lead", "decide_pause"): 200,
    }

    found = {
        (who, page): cast.client(getattr(cast, who))
        .get(reverse(f"annotate:{page}", args=[pause.uuid]))
        .status_code
        for who, page in asked
    }

    assert found == asked


def test_a_lead_pauses_somebody_and_says_why(cast: Cast) -> None:
    there = reverse("annotate:pause_member", args=[cast.campaign.uuid, cast.member.uuid])
    client = cast.client(cast.lead)

    without = client.post(there, {})
    client.post(there, {"reason": "Let us talk first."})
    twice = client.post(there, {"reason": "Again."})

    assert (without.status_code, twice.status_code) == (422, 422)
    assert Pause.objects.get().reason == "Let us talk first."


@pytest.mark.parametrize(("who", "status"), [("lead", 200), ("member", 404), ("stranger", 404)])
def test_a_list_is_for_leads(cast: Cast, who: str, status: int) -> None:
    paused(cast)
    page = reverse("annotate:pauses", args=[cast.campaign.uuid])

    assert cast.client(getattr(cast, who)).get(page).status_code == status
