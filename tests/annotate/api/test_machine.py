"""Machines by program: for leads of the campaign, and nobody else."""

from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse
from rest_framework.test import APIClient

from annotate.enums import Kind, MachineWay, Role
from annotate.models import Access, Campaign, MachineJudge, Ranking
from annotate.services.campaign import Work
from annotate.services.machine import add_machine
from commons.models import Scope, User
from commons.tokens import Lifetime, make_token
from tests.factories import make_campaign, make_member, make_prompt, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign() -> Campaign:
    campaign = make_campaign(works=[Work(Kind.RANK, answers=2)], name="Law", lead=make_user("lead"))
    make_member(campaign, name="member")
    make_member(campaign, Role.REVIEWER, name="reviewer")
    make_campaign(lead=make_user("stranger"))
    make_prompt(campaign, text="Why?", answers=["So.", "Not so."], skill="law")
    return campaign


@pytest.fixture
def judge(campaign: Campaign) -> MachineJudge:
    return a_machine(campaign)


def a_machine(campaign: Campaign, way: MachineWay = MachineWay.PROGRAM) -> MachineJudge:
    return add_machine(
        campaign=campaign, name=f"Judge {way}", way=way, share=1.0, by=campaign.created_by
    )


def client_of(name: str) -> APIClient:
    client = APIClient()
    client.force_authenticate(User.objects.get(username=name))
    return client


def at(name: str, *arguments: object) -> str:
    return reverse(f"annotate:api:{name}", args=arguments)


def judge_it(judge: MachineJudge, said: object, who: str = "lead", **headers: str) -> Any:
    return client_of(who).post(
        at("judge_by_machine", judge.uuid), said, format="json", headers=headers
    )


def item_of(judge: MachineJudge) -> dict[str, Any]:
    (item,) = client_of("lead").get(at("items_of_machine", judge.uuid)).json()["items"]
    return item


def test_a_lead_sets_one_up_and_is_told_of_it(campaign):
    said = {"name": "Judge 7B", "share": 0.5, "made_of": {"model": "judge-7b", "wording": "v3"}}

    made = client_of("lead").post(at("machines", campaign.uuid), said, format="json")

    assert made.status_code == 201
    told = made.json()
    assert told == {
        "id": told["id"],
        "name": "Judge 7B",
        "campaign": {"id": str(campaign.uuid), "name": "Law"},
        "way": "program",
        "share": 0.5,
        "made_of": {"model": "judge-7b", "wording": "v3"},
        "stopped_at": None,
        "ended_at": None,
        "judged": 0,
        "silent": {},
    }
    listed = client_of("lead").get(at("machines", campaign.uuid)).json()["results"]
    assert listed == [told]


def test_an_item_says_what_is_asked_and_not_who_wrote_the_answers(judge):
    item = item_of(judge)

    texts = {each["id"]: each["messages"][0]["content"] for each in item["answers"]}
    assert sorted(texts.values()) == ["Not so.", "So."]
    assert item["messages"] == [{"role": "user", "content": "Why?"}]
    assert item["skill"] == "law"
    assert item["orders"] == [list(texts), list(texts)[::-1]]
    assert "model-a" not in str(item)
    look = Access.objects.get()
    assert (look.taken, look.part, look.campaign) == ("items", "items_of_machine", judge.campaign)


def test_what_it_says_is_kept_and_sent_again_found(judge):
    item = item_of(judge)
    one, other = item["orders"][0]
    said = {"item": item["id"], "orders": [[[one], [other]], [[one], [other]]]}
    key = str(uuid4())

    first, again = (judge_it(judge, said, **{"Idempotency-Key": key}) for _ in range(2))

    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert first.json()["tiers"] == [[one], [other]]
    assert Ranking.objects.count() == 1
    assert client_of("lead").get(at("items_of_machine", judge.uuid)).json() == {
        "items": [],
        "after": None,
    }


def test_why_it_did_not_judge_is_counted(judge):
    kept = judge_it(judge, {"item": item_of(judge)["id"], "silence": "unreadable"})

    assert kept.json()["tiers"] is None
    told = client_of("lead").get(at("machine", judge.uuid)).json()
    assert (told["judged"], told["silent"]) == (0, {"unreadable": 1})


@pytest.mark.parametrize(
    ("said", "field", "remedy"),
    [
        ({"orders": []}, "item", "Add this field."),
        ({"item": "x"}, "item", None),
        ({"orders": [[["here"]]]}, "orders.0.0.0", None),
        ({"silence": "tired"}, "silence", None),
    ],
)
def test_a_refusal_names_the_field_and_the_remedy(judge, said, field, remedy):
    given = {"item": item_of(judge)["id"], **said} if field != "item" else said

    refused = judge_it(judge, given)

    assert refused.status_code == 400
    (wrong,) = refused.json()["errors"]
    assert wrong["field"] == field
    assert wrong["remedy"] == remedy if remedy else wrong["remedy"]


def test_an_order_that_leaves_an_answer_out_is_refused_with_what_helps(judge):
    item = item_of(judge)

    refused = judge_it(judge, {"item": item["id"], "orders": [[[item["orders"][0][0]]]]})

    assert refused.status_code == 422
    assert refused.json()["type"].endswith("incomplete-ranking")
    assert refused.json()["errors"][0]["remedy"].startswith("Put every answer")


def test_a_machine_of_our_own_workers_takes_nothing_from_a_program(campaign):
    judge = a_machine(campaign, MachineWay.REWARD)

    refused = judge_it(judge, {"item": item_of(judge)["id"], "silence": "failed"})

    assert refused.json()["type"].endswith("not-its-program")


def test_it_is_stopped_and_given_another_share(judge):
    there, item = at("machine", judge.uuid), item_of(judge)

    told = client_of("lead").patch(there, {"share": 0.25, "stopped": True}, format="json").json()

    assert told["share"] == 0.25
    assert told["stopped_at"]
    assert judge_it(judge, {"item": item["id"], "silence": "failed"}).status_code == 409


@pytest.mark.parametrize("who", ["member", "reviewer", "stranger"])
def test_nobody_else_sees_or_says_anything(campaign, judge, who):
    client = client_of(who)
    answers = [
        client.get(at("machines", campaign.uuid)),
        client.get(at("machine", judge.uuid)),
        client.patch(at("machine", judge.uuid), {"share": 0.5}, format="json"),
        client.get(at("items_of_machine", judge.uuid)),
        judge_it(judge, {"item": item_of(judge)["id"], "silence": "failed"}, who),
    ]
    added = client.post(at("machines", campaign.uuid), {"name": "Mine"}, format="json")

    assert [each.status_code for each in answers] == [404] * 5
    assert added.status_code == (404 if who == "stranger" else 403)
    assert MachineJudge.objects.count() == 1


def test_a_token_that_may_only_read_hears_how_far_it_is_and_gets_no_texts(judge):
    lead = User.objects.get(username="lead")
    key = make_token(by=lead, name="reader", scopes=[Scope.READ], lifetime=Lifetime.WEEK).key
    client = APIClient(headers={"Authorization": f"Bearer {key}"})

    assert client.get(at("machine", judge.uuid)).status_code == 200
    assert client.get(at("items_of_machine", judge.uuid)).status_code == 403
