"""What was right is told of training alone, and to nobody else."""

import pytest
from django.urls import reverse
from rest_framework.test import APIClient

from annotate.enums import Kind, LanePurpose
from annotate.models import Assignment
from annotate.services.gold import set_gold_rules
from annotate.services.ranking import RankingAnswer, submit_ranking
from commons.models import User
from tests.annotate.golden import gold_of
from tests.annotate.reviewing import tiers_of
from tests.factories import (
    make_campaign,
    make_member,
    make_ranking,
    make_task,
    make_user,
    take_and_show,
)

pytestmark = pytest.mark.django_db


def asked(person: User, turn: Assignment) -> object:
    client = APIClient()
    client.force_authenticate(person)
    answer = client.get(reverse("annotate:api:told", args=[turn.uuid]))
    return answer.data if answer.status_code == 200 else (answer.status_code, answer.data["type"])


def test_training_tells_what_was_right_and_why() -> None:
    campaign = make_campaign()
    person = make_member(campaign)
    set_gold_rules(campaign=campaign, by=make_user(), training_items=1)
    gold = gold_of(campaign, purpose=LanePurpose.PRACTICE, explanation="Facts first.")
    make_task(campaign)
    turn = take_and_show(person, campaign, kind=Kind.RANK)
    answer = RankingAnswer(tiers=tiers_of(turn.task, "bacd"))
    submit_ranking(assignment=turn, answer=answer, by=person)

    assert asked(person, turn) == {
        "agreed": 5,
        "compared": 6,
        "tiers": gold.answer.tiers,
        "unrankable": [],
        "explanation": "Facts first.",
    }
    assert asked(make_user(), turn) == (404, "urn:laurel:not-found")


def test_of_work_nothing_is_told() -> None:
    campaign = make_campaign()
    person = make_member(campaign)
    turn = make_ranking(campaign, person).assignment
    assert turn is not None

    assert asked(person, turn) == (404, "urn:laurel:nothing-told")
