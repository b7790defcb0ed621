"""Pages of a conversation: who sees them, what they say at each stage, and where they lead."""

import json
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from annotate import gateway
from annotate.enums import Role
from annotate.models import Campaign, CandidateRequest, Conversation, ConversationTurn
from annotate.services.campaign import publish_instructions
from annotate.services.care import set_care
from annotate.services.conversation import end_conversation
from annotate.services.set_aside import take_set_aside
from annotate.services.turn import show_assignment
from commons.models import User, WorkerHeartbeat
from tests.conversations import ANSWERS, answer, judge, model_answers, said, talking_campaign
from tests.factories import make_assignment, make_campaign, make_member, make_user

pytestmark = pytest.mark.django_db

BEGIN = reverse("annotate:begin_talk")


@pytest.fixture
def campaign() -> Campaign:
    return talking_campaign(name="Talk")


@pytest.fixture
def ada(campaign: Campaign) -> User:
    return make_member(campaign)


@pytest.fixture
def client(ada: User) -> Client:
    return signed_in(ada)


@pytest.fixture
def talk(campaign: Campaign, ada: User) -> Conversation:
    return said(campaign, ada)


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def at(name: str, talk: Conversation, *more: object) -> str:
    return reverse(f"annotate:{name}", args=[talk.uuid, *more])


def first(campaign: Campaign, **more: object) -> dict[str, object]:
    asked = {"campaign": campaign.uuid, "language": "en", "text": "How many?", "key": uuid4()}
    return asked | more


def a_worker_lives() -> None:
    now = timezone.now()
    WorkerHeartbeat.objects.create(
        name="w", queues="answers,default", host="h", pid=1, started_at=now, seen_at=now
    )


def test_what_is_said_first_leads_to_the_page_of_the_conversation(
    client: Client, campaign: Campaign, ada: User
) -> None:
    answered = client.post(BEGIN, first(campaign))

    talk = Conversation.objects.get()
    assert answered.headers["Location"] == at("talk", talk)
    assert (talk.person, talk.campaign, talk.language) == (ada, campaign, "en")


def test_nothing_said_is_refused_with_what_stands_there(client: Client, campaign: Campaign) -> None:
    answered = client.post(BEGIN, first(campaign, text="  "))

    assert answered.status_code == 422
    assert "The message is empty" in answered.content.decode()


def test_an_unread_guideline_comes_first(client: Client, campaign: Campaign) -> None:
    publish_instructions(campaign=campaign, guideline="Be kind.", by=None)

    answered = client.post(BEGIN, first(campaign))

    assert answered.headers["Location"] == reverse("annotate:guideline", args=[campaign.uuid])


def test_whoever_has_no_campaign_to_talk_in_is_told_so() -> None:
    campaign = make_campaign()
    page = signed_in(make_member(campaign)).get(BEGIN).content.decode()

    assert "No campaign of yours asks for conversations" in page


@pytest.mark.parametrize("role", [Role.ANNOTATOR, Role.LEAD])
def test_a_conversation_is_its_persons_alone(
    role: Role, campaign: Campaign, talk: Conversation
) -> None:
    others = [signed_in(make_user()), signed_in(make_member(campaign, role))]

    for other in others:
        statuses = [
            other.get(at("talk", talk)).status_code,
            other.get(at("talk_progress", talk)).status_code,
            other.post(at("say", talk)).status_code,
            other.post(at("talk_again", talk)).status_code,
            other.post(at("end_talk", talk)).status_code,
            other.put(at("talk_words", talk, 1)).status_code,
        ]
        assert statuses == [404] * 6

    assert Client().get(at("talk", talk)).status_code == 302


def test_whoever_is_signed_out_is_led_to_sign_in(talk: Conversation) -> None:
    told = Client().get(at("talk_progress", talk))

    assert (told.headers["HX-Redirect"], told.content) == (at("talk", talk), b"")


def test_while_nobody_writes_the_page_says_so(client: Client, talk: Conversation) -> None:
    silent = client.get(at("talk", talk)).content.decode()
    a_worker_lives()
    alive = client.get(at("talk", talk)).content.decode()

    assert "2 answers are on their way" in silent
    assert "No worker that writes answers" in silent
    assert "No worker that writes answers" not in alive


