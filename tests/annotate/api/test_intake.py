"""Prompts and candidates come in by the thousand, from leads and from programs that manage."""

from uuid import uuid4

import orjson
import pytest
from django.conf import settings
from rest_framework.test import APIClient

from annotate.api import intake_serializers
from annotate.enums import Role
from annotate.models import Batch, Campaign, Candidate, Prompt
from annotate.services.intake.requests import take_in_prompts
from commons.models import Scope, User
from commons.tokens import Lifetime, make_token
from tests.factories import make_campaign, make_member, make_user

pytestmark = pytest.mark.django_db

ROW = {"messages": [{"role": "user", "content": "Why?"}], "external_id": "q-1"}
ANSWER = {"prompt": "q-1", "messages": [{"role": "assistant", "content": "So."}], "source": "m"}


def address(campaign: Campaign, what: str = "prompts") -> str:
    return f"/api/v1/campaigns/{campaign.uuid}/{what}"


def client_of(person: User) -> APIClient:
    client = APIClient()
    client.force_authenticate(person)
    return client


def test_a_lead_brings_prompts_and_then_candidates_in() -> None:
    lead = make_user()
    campaign = make_campaign(lead=lead)

    prompts = client_of(lead).post(address(campaign), {"name": "monday", "rows": [ROW]})
    answers = client_of(lead).post(address(campaign, "candidates"), {"rows": [ANSWER]})

    assert (prompts.status_code, answers.status_code) == (200, 200)
    assert orjson.loads(prompts.content) == {
        "batch": str(Batch.objects.earliest("pk").uuid),
        "made": 1,
        "already_there": 0,
        "refused": 0,
        "rows": [{"status": "made", "id": str(Prompt.objects.get().uuid), "candidates": []}],
    }
    assert orjson.loads(answers.content) == {
        "batch": str(Batch.objects.latest("pk").uuid),
        "made": 1,
        "already_there": 0,
        "refused": 0,
        "rows": [{"status": "made", "id": str(Candidate.objects.get().uuid)}],
    }
    names = Batch.objects.order_by("pk").values_list("name", "created_by")
    assert list(names) == [("monday", lead.pk), ("candidates by API", lead.pk)]


@pytest.mark.parametrize("what", ["prompts", "candidates"])
def test_only_leads_bring_something_in(what: str) -> None:
    campaign = make_campaign()
    reviewer, stranger = make_member(campaign, Role.REVIEWER), make_user()
    body = {"rows": [ROW if what == "prompts" else ANSWER]}

    member = client_of(reviewer).post(address(campaign, what), body)
    outsider = client_of(stranger).post(address(campaign, what), body)
    nobody = APIClient().post(address(campaign, what), body)

    assert (member.status_code, outsider.status_code, nobody.status_code) == (403, 404, 401)
    assert member.data["detail"].startswith("Only its leads bring something into a campaign")
    assert not Prompt.objects.exists()
    assert not Batch.objects.exists()


@pytest.mark.parametrize("what", ["prompts", "candidates"])
@pytest.mark.parametrize(("scope", "status"), [(Scope.READ, 403), (Scope.MANAGE, 200)])
def test_a_leads_token_needs_the_scope_to_manage(what: str, scope: Scope, status: int) -> None:
    lead = make_user()
    campaign = make_campaign(lead=lead)
    made = make_token(by=lead, name="x", scopes=[scope], lifetime=Lifetime.WEEK)
    client = APIClient(headers={"Authorization": f"Bearer {made.key}"})

    answer = client.post(address(campaign, what), {"rows": [ROW]})

    assert answer.status_code == status
    assert Batch.objects.exists() == (status == 200)
    if status == 403:
        assert answer.json()["type"] == "urn:laurel:missing-scope"
        assert "“manage”" in answer.json()["detail"]


def test_a_thousand_prompts_and_a_thousand_candidates_come_in_one_request_each() -> None:
    lead, numbers = make_user(), range(1000)
    campaign = make_campaign(lead=lead)
    asked = [{"external_id": f"q-{n}", "prompt": f"Question {n}?"} for n in numbers]
    said = [{"prompt": f"q-{n}", "text": f"Answer {n}."} for n in numbers]
    client = client_of(lead)

    prompts = client.post(address(campaign), {"rows": asked}).data
    answers = client.post(address(campaign, "candidates"), {"rows": said}).data

    assert [prompts[name] for name in ("made", "already_there", "refused")] == [1000, 0, 0]
    assert [answers[name] for name in ("made", "already_there", "refused")] == [1000, 0, 0]
    told = [row["id"] for row in answers["rows"]]
    kept = Candidate.objects.filter(uuid__in=told).select_related("prompt")
    texts = {str(each.uuid): (each.prompt.question, each.text) for each in kept}
    assert [texts[each] for each in told] == [(f"Question {n}?", f"Answer {n}.") for n in numbers]


