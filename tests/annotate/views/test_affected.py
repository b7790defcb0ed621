"""Items that a change of the guideline is about are asked again, after a look at how many."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from annotate.enums import Facet
from annotate.models import Task
from annotate.selectors.affected import Affected
from annotate.selectors.batch import prompts_to_ask_again
from annotate.services.campaign import (
    acknowledge_instructions,
    grant_competence,
    publish_instructions,
)
from tests.annotate.views.conftest import Cast
from tests.factories import make_prompt, make_ranking, take_and_show

ANSWERS = ("One.", "Two.", "Three.", "Four.")


def page_of(cast: Cast) -> str:
    return reverse("annotate:affected", args=[cast.campaign.uuid])


def judged_before_and_after(cast: Cast) -> tuple[int, int]:
    """Two prompts, ranked under two versions of the guideline."""
    prompts = []
    for text in ("Be kind.", "Be exact."):
        made = publish_instructions(campaign=cast.campaign, guideline=text, by=cast.lead)
        acknowledge_instructions(instructions=made, by=cast.member)
        prompts.append(make_ranking(cast.campaign, cast.member).prompt_id)
    return prompts[0], prompts[1]


def found(cast: Cast, only: Affected) -> set[int]:
    asked = prompts_to_ask_again(cast.campaign, None, only)
    return set(asked.values_list("prompt", flat=True))


def test_they_are_found_by_how_they_were_judged(cast: Cast) -> None:
    before, after = judged_before_and_after(cast)
    now = timezone.now()

    assert found(cast, Affected()) == {before, after}
    assert found(cast, Affected(below_version=2)) == {before}
    assert found(cast, Affected(since=now - timedelta(hours=1), below_version=2)) == {before}
    assert found(cast, Affected(since=now + timedelta(hours=1))) == set()
    assert found(cast, Affected(until=now - timedelta(hours=1))) == set()
    assert found(cast, Affected(flag="harmful")) == set()


def test_they_are_found_by_what_they_are(cast: Cast) -> None:
    grant_competence(person=cast.member, facet=Facet.SKILL, values=["law"])
    law = make_prompt(cast.campaign, answers=ANSWERS, skill="law")
    make_prompt(cast.campaign, answers=ANSWERS)
    take_and_show(cast.member, cast.campaign)

    assert found(cast, Affected(skill="law")) == {law.pk}
    assert found(cast, Affected(skill="law", language="de")) == set()


def test_a_lead_sees_how_many_and_asks_them_again(cast: Cast) -> None:
    before, _ = judged_before_and_after(cast)
    client = cast.client(cast.lead)

    page = client.get(page_of(cast), {"below_version": "2"}).content.decode()
    client.post(page_of(cast), {"below_version": "2", "seen": "0"})
    twice = client.post(page_of(cast), {"below_version": "2", "seen": "0"})

    assert "1 new task under version 2" in " ".join(page.split())
    assert set(Task.objects.filter(round=2).values_list("prompt", flat=True)) == {before}
    assert twice.status_code == 422


@pytest.mark.parametrize(("who", "status"), [("lead", 200), ("member", 404), ("stranger", 404)])
def test_it_is_for_leads(cast: Cast, who: str, status: int) -> None:
    assert cast.client(getattr(cast, who)).get(page_of(cast)).status_code == status