def test_what_is_written_so_far_stands_in_the_order_of_the_judgement(
    client: Client, campaign: Campaign, talk: Conversation
) -> None:
    asked = gateway.claim_request([campaign.uuid])
    assert asked is not None
    gateway.say_written(asked, texts=list(ANSWERS), says="writing answers")

    page = client.get(at("talk_progress", talk))

    assert "writing answers" in page.content.decode()
    shown = [text for each in page.context["coming"] for text in ANSWERS if text in each.html]
    gateway.answer_request(asked, model_answers())
    turn = talk.turns.get()
    assert turn.task is not None
    order = turn.task.assignments.get().order
    texts = {str(each.uuid): each.text for each in turn.prompt.candidates.all()}
    assert shown == [texts[name] for name in order]


def test_answers_lead_to_their_judgement_and_that_back_to_the_conversation(
    client: Client, campaign: Campaign, ada: User, talk: Conversation
) -> None:
    answer(campaign)

    told = client.get(at("talk_progress", talk))
    led = client.get(at("talk", talk))

    assert told.headers["HX-Redirect"] == at("talk", talk)
    page = client.get(led.headers["Location"])
    assert "How many?" in page.content.decode()
    assert "policy:" not in page.content.decode()
    order = page.context["assignment"].order
    ranking = {"tiers": [[each] for each in order], "strengths": [2], "unrankable": []}
    body = {"key": uuid4(), "version": 0, "ranking": json.dumps(ranking)}
    done = client.post(led.headers["Location"], body)
    assert done.headers["Location"] == at("talk", talk)
    chosen = client.get(at("talk", talk))
    assert [each.is_chosen for each in chosen.context["choices"]] == [True, False]
    assert "policy:" not in chosen.content.decode()


def test_two_seats_taken_leave_the_answers_waiting(
    client: Client, campaign: Campaign, ada: User, talk: Conversation
) -> None:
    answer(campaign)
    other = make_campaign()
    other.memberships.create(person=ada)
    for _ in range(2):
        make_assignment(other, ada)

    page = client.get(at("talk", talk))

    assert "You already hold two open items" in page.content.decode()
    assert "Judge the answers" in page.content.decode()


def test_what_is_said_next_goes_on_with_the_chosen_answer(
    client: Client, campaign: Campaign, ada: User, talk: Conversation
) -> None:
    answer(campaign)
    best, other = (tier[0] for tier in judge(talk.turns.get(), ada).tiers)

    body = {"number": 1, "basis": best, "reply": other, "edited": "", "text": "Why?"}
    answered = client.post(at("say", talk), body)

    assert answered.headers["Location"] == at("talk", talk)
    messages = talk.turns.get(number=2).prompt.messages
    assert [each["content"] for each in messages] == ["How many?", "Take one.", "Why?"]
    page = client.get(at("talk", talk)).content.decode()
    assert "Turn 2 of 3" in page
    assert "Take one." in page


def test_what_is_unsent_is_not_called_by_words_that_may_harm(
    client: Client, campaign: Campaign, ada: User, talk: Conversation
) -> None:
    """The name of a draft stands on other pages, where nothing covers it."""
    answer(campaign)
    judge(talk.turns.get(), ada)
    set_care(campaign=campaign, skills=[""], words="Threats.", by=make_user())

    page = client.get(at("talk", talk)).content.decode()

    assert 'data-title="May hold harmful text"' in page
    assert 'data-title="How many?"' not in page


def test_ones_own_wording_is_what_one_goes_on_with(
    client: Client, campaign: Campaign, ada: User, talk: Conversation
) -> None:
    answer(campaign)
    best = judge(talk.turns.get(), ada).tiers[0][0]

    body = {"number": 1, "basis": best, "reply": "own", "edited": "Take half.", "text": "Why?"}
    client.post(at("say", talk), body)

    assert talk.turns.get(number=2).prompt.messages[1]["content"] == "Take half."


def test_what_is_refused_stands_there_still(
    client: Client, campaign: Campaign, ada: User, talk: Conversation
) -> None:
    answer(campaign)
    judge(talk.turns.get(), ada)

    body = {"number": 1, "basis": "", "reply": "", "edited": "", "text": "Why so many?"}
    answered = client.post(at("say", talk), body)

    page = answered.content.decode()
    assert answered.status_code == 422
    assert "Choose the answer to go on with" in page
    assert "Why so many?" in page


