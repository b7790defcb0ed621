"""Programs have answers scored: who may, what is refused, what is found."""

import pytest
from django.test import Client
from django.urls import reverse

from commons.models import RunState, Scope, User
from commons.tokens import Lifetime, make_token
from rewards.models import RewardModel, ScoreRequest
from rewards.services.score_request import answer_score_requests
from tests.rewards.views.conftest import Cast
from tests.rewards.views.conftest import cast as cast  # the fixture
from tests.rewards.views.making import make_reward_model, make_run

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("letter_engine")]

ASKED = {"rows": [{"messages": [{"role": "user", "content": "Why?"}], "answers": ["a", "bbb"]}]}


def turn(role: str) -> dict[str, str]:
    return {"role": role, "content": "?"}


def address(model: RewardModel) -> str:
    return reverse("rewards_api:score", args=[model.uuid])


def ask(person: User, model: RewardModel, said: object = ASKED, *scopes: Scope):
    made = make_token(by=person, name="test", scopes=scopes or list(Scope), lifetime=Lifetime.WEEK)
    return Client().post(
        address(model),
        said,
        content_type="application/json",
        headers={"Authorization": f"Bearer {made.key}"},
    )


@pytest.fixture
def model(cast: Cast) -> RewardModel:
    return make_reward_model(cast.campaign, track=cast.track)


def test_answers_are_scored_by_the_worker(cast: Cast, model: RewardModel) -> None:
    answer = ask(cast.lead, model)
    said = answer.json()
    assert (answer.status_code, said["state"], said["scores"]) == (202, "requested", None)

    answer_score_requests()

    client = cast.client(cast.lead)
    found = client.get(reverse("rewards_api:scores", args=[said["id"]])).json()
    assert (found["state"], found["reward_model"]) == ("done", str(model.uuid))
    assert found["scores"] == [
        [{"score": 1.0, "uncertainty": 0.5}, {"score": 3.0, "uncertainty": 0.5}]
    ]
    assert ask(cast.lead, model).json()["id"] == said["id"]


def test_it_is_for_the_leads_of_the_track(cast: Cast, model: RewardModel) -> None:
    people = (cast.lead, cast.member, cast.stranger, cast.admin)

    assert [ask(who, model).status_code for who in people] == [202, 404, 404, 202]
    assert ScoreRequest.objects.count() == 2
    uuid = ScoreRequest.objects.order_by("pk")[0].uuid
    assert cast.statuses(reverse("rewards_api:scores", args=[uuid])) == {
        "lead": 200,
        "member": 404,
        "stranger": 404,
        "admin": 200,
    }


def test_a_model_of_one_s_own_is_for_its_owner(cast: Cast) -> None:
    own = make_reward_model(cast.campaign, by=cast.lead)

    assert [ask(who, own).status_code for who in (cast.lead, cast.stranger)] == [202, 404]


def test_asking_takes_a_token_that_manages(cast: Cast, model: RewardModel) -> None:
    answer = ask(cast.lead, model, ASKED, Scope.READ)

    assert (answer.status_code, answer.json()["type"]) == (403, "urn:laurel:missing-scope")


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ({"answers": ["a"]}, "rows.0.messages"),
        (
            {"messages": [{"role": "me", "content": "?"}], "answers": ["a"]},
            "rows.0.messages.0.role",
        ),
        ({"messages": [turn("user")], "answers": []}, "rows.0.answers"),
        ({"messages": [turn("user")], "answers": [""]}, "rows.0.answers.0"),
    ],
)
def test_an_odd_row_is_named(cast: Cast, model: RewardModel, row: object, field: str) -> None:
    answer = ask(cast.lead, model, {"rows": [row]})

    assert (answer.status_code, answer.headers["Content-Type"]) == (400, "application/problem+json")
    assert [each["field"] for each in answer.json()["errors"]] == [field]


def test_a_model_that_is_not_trained_is_refused(cast: Cast) -> None:
    model = make_reward_model(
        cast.campaign, track=cast.track, run=make_run(state=RunState.REQUESTED)
    )

    answer = ask(cast.lead, model)

    assert answer.status_code == 422
    assert answer.json()["type"] == "urn:laurel:nothing-to-score-with"


def test_a_prompt_that_is_answered_already_is_refused(cast: Cast, model: RewardModel) -> None:
    answer = ask(cast.lead, model, {"rows": [{"messages": [turn("assistant")], "answers": ["a"]}]})

    assert answer.status_code == 422
    assert answer.json()["type"] == "urn:laurel:nothing-to-answer"
    assert answer.json()["errors"][0]["field"] == "rows"
