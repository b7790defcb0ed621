"""A judgement is handed in, and changed, once for each key."""

from typing import cast
from uuid import uuid4

import pytest
from django.urls import reverse
from rest_framework import serializers
from rest_framework.test import APIClient

from annotate.enums import AssignmentState, Kind
from annotate.models import Assignment, Demonstration, Ranking
from annotate.services.draft import save_draft
from annotate.services.prompt import add_prompt
from annotate.services.task import open_tasks
from commons.models import User
from tests.annotate.asking import RANK, called, make_asking_item
from tests.annotate.test_conversation import ASPIRIN, calls, gives, says
from tests.annotate.test_tools import DOSE
from tests.factories import (
    make_assignment,
    make_campaign,
    make_member,
    make_task,
    take_and_show,
)

pytestmark = pytest.mark.django_db


def of(assignment: Assignment, name: str = "submit") -> str:
    return reverse(f"annotate:api:{name}", args=[assignment.uuid])


def client_of(person: User) -> APIClient:
    client = APIClient()
    client.force_authenticate(person)
    return client


def strict(assignment: Assignment) -> list[list[str]]:
    return [[name] for name in assignment.order]


def test_a_ranking_is_handed_in_once_however_often_it_is_sent() -> None:
    campaign = make_campaign()
    person = make_member(campaign)
    held = make_assignment(campaign, person)
    sent = {"key": str(uuid4()), "tiers": [held.order[:2], held.order[2:]], "strengths": [2]}
    client = client_of(person)

    first, second = client.post(of(held), sent), client.post(of(held), sent)
    other = client.post(of(held), sent | {"strengths": [3]})

    kept = Ranking.objects.get()
    said = {"id": str(kept.uuid), "revision": 1, "counts_as": "work", "next": None}
    assert first.data == second.data == said
    assert (first.status_code, second.status_code) == (201, 201)
    assert (kept.tiers, kept.strengths) == (sent["tiers"], [2])
    assert (other.status_code, other.data["type"]) == (422, "urn:laurel:key-reused")


def test_a_submission_brings_the_next_item_where_it_is_asked_for() -> None:
    campaign = make_campaign()
    person = make_member(campaign)
    held = make_assignment(campaign, person)
    make_task(campaign)
    client = client_of(person)
    sent = {"tiers": strict(held), "next": True, "key": str(uuid4())}

    first, again = client.post(of(held), sent), client.post(of(held), sent)

    ahead = Assignment.objects.get(state=AssignmentState.OPEN)
    assert first.data["next"]["id"] == again.data["next"]["id"] == str(ahead.uuid)
    assert [each["id"] for each in first.data["next"]["candidates"]] == ahead.order


def test_a_submission_after_which_nothing_waits_says_so() -> None:
    campaign = make_campaign()
    person = make_member(campaign)
    held = make_assignment(campaign, person)

    answer = client_of(person).post(of(held), {"tiers": strict(held), "next": True})

    assert answer.status_code == 201
    assert answer.data["next"] is None
    assert answer.data["says"].startswith("There is nothing waiting for you right now")


def test_a_demonstration_is_handed_in() -> None:
    campaign = make_campaign()
    person = make_member(campaign)
    held = make_assignment(campaign, person, kind=Kind.DEMONSTRATE)

    answer = client_of(person).post(of(held), {"text": "Because."})

    assert answer.status_code == 201
    assert Demonstration.objects.get().text == "Because."


def test_a_ranking_item_takes_no_demonstration() -> None:
    campaign = make_campaign()
    person = make_member(campaign)
    held = make_assignment(campaign, person, kind=Kind.RANK)

    answer = client_of(person).post(of(held), {"text": "Because."})

    assert (answer.status_code, answer.data["type"]) == (422, "urn:laurel:wrong-kind")
    assert answer.data["errors"][0]["field"] == "tiers"
    assert not Demonstration.objects.exists()


@pytest.mark.parametrize(
    ("kind", "sent", "kind_of_problem", "field"),
    [
        (Kind.RANK, {"tiers": []}, "incomplete-ranking", "tiers"),
        (Kind.RANK, {"tiers": [[str(uuid4())]]}, "strange-ranking", "tiers"),
        (Kind.DEMONSTRATE, {"text": " "}, "empty-demonstration", "text"),
        (Kind.DEMONSTRATE, {"tiers": []}, "wrong-kind", "text"),
    ],
)
def test_an_unfit_judgement_is_refused_with_its_field_and_what_helps(
    kind: Kind, sent: dict[str, object], kind_of_problem: str, field: str
) -> None:
    campaign = make_campaign()
    person = make_member(campaign)
    held = make_assignment(campaign, person, kind=kind)

    answer = client_of(person).post(of(held), sent)

    assert (answer.status_code, answer.data["type"]) == (422, f"urn:laurel:{kind_of_problem}")
    (error,) = answer.data["errors"]
    assert (error["field"], error["detail"]) == (field, answer.data["detail"])
    assert error["remedy"]