def test_a_failure_is_told_in_words_and_asked_again(
    client: Client, campaign: Campaign, talk: Conversation
) -> None:
    asked = gateway.claim_request([campaign.uuid])
    assert asked is not None
    gateway.fail_request(asked, "The engine is out of breath.")

    page = client.get(at("talk", talk)).content.decode()
    client.post(at("talk_again", talk))

    assert "The engine is out of breath." in page
    assert "Try again" in page
    assert CandidateRequest.objects.get().state == "requested"


def test_a_conversation_is_ended_from_every_stage(
    client: Client, campaign: Campaign, ada: User
) -> None:
    waiting = said(campaign, ada, "One?")
    client.post(at("end_talk", waiting))
    judged = said(campaign, ada, "Two?")
    answer(campaign)
    best = judge(judged.turns.get(), ada).tiers[0][0]
    client.post(at("end_talk", judged), {"reply": best})

    states = dict(Conversation.objects.values_list("turns__prompt__messages__0__content", "state"))
    assert states == {"One?": "abandoned", "Two?": "finished"}
    assert ConversationTurn.objects.get(conversation=judged).reply[0]["content"] == "Take two."
    assert "This conversation has ended" in client.get(at("talk", judged)).content.decode()


def keep(
    client: Client, talk: Conversation, version: int, text: str
) -> tuple[int, dict[str, object]]:
    body = {"version": version, "content": {"text": text}}
    answered = client.put(at("talk_words", talk, 1), body, content_type="application/json")
    return answered.status_code, answered.json()


def test_what_is_about_to_be_said_is_kept_and_two_tabs_conflict(
    client: Client, campaign: Campaign, ada: User, talk: Conversation
) -> None:
    answer(campaign)
    best = judge(talk.turns.get(), ada).tiers[0][0]

    once = keep(client, talk, 0, "Wh")
    again = keep(client, talk, 0, "Wh")
    other = keep(client, talk, 0, "Other")
    drawn = client.get(at("talk", talk))
    client.post(at("say", talk), {"number": 1, "reply": best, "text": "Why?"})
    late, lost = keep(client, talk, 1, "Why?"), keep(client, talk, 1, "Something else")

    assert (once[0], once[1]["version"], again[1]["version"]) == (200, 1, 1)
    assert (other[0], other[1]["version"], other[1]["content"]) == (409, 1, {"text": "Wh"})
    assert drawn.context["text"] == "Wh"
    assert (late[0], lost[0], "content" in lost[1]) == (200, 409, False)


@pytest.mark.parametrize("body", ["", "[]", '{"version": 0, "content": [1]}', '{"content": {}}'])
def test_what_is_no_draft_is_refused(client: Client, talk: Conversation, body: str) -> None:
    answered = client.put(at("talk_words", talk, 1), body, content_type="application/json")

    assert answered.status_code == 400


def test_the_desk_leads_back_to_what_is_open(
    client: Client, campaign: Campaign, ada: User, talk: Conversation
) -> None:
    ended = said(campaign, ada, "Ended?")
    end_conversation(conversation=ended, by=ada)
    said(campaign, make_member(campaign), "Somebody else’s?")

    page = client.get(reverse("annotate:desk")).content.decode()

    assert at("talk", talk) in page
    assert "Begin a conversation" in page
    assert at("talk", ended) not in page
    assert "Somebody else’s?" not in page


def test_a_desk_of_three_conversations_asks_no_more_than_one_of_one(
    client: Client,
    campaign: Campaign,
    ada: User,
    talk: Conversation,
) -> None:
    with CaptureQueriesContext(connection) as of_one:
        client.get(reverse("annotate:desk"))
    said(campaign, ada, "Two?")
    said(campaign, ada, "Three?")

    with CaptureQueriesContext(connection) as of_three:
        client.get(reverse("annotate:desk"))

    assert len(of_one) == len(of_three)


def test_a_skipped_turn_leads_to_the_end_of_its_conversation(
    client: Client, campaign: Campaign, ada: User, talk: Conversation
) -> None:
    answer(campaign)
    turn = talk.turns.get().task.assignments.get()  # type: ignore[union-attr]
    taken = take_set_aside(by=ada, turn=turn)
    show_assignment(assignment=taken)

    body = {"reason": "not-my-field", "key": uuid4()}
    skipped = client.post(reverse("annotate:skip", args=[taken.uuid]), body)

    assert skipped.headers["Location"] == at("talk", talk)
