from datetime import timedelta

import pytest
from django.utils import timezone

from annotate import gateway
from annotate.enums import Pool, Role
from annotate.models import Assignment, Campaign, CandidateRequest, Task
from annotate.services.campaign import add_member
from annotate.services.conversation import end_conversation
from annotate.services.queue.order import presentation_order
from commons.models import RunState, User
from tests.conversations import answer, model_answers, said, talking_campaign
from tests.factories import make_member

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign() -> Campaign:
    return talking_campaign()


@pytest.fixture
def ada(campaign: Campaign) -> User:
    return make_member(campaign)


def test_a_request_is_claimed_once_the_oldest_first(campaign: Campaign, ada: User) -> None:
    said(campaign, ada, "First?")
    said(campaign, ada, "Second?")
    said(talking := talking_campaign(), make_member(talking), "Elsewhere?")

    asked = [gateway.claim_request([campaign.uuid]) for _ in range(3)]

    assert [each and each.messages for each in asked] == [
        [{"role": "user", "content": "First?"}],
        [{"role": "user", "content": "Second?"}],
        None,
    ]
    assert gateway.campaigns_awaiting_answers() == [talking.uuid]


def test_the_order_on_the_screen_stands_before_a_word_is_written(
    campaign: Campaign, ada: User
) -> None:
    said(campaign, ada)
    request = CandidateRequest.objects.get()

    answer(campaign)

    turn = Assignment.objects.get()
    assert sorted(turn.order) == sorted(request.names)
    assert turn.order == presentation_order(request.seed, request.names)
    assert Task.objects.get().offered == request.names


def test_a_writer_says_how_far_it_is(campaign: Campaign, ada: User) -> None:
    said(campaign, ada)
    asked = gateway.claim_request([campaign.uuid])
    assert asked is not None

    assert gateway.say_written(asked, texts=["Take", ""], says="writing")

    request = CandidateRequest.objects.get()
    assert (request.partial, request.says) == (["Take", ""], "writing")


def test_a_writer_that_was_silent_for_long_has_lost_its_claim(
    campaign: Campaign, ada: User
) -> None:
    said(campaign, ada)
    slow = gateway.claim_request([campaign.uuid])
    CandidateRequest.objects.update(heartbeat_at=timezone.now() - timedelta(minutes=1))
    quick = gateway.claim_request([campaign.uuid])
    assert slow is not None
    assert quick is not None

    assert not gateway.say_written(slow, texts=["Late"])
    assert not gateway.answer_request(slow, model_answers(["Late.", "Later."]))
    assert not gateway.fail_request(slow, "Late.")
    assert gateway.answer_request(quick, model_answers())
    assert not gateway.answer_request(quick, model_answers())

    assert Task.objects.count() == 1


def test_answers_that_are_the_same_are_no_choice(campaign: Campaign, ada: User) -> None:
    said(campaign, ada)
    asked = gateway.claim_request([campaign.uuid])
    assert asked is not None

    gateway.answer_request(asked, model_answers(["Same.", "Same."]))

    request = CandidateRequest.objects.get()
    assert request.state == RunState.FAILED
    assert "the same answer twice" in request.error
    assert not Task.objects.exists()


def test_nobody_answers_a_conversation_that_has_ended(campaign: Campaign, ada: User) -> None:
    talk = said(campaign, ada)
    asked = gateway.claim_request([campaign.uuid])
    assert asked is not None

    end_conversation(conversation=talk, by=ada)

    assert not gateway.answer_request(asked, model_answers())
    assert not Task.objects.exists()


def test_what_a_held_out_rater_says_is_judged_held_out(campaign: Campaign, ada: User) -> None:
    add_member(campaign=campaign, person=ada, role=Role.ANNOTATOR, by=None, pool=Pool.HELD_OUT)

    said(campaign, ada)
    answer(campaign)

    assert Task.objects.get().lane.pool == Pool.HELD_OUT