def test_odd_strengths_are_named_as_such() -> None:
    campaign = make_campaign()
    person = make_member(campaign)
    held = make_assignment(campaign, person)
    client = client_of(person)

    for strengths in ([1], [9, 1, 1]):
        answer = client.post(of(held), {"tiers": strict(held), "strengths": strengths})
        assert (answer.status_code, answer.data["errors"][0]["field"]) == (422, "strengths")


@pytest.mark.parametrize("kind", [Kind.RANK, Kind.DEMONSTRATE])
@pytest.mark.parametrize(
    "sent",
    [
        {"tiers": [1] * 20_000},
        {"tiers": [[1] * 20_000]},
        {"tiers": [], "unrankable": [1] * 20_000},
        {"tiers": [], "strengths": ["x"] * 20_000},
    ],
)
def test_twenty_thousand_errors_are_refused_in_a_few_words(
    kind: Kind, sent: dict[str, object]
) -> None:
    campaign = make_campaign()
    person = make_member(campaign)
    held = make_assignment(campaign, person, kind=kind)

    answer = client_of(person).post(of(held), sent)

    assert (answer.status_code, answer.data["type"]) == (400, "urn:laurel:invalid-input")
    assert len(answer.content) < 1000
    if kind == Kind.RANK:
        (error,) = answer.data["errors"]
        assert error["detail"] == "There are 20000 things in it; 30 is the most."
        assert error["remedy"] == "Send fewer of them."


def test_a_hopeless_body_is_held_against_each_shape_once(monkeypatch: pytest.MonkeyPatch) -> None:
    campaign = make_campaign()
    person = make_member(campaign)
    held = make_assignment(campaign, person)
    tried: list[str] = []
    look = serializers.Serializer.run_validation

    def noted(self: serializers.Serializer[None], *said: object) -> object:
        tried.append(type(self).__name__)
        return look(self, *said)

    monkeypatch.setattr(serializers.Serializer, "run_validation", noted)

    answer = client_of(person).post(of(held), {"tiers": 1})

    assert answer.status_code == 400
    assert tried == ["RankingSerializer", "DemonstrationSerializer"]


def test_what_was_made_from_an_older_draft_brings_both_texts() -> None:
    campaign = make_campaign()
    person = make_member(campaign)
    held = make_assignment(campaign, person, kind=Kind.DEMONSTRATE)
    save_draft(assignment=held, body={"text": "Elsewhere."}, version=0, by=person)

    answer = client_of(person).post(of(held), {"text": "Here.", "version": 0})

    assert answer.status_code == 409
    assert answer.data["type"] == "urn:laurel:draft-conflict"
    assert (answer.data["version"], answer.data["content"]) == (1, {"text": "Elsewhere."})


def test_a_submission_may_be_changed() -> None:
    campaign = make_campaign()
    person = make_member(campaign)
    held = make_assignment(campaign, person)
    client = client_of(person)
    client.post(of(held), {"tiers": strict(held)})

    changed = client.put(of(held, "submission"), {"tiers": [held.order], "key": str(uuid4())})

    assert changed.status_code == 200
    assert changed.data["revision"] == 2
    assert Ranking.objects.get(current=True).tiers == [held.order]


def test_what_is_not_handed_in_cannot_be_changed() -> None:
    campaign = make_campaign()
    person = make_member(campaign)
    held = make_assignment(campaign, person)

    answer = client_of(person).put(of(held, "submission"), {"tiers": strict(held)})

    assert answer.status_code == 409
    assert not Ranking.objects.exists()


def test_a_stranger_neither_hands_in_nor_changes() -> None:
    campaign = make_campaign()
    held = make_assignment(campaign, make_member(campaign))
    client = client_of(make_member(campaign))

    refused = [
        client.post(of(held), {"tiers": strict(held)}).status_code,
        client.put(of(held, "submission"), {"tiers": strict(held)}).status_code,
    ]

    assert refused == [404, 404]
    assert not Ranking.objects.exists()


