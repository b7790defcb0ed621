"""A conversation can be tried out: the page of judging is the real one, and nothing is kept."""

import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from annotate.enums import Kind
from annotate.models import CampaignWork, CandidateRequest
from tests.annotate.views.conftest import Cast
from tests.annotate.views.test_try_out import OURS, all_rows, kept_of, sent
from tests.factories import make_prompt


@pytest.fixture
def talk(cast: Cast) -> str:
    CampaignWork.objects.create(campaign=cast.campaign, kind=Kind.TALK, answers=2, turns=2)
    return reverse("annotate:try_out", args=[cast.campaign.uuid, Kind.TALK])


def judge(client: Client, address: str, page: Any) -> Any:
    """The answers on a page of judging, the second one best."""
    first, second = (answer.id for answer in page.context["answers"])
    said = page.context["trial"].sent
    order = {"tiers": [[second], [first]], "unrankable": [], "strengths": [3]}
    return client.post(address, sent(ranking=json.dumps(order), said=said))


def test_a_lead_talks_two_turns_and_nothing_is_kept(cast: Cast, talk: str) -> None:
    make_prompt(cast.campaign, text="What is a stent?", answers=["a tube", "a tent", "c", "d"])
    client = cast.client(cast.lead)
    before = all_rows()

    first = client.post(talk, {"text": "What is a shunt?"})
    chosen = judge(client, talk, first)
    best = next(each for each in chosen.context["choices"] if each.is_chosen)
    second = client.post(
        talk,
        {
            "said": chosen.context["trial"].sent,
            "basis": best.id,
            "reply": "own",
            "edited": "A small pipe.",
            "text": "Who has one?",
        },
    )
    last = judge(client, talk, second)

    assert "These answers were written to something else: “What is a stent?”" in (
        first.content.decode()
    )
    assert kept_of(chosen.content.decode())["strengths"] == [3]
    assert [message["content"] for message in second.context["trial"].said] == [
        "What is a shunt?",
        "A small pipe.",
        "Who has one?",
    ]
    assert "the last that this campaign asks for" in last.content.decode()
    assert all_rows() == before
    assert not CandidateRequest.objects.exists()


def test_a_member_gets_answers_of_ours(cast: Cast, talk: str) -> None:
    make_prompt(cast.campaign, text="What is a stent?", answers=["a tube", "a tent", "c", "d"])

    page = cast.client(cast.member).post(talk, {"text": "Why?"}).content.decode()

    assert OURS in page
    assert "a tube" not in page


def test_an_order_that_is_not_whole_is_refused_as_in_earnest(cast: Cast, talk: str) -> None:
    client = cast.client(cast.member)
    page = client.post(talk, {"text": "Why?"})

    refused = client.post(talk, sent(said=page.context["trial"].sent))

    assert refused.status_code == 422
    assert "candidate(s) are not placed yet" in refused.content.decode()


@pytest.mark.parametrize(
    "said",
    [
        "[",
        "[1]",
        '[{"role": "assistant", "content": "So."}]',
        '[{"role": "user", "content": 1}]',
        '[{"role": "user", "content": "a", "tool_calls": []}]',
        '[{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]',
        json.dumps(
            [{"role": role, "content": "a"} for role in ["user", "assistant"] * 2 + ["user"]]
        ),
    ],
)
def test_what_did_not_arrive_whole_begins_again(cast: Cast, talk: str, said: str) -> None:
    page = cast.client(cast.member).post(talk, {"said": said, "text": "Why?"})

    assert page.status_code == 422
    assert "begin again" in page.content.decode()


def test_nothing_said_and_no_answer_chosen_are_refused_in_words(cast: Cast, talk: str) -> None:
    client = cast.client(cast.member)
    page = client.post(talk, {"text": "Why?"})

    empty = client.post(talk, {"text": "  "})
    unchosen = client.post(talk, {"said": page.context["trial"].sent, "text": "And then?"})

    assert (empty.status_code, unchosen.status_code) == (422, 422)
    assert "Choose the answer to go on with" in unchosen.content.decode()
    assert "And then?" in unchosen.content.decode()


def test_a_page_that_asks_for_no_conversation_and_a_stranger_find_nothing(cast: Cast) -> None:
    address = reverse("annotate:try_talk", args=[cast.campaign.uuid])

    assert cast.client(cast.lead).get(address).status_code == 404
    CampaignWork.objects.create(campaign=cast.campaign, kind=Kind.TALK)
    assert cast.client(cast.lead).get(address).status_code == 200
    assert cast.client(cast.stranger).get(address).status_code == 404
    assert cast.client(cast.stranger).post(address, {"text": "Why?"}).status_code == 404
