"""Leads withdraw, restore and move batches, after they have read what that touches."""

import pytest
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from annotate.models import Batch, CampaignPrompt, Task
from annotate.services.batch import withdraw_batch
from annotate.services.campaign import publish_instructions
from tests.annotate.leading import make_batch
from tests.annotate.views.conftest import Cast
from tests.factories import make_assignment, make_ranking


def batches_of(cast: Cast) -> str:
    return reverse("annotate:batches", args=[cast.campaign.uuid])


def act_on(batch: Batch, act: str) -> str:
    return reverse("annotate:decide_batch", args=[batch.uuid, act])


def test_a_lead_sees_what_arrived(cast: Cast) -> None:
    batch = make_batch(cast.campaign, name="spring.jsonl")
    withdrawn = make_batch(cast.campaign, name="winter.jsonl")
    withdraw_batch(batch=withdrawn, by=cast.lead)

    page = cast.client(cast.lead).get(batches_of(cast))

    html = page.content.decode()
    assert list(page.context["page"]) == [withdrawn, batch]
    assert act_on(batch, "withdraw") in html
    assert act_on(withdrawn, "restore") in html
    assert act_on(withdrawn, "withdraw") not in html


@pytest.mark.parametrize("who", ["member", "stranger"])
def test_a_batch_is_not_there_for_others(cast: Cast, who: str) -> None:
    batch = make_batch(cast.campaign)
    client = cast.client(getattr(cast, who))

    statuses = [
        client.get(batches_of(cast)).status_code,
        client.get(act_on(batch, "withdraw")).status_code,
        client.post(act_on(batch, "withdraw")).status_code,
    ]

    batch.refresh_from_db()
    assert statuses == [404, 404, 404]
    assert batch.withdrawn_at is None


def test_an_act_that_is_none_is_not_there(cast: Cast) -> None:
    page = cast.client(cast.lead).get(act_on(make_batch(cast.campaign), "burn"))

    assert page.status_code == 404


@pytest.mark.parametrize("act", ["withdraw", "restore", "priority", "ask-again"])
def test_an_act_first_says_what_it_touches_and_does_nothing(cast: Cast, act: str) -> None:
    turn = make_assignment(cast.campaign, cast.member)
    batch = make_batch(cast.campaign, turn.task.prompt)

    page = cast.client(cast.lead).get(act_on(batch, act))

    touched = page.context["touched"]
    assert (touched.prompts, touched.open_tasks) == (1, 1)
    assert (touched.leases, touched.people, touched.judgements) == (1, 1, 0)
    assert "Live leases, of 1 person" in page.content.decode()
    assert Batch.objects.get().withdrawn_at is None


def test_an_act_afterwards_says_what_it_did(cast: Cast) -> None:
    batch, client = make_batch(cast.campaign), cast.client(cast.lead)

    def do(act: str, **data: object) -> list[str]:
        page = client.post(act_on(batch, act), data, follow=True)
        return [str(message) for message in page.context["messages"]]

    assert do("priority", priority=2) == ["Priority 2: 2 tasks moved."]
    assert do("withdraw") == ["Withdrawn: 2 tasks are handed out no more."]
    assert do("restore") == ["Restored: 2 tasks are back."]
    assert CampaignPrompt.objects.get(batch=batch).priority == 2


def test_a_batch_is_asked_again_under_the_newest_guideline(cast: Cast) -> None:
    done = make_ranking(cast.campaign, cast.member)
    batch = make_batch(cast.campaign, done.prompt)
    make_batch(cast.campaign, name="another")
    publish_instructions(campaign=cast.campaign, guideline="Be kinder.", by=cast.lead)
    client = cast.client(cast.lead)

    asked = client.get(act_on(batch, "ask-again"))
    said_yes = {"seen": asked.context["form"]["seen"].value()}
    page = client.post(act_on(batch, "ask-again"), said_yes, follow=True)

    assert "One new task under version 1 of the guideline" in asked.content.decode()
    assert "Asked again: one new task." in page.content.decode()
    rounds = Task.objects.filter(prompt=done.prompt).order_by("kind", "round")
    assert list(rounds.values_list("kind", "round", "free")) == [
        ("demonstrate", 1, 1),
        ("rank", 1, 0),
        ("rank", 2, 1),
    ]


def test_a_second_withdrawal_is_told_so(cast: Cast) -> None:
    batch = make_batch(cast.campaign)
    withdraw_batch(batch=batch, by=cast.lead)

    page = cast.client(cast.lead).post(act_on(batch, "withdraw"))

    assert page.status_code == 422
    assert "is withdrawn already" in page.content.decode()


@pytest.mark.parametrize("priority", ["0", "10", "first", ""])
def test_a_priority_is_1_to_9(cast: Cast, priority: str) -> None:
    batch = make_batch(cast.campaign)

    page = cast.client(cast.lead).post(act_on(batch, "priority"), {"priority": priority})

    assert page.status_code == 422
    assert CampaignPrompt.objects.get(batch=batch).priority == 5


@pytest.mark.parametrize("more", [0, 2])
def test_batches_ask_the_database_equally_often(
    cast: Cast, more: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(1 + more):
        make_batch(cast.campaign)
    client = cast.client(cast.lead)

    with django_assert_num_queries(7):
        client.get(batches_of(cast))