def test_a_submission_sent_again_brings_the_same_next_item_though_it_was_shown() -> None:
    campaign = make_campaign()
    person = make_member(campaign)
    held = make_assignment(campaign, person)
    for _ in range(2):
        make_task(campaign)
    client = client_of(person)
    sent = {"tiers": strict(held), "next": True, "key": str(uuid4())}

    first = client.post(of(held), sent).data["next"]
    client.post(reverse("annotate:api:extend", args=[first["id"]]))
    again = client.post(of(held), sent).data["next"]

    assert again["id"] == first["id"]
    assert Assignment.objects.filter(state=AssignmentState.OPEN).count() == 1


def test_a_change_of_an_older_revision_gets_the_newer_one() -> None:
    campaign = make_campaign()
    person = make_member(campaign)
    held = make_assignment(campaign, person)
    client = client_of(person)
    client.post(of(held), {"tiers": strict(held)})
    change = of(held, "submission")
    client.put(change, {"tiers": [held.order], "version": 1})

    overtaken = client.put(change, {"tiers": strict(held)[::-1], "version": 1})

    assert (overtaken.status_code, overtaken.data["type"]) == (409, "urn:laurel:draft-conflict")
    assert (overtaken.data["version"], overtaken.data["content"]["tiers"]) == (2, [held.order])


def test_a_ranking_brings_along_what_its_item_asks_for() -> None:
    held, person = make_asking_item()
    one, *others = [called(held, text) for text in ("One.", "Two.", "Three.", "Four.")]
    span = {"name": "wrong", "start": 0, "end": 3, "quote": "Two", "why": "There are three."}
    answers = {one: {"ratings": {"helpful": 6}}, others[0]: {"spans": [span]}}
    sent = {"tiers": [[one], others], "answers": answers, "reason": "Short.", "ideal": "One, so."}
    client = client_of(person)

    shown = client.get(of(held, "assignment")).data["asks"]
    answer = client.post(of(held), sent)
    less = client.put(of(held, "submission"), {"tiers": sent["tiers"], "reason": "Shorter."})

    rated = [each | {"means": ""} for each in cast(list[dict[str, object]], RANK["ratings"])]
    assert shown == RANK | {"criteria": [], "ratings": rated}
    assert (answer.status_code, less.status_code, less.data["revision"]) == (201, 200, 2)
    first, second = Ranking.objects.order_by("revision")
    assert (first.answers, first.reason) == (answers, "Short.")
    assert first.ideal is not None
    assert first.ideal.text == "One, so."
    assert (second.answers, second.reason, second.ideal) == ({}, "Shorter.", None)


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"answers": {"x": {}}}, "answers.x"),
        ({"answers": []}, "answers"),
        ({"answers": {"x": "\0"}}, "answers"),
        ({"ideal": "One, so.", "ideal_from": str(uuid4())}, "ideal_from"),
        ({"ideal": None}, "ideal"),
        ({"ideal_from": "One."}, "ideal_from"),
    ],
)
def test_what_is_said_wrongly_beside_the_order_is_named(
    said: dict[str, object], field: str
) -> None:
    held, person = make_asking_item()

    answer = client_of(person).post(of(held), {"tiers": strict(held)} | said)

    assert answer.status_code in (400, 422)
    assert [each["field"] for each in answer.data["errors"]] == [field]
    assert all(each["remedy"] for each in answer.data["errors"])
    assert not Ranking.objects.exists()


def test_an_answer_may_be_several_messages_and_says_what_is_wrong_with_one() -> None:
    campaign = make_campaign()
    person = make_member(campaign)
    asked = [{"role": "user", "content": "How much aspirin?"}]
    add_prompt(campaign=campaign, messages=asked, tools=[DOSE])
    open_tasks(campaign=campaign)
    held = take_and_show(person, campaign, kind=Kind.DEMONSTRATE)
    client = client_of(person)
    sent = [calls(ASPIRIN), gives("100 mg"), says("100 mg.")]

    shown = client.get(reverse("annotate:api:assignment", args=[held.uuid]))
    refused = client.post(of(held), {"messages": [calls({}), *sent[1:]]})
    kept = client.post(of(held), {"messages": sent})

    assert shown.data["prompt"]["tools"] == [DOSE]
    assert (refused.status_code, refused.data["type"]) == (422, "urn:laurel:strange-conversation")
    assert refused.data["errors"] == [
        {
            "field": "messages.0.tool_calls.0.function.arguments",
            "detail": "Block 1: “drug” is missing; add it.",
            "remedy": "Mend that block, or remove it.",
        }
    ]
    assert kept.status_code == 201
    assert Demonstration.objects.get().messages == sent