@pytest.mark.parametrize("what", ["prompts", "candidates"])
def test_a_row_that_is_nested_too_deeply_is_refused_by_itself(what: str) -> None:
    lead, key = make_user(), str(uuid4())
    campaign = make_campaign(lead=lead)
    take_in_prompts(campaign=campaign, rows=[ROW | {"external_id": "q-1"}], by=lead)
    good = ROW if what == "prompts" else ANSWER
    deep = "[" * 900 + "]" * 900
    rows = f'{{"prompt": "q-1", "text": {deep}}}, {orjson.dumps(good).decode()}'
    client = client_of(lead)

    first, again = (
        client.generic(
            "POST",
            address(campaign, what),
            f'{{"key": "{key}", "rows": [{rows}]}}',
            content_type="application/json",
        )
        for _ in range(2)
    )

    assert (first.status_code, again.status_code) == (200, 200)
    assert first.data["rows"][0] == {
        "status": "refused",
        "field": "",
        "detail": "the row is nested more than 100 deep; flatten it.",
    }
    assert first.data["rows"][1]["status"] in ("made", "there")
    assert orjson.loads(first.content) == orjson.loads(again.content)


def test_a_repeated_request_gets_the_stored_report_by_either_form_of_its_key() -> None:
    lead, key = make_user(), str(uuid4())
    campaign = make_campaign(lead=lead)
    client = client_of(lead)

    first = client.post(address(campaign), {"rows": [ROW], "key": key})
    again = client.post(address(campaign), {"rows": [ROW]}, headers={"Idempotency-Key": key})
    other = client.post(address(campaign), {"rows": [ROW, ROW], "key": key})

    assert (first.status_code, again.status_code) == (200, 200)
    assert orjson.loads(again.content) == orjson.loads(first.content)
    assert (other.status_code, other.data["type"]) == (422, "urn:laurel:key-reused")
    assert Batch.objects.count() == 1


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "rows"),
        ({"rows": {}}, "rows"),
        ({"rows": []}, "rows"),
        ({"rows": [ROW], "key": "no"}, "key"),
        ({"rows": [ROW], "name": "n" * 201}, "name"),
        ({"rows": [ROW], "name": "a\0b"}, "name"),
    ],
)
def test_a_body_of_another_shape_is_refused_by_its_field(
    body: dict[str, object], field: str
) -> None:
    lead = make_user()

    answer = client_of(lead).post(address(make_campaign(lead=lead)), body)

    assert (answer.status_code, answer.data["type"]) == (400, "urn:laurel:invalid-input")
    assert [error["field"] for error in answer.data["errors"]] == [field]
    assert not Batch.objects.exists()


def test_too_many_rows_are_refused_with_the_number_that_is_taken(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(intake_serializers, "ROWS", 2)
    lead = make_user()

    answer = client_of(lead).post(address(make_campaign(lead=lead)), {"rows": [ROW] * 3})

    assert answer.status_code == 400
    assert answer.data["errors"][0]["detail"] == "There are 3 rows; send at most 2 at once."


def test_half_a_surrogate_pair_spoils_its_row_alone():
    lead = make_user()
    campaign = make_campaign(lead=lead)
    body = (
        b'{"rows": [{"messages": [{"role": "user", "content": "\\ud83d"}]},'
        b' {"messages": [{"role": "user", "content": "\\ud83c\\udf3f"}]}]}'
    )

    answer = client_of(lead).generic(
        "POST", address(campaign), body, content_type="application/json"
    )

    assert answer.status_code == 200
    assert [row["status"] for row in answer.data["rows"]] == ["refused", "made"]
    assert Prompt.objects.get().question == "🌿"


@pytest.mark.parametrize("body", [b"{", b"\xff", b'{"rows": [NaN]}', b"[" * 100_000])
def test_what_is_no_json_is_said_to_be_none(body):
    lead = make_user()

    answer = client_of(lead).generic(
        "POST", address(make_campaign(lead=lead)), body, content_type="application/json"
    )

    assert (answer.status_code, answer.data["type"]) == (400, "urn:laurel:body-is-no-json")


def test_a_body_beyond_the_bound_is_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "API_BULK_BODY", 2048)
    lead = make_user()

    answer = client_of(lead).post(
        address(make_campaign(lead=lead)), {"rows": [ROW], "x": "y" * 2048}
    )

    assert answer.status_code == 413
    assert not Batch.objects.exists()
