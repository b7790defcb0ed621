from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from annotate import gateway
from annotate.enums import (
    AssignmentState,
    ConversationState,
    Facet,
    Kind,
    PauseCause,
    Role,
    SkipReason,
)
from annotate.errors import (
    CampaignNotReady,
    ConversationMoved,
    EmptyMessage,
    GuidelineNotAcknowledged,
    KeyReused,
    NoReply,
    NotAllowed,
    NothingToDo,
)
from annotate.models import (
    Assignment,
    Campaign,
    CampaignPrompt,
    CandidateRequest,
    Competence,
    Conversation,
    ConversationTurn,
    Prompt,
    Ranking,
    Task,
)
from annotate.people_errors import Paused
from annotate.selectors.balance import mismatched_turns, tasks_out_of_balance
from annotate.selectors.conversation import Stage, campaigns_to_talk_in, holds, standing_of
from annotate.services.assignment import take_assignment
from annotate.services.campaign import Work, add_member, grant_competence, publish_instructions
from annotate.services.conversation import (
    MOST_OPEN,
    ask_again,
    end_conversation,
    go_on,
    start_conversation,
)
from annotate.services.conversation_turn import Reply
from annotate.services.pause import pause_member
from annotate.services.returning import expire_overdue_assignments
from annotate.services.set_aside import take_set_aside
from annotate.services.task import open_tasks
from annotate.services.turn import release_assignment, show_assignment, skip_assignment
from commons.models import RunState, User
from tests.conversations import answer, judge, said, talking_campaign
from tests.factories import make_campaign, make_member, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign() -> Campaign:
    return talking_campaign()


@pytest.fixture
def ada(campaign: Campaign) -> User:
    return make_member(campaign)


@pytest.fixture
def talk(campaign: Campaign, ada: User) -> Conversation:
    return said(campaign, ada)


def last(talk: Conversation) -> ConversationTurn:
    return talk.turns.select_related("prompt", "task").order_by("-number")[0]


def offered_last(talk: Conversation) -> str:
    task = last(talk).task
    assert task is not None
    return str(task.offered[0])


def stage(talk: Conversation) -> Stage:
    return standing_of(Conversation.objects.get(pk=talk.pk)).stage


def books_are_right() -> bool:
    return not [*tasks_out_of_balance(), *mismatched_turns()]


def test_the_first_thing_said_is_a_prompt_of_the_campaign_and_asks_for_answers(
    campaign: Campaign, ada: User
) -> None:
    grant_competence(person=ada, facet=Facet.SKILL, values=["medicine"])

    talk = start_conversation(
        campaign=campaign, text=" How many? ", by=ada, key=uuid4(), skill="medicine"
    )

    turn = talk.turns.get()
    kept = (turn.prompt.messages, turn.prompt.skill, turn.prompt.language, turn.prompt.source)
    assert kept == ([{"role": "user", "content": "How many?"}], "medicine", "en", "talk")
    assert CampaignPrompt.objects.filter(campaign=campaign, prompt=turn.prompt).exists()
    assert (turn.request.state, turn.request.wanted) == (RunState.REQUESTED, 2)
    assert stage(talk) == Stage.WAITING


def test_a_conversation_of_two_turns_is_two_rankings_of_its_person(
    campaign: Campaign, ada: User, talk: Conversation
) -> None:
    answer(campaign)
    ranking = judge(last(talk), ada)

    go_on(conversation=talk, number=1, reply=Reply(ranking.tiers[0][0]), text="Why?", by=ada)
    answer(campaign, ["Because.", "It depends."])
    judge(last(talk), ada, best="It depends.")
    end_conversation(conversation=talk, by=ada)

    talk.refresh_from_db()
    assert talk.state == ConversationState.FINISHED
    assert last(talk).prompt.messages == [
        {"role": "user", "content": "How many?"},
        {"role": "assistant", "content": "Take two."},
        {"role": "user", "content": "Why?"},
    ]
    assert Ranking.objects.filter(rater__user=ada, counts_as="work").count() == 2
    assert books_are_right()


def test_a_later_turn_is_of_the_side_and_the_cluster_of_the_first(
    campaign: Campaign, ada: User
) -> None:
    for number in range(12):
        talk = said(campaign, ada, f"Question {number}?")
        answer(campaign)
        ranking = judge(last(talk), ada)
        go_on(conversation=talk, number=1, reply=Reply(ranking.tiers[0][0]), text="Why?", by=ada)
        end_conversation(conversation=talk, by=ada)

    pairs = ConversationTurn.objects.filter(number=2).values_list(
        "prompt__side", "prompt__cluster__side", "prompt__cluster__source"
    )
    assert len(pairs) == 12
    assert all(side == firsts and source == "talk" for side, firsts, source in pairs)
    assert Prompt.objects.values("side").distinct().count() > 1


def test_an_answer_may_be_worded_anew_before_one_goes_on(
    campaign: Campaign, ada: User, talk: Conversation
) -> None:
    answer(campaign)
    ranking = judge(last(talk), ada)

    mine = Reply(ranking.tiers[0][0], edited=" Take two a day. ")
    go_on(conversation=talk, number=1, reply=mine, text="Why?", by=ada)

    assert last(talk).prompt.messages[1] == {"role": "assistant", "content": "Take two a day."}
    assert talk.turns.get(number=1).edited == "Take two a day."


def test_what_is_said_twice_is_said_once(campaign: Campaign, ada: User) -> None:
    key = uuid4()
    first = start_conversation(campaign=campaign, text="How many?", by=ada, key=key)
    again = start_conversation(campaign=campaign, text="How many?", by=ada, key=key)
    answer(campaign)
    reply = Reply(judge(last(first), ada).tiers[0][0])

    once = go_on(conversation=first, number=1, reply=reply, text="Why?", by=ada)
    twice = go_on(conversation=first, number=1, reply=reply, text="Why?", by=ada)

    assert (first, once) == (again, twice)
    assert first.turns.count() == 2
    with pytest.raises(KeyReused):
        start_conversation(campaign=campaign, text="Another?", by=ada, key=key)
    with pytest.raises(ConversationMoved, match="gone on elsewhere"):
        go_on(conversation=first, number=1, reply=reply, text="And?", by=ada)


def test_one_goes_on_only_from_what_was_judged_and_with_what_was_offered(
    campaign: Campaign, ada: User, talk: Conversation
) -> None:
    with pytest.raises(ConversationMoved, match="Judge the answers first"):
        go_on(conversation=talk, number=1, reply=Reply("?"), text="Why?", by=ada)
    answer(campaign)
    judge(last(talk), ada)

    with pytest.raises(NoReply):
        go_on(conversation=talk, number=1, reply=Reply(str(uuid4())), text="Why?", by=ada)
    with pytest.raises(EmptyMessage):
        go_on(conversation=talk, number=1, reply=Reply("?"), text=" ", by=ada)

    assert talk.turns.count() == 1


def test_a_conversation_has_at_most_the_turns_that_its_campaign_allows(ada: User) -> None:
    campaign = make_campaign(works=[Work(Kind.TALK, answers=2, turns=1)])
    ada = make_member(campaign)
    talk = said(campaign, ada)
    answer(campaign)
    reply = Reply(judge(last(talk), ada).tiers[0][0])

    with pytest.raises(ConversationMoved, match="at most 1 turns"):
        go_on(conversation=talk, number=1, reply=reply, text="Why?", by=ada)

    assert not standing_of(talk).may_go_on


def test_nobody_else_meets_the_answers_to_a_conversation(
    campaign: Campaign, ada: User, talk: Conversation
) -> None:
    other = make_member(campaign)
    answer(campaign)
    turn = take_set_aside(by=ada, turn=Assignment.objects.get())
    show_assignment(assignment=turn)

    release_assignment(assignment=turn, by=ada)

    with pytest.raises(NothingToDo):
        take_assignment(by=other)
    with pytest.raises(NothingToDo):
        take_assignment(by=ada)
    assert stage(talk) == Stage.OVER
    assert Task.objects.get().wanted == 0
    assert books_are_right()


@pytest.mark.parametrize("reason", [SkipReason.NOT_MY_FIELD, SkipReason.BROKEN])
def test_a_turn_that_is_skipped_abandons_its_conversation(
    reason: SkipReason, campaign: Campaign, ada: User, talk: Conversation
) -> None:
    answer(campaign)
    turn = take_set_aside(by=ada, turn=Assignment.objects.get())

    skip_assignment(assignment=turn, reason=reason, by=ada)

    talk.refresh_from_db()
    assert talk.state == ConversationState.ABANDONED
    assert books_are_right()


def test_a_turn_whose_lease_ran_out_is_its_persons_still_and_counts(
    campaign: Campaign, ada: User, talk: Conversation
) -> None:
    answer(campaign)
    turn = take_set_aside(by=ada, turn=Assignment.objects.get())
    show_assignment(assignment=turn)
    Assignment.objects.update(expires_at=timezone.now() - timedelta(minutes=1))
    expire_overdue_assignments()

    assert stage(talk) == Stage.JUDGING
    ranking = judge(last(talk), ada)

    assert ranking.counts_as == "work"
    assert books_are_right()


def test_a_turn_that_ended_unseen_is_taken_again_from_the_desk(
    campaign: Campaign, ada: User, talk: Conversation
) -> None:
    answer(campaign)
    turn = take_set_aside(by=ada, turn=Assignment.objects.get())
    Assignment.objects.update(expires_at=timezone.now() - timedelta(minutes=1))
    expire_overdue_assignments()

    assert stage(talk) == Stage.PUT_BACK
    assert take_assignment(by=ada, campaign=campaign, kind=Kind.RANK) == turn
    assert stage(talk) == Stage.JUDGING


def test_ending_before_the_judgement_gives_up_the_request_and_the_turn(
    campaign: Campaign, ada: User
) -> None:
    waiting, answered = said(campaign, ada, "One?"), said(campaign, ada, "Two?")
    later = timezone.now() + timedelta(hours=1)
    CandidateRequest.objects.filter(turn__conversation=waiting).update(requested_at=later)
    answer(campaign)

    for talk in (waiting, answered):
        end_conversation(conversation=talk, by=ada)
        end_conversation(conversation=talk, by=ada)

    assert set(Conversation.objects.values_list("state", flat=True)) == {"abandoned"}
    assert waiting.turns.get().request.state == RunState.CANCELLED
    assert Assignment.objects.get().state == AssignmentState.RELEASED
    assert books_are_right()


def test_the_answer_that_a_conversation_ended_with_may_be_kept(
    campaign: Campaign, ada: User, talk: Conversation
) -> None:
    answer(campaign)
    best = judge(last(talk), ada).tiers[0][0]

    end_conversation(conversation=talk, by=ada, reply=Reply(best, "Take two a day."))

    assert last(talk).reply == [{"role": "assistant", "content": "Take two a day."}]


def test_who_may_talk(campaign: Campaign, ada: User) -> None:
    stranger, silent = make_user(), make_campaign(works=[Work(Kind.DEMONSTRATE)])

    with pytest.raises(NotAllowed, match="not in the team"):
        said(campaign, stranger)
    with pytest.raises(NotAllowed, match="skill “law”"):
        said(campaign, ada, skill="law")
    with pytest.raises(NotAllowed, match="language “fr”"):
        said(campaign, ada, language="fr")
    with pytest.raises(CampaignNotReady, match="asks for no conversations"):
        said(silent, make_member(silent))
    publish_instructions(campaign=campaign, guideline="Be kind.", by=None)
    with pytest.raises(GuidelineNotAcknowledged):
        said(campaign, ada)

    assert not Conversation.objects.exists()


def test_nobody_talks_by_a_skill_that_has_run_out(campaign: Campaign, ada: User) -> None:
    grant_competence(person=ada, facet=Facet.SKILL, values=["law", "medicine"])
    Competence.objects.filter(value="law").update(expires_at=timezone.now())

    with pytest.raises(NotAllowed, match="skill “law”"):
        said(campaign, ada, skill="law")

    assert holds(ada, Facet.SKILL) == ["medicine"]
    assert said(campaign, ada, skill="medicine").skill == "medicine"


def test_who_is_paused_begins_no_conversation_and_goes_on_with_none(
    campaign: Campaign, ada: User, talk: Conversation
) -> None:
    answer(campaign)
    judge(last(talk), ada)
    assert campaigns_to_talk_in(ada).exists()
    pause_member(membership=ada.memberships.get(), cause=PauseCause.LEAD, by=None)

    with pytest.raises(Paused, match="You are paused"):
        said(campaign, ada, "Another?")
    with pytest.raises(Paused, match="You are paused"):
        go_on(
            conversation=talk,
            number=1,
            reply=Reply(offered_last(talk)),
            text="And then?",
            by=ada,
        )

    assert (Conversation.objects.count(), talk.turns.count()) == (1, 1)
    assert not campaigns_to_talk_in(ada).exists()


def test_a_person_has_five_open_conversations_at_most(campaign: Campaign, ada: User) -> None:
    for number in range(MOST_OPEN):
        said(campaign, ada, f"Question {number}?")

    with pytest.raises(CampaignNotReady, match="finish one of them"):
        said(campaign, ada, "One more?")

    assert Conversation.objects.count() == MOST_OPEN


def test_answers_that_could_not_be_written_are_asked_for_again(
    campaign: Campaign, ada: User, talk: Conversation
) -> None:
    asked = gateway.claim_request([campaign.uuid])
    assert asked is not None
    gateway.fail_request(asked, "The engine is out of memory.")
    assert stage(talk) == Stage.FAILED

    ask_again(conversation=talk, by=ada)

    assert stage(talk) == Stage.WAITING
    answer(campaign)
    assert stage(talk) == Stage.JUDGING


def test_two_conversations_that_begin_alike_are_two_tasks(campaign: Campaign, ada: User) -> None:
    bob = make_member(campaign)
    hers, his = said(campaign, ada), said(campaign, bob)
    answer(campaign)
    answer(campaign)

    judge(last(hers), ada)
    judge(last(his), bob)

    assert Prompt.objects.count() == 1
    assert set(Task.objects.values_list("round", "wanted", "free")) == {(1, 1, 0), (2, 1, 0)}
    assert books_are_right()


def test_tasks_are_not_made_of_conversations_but_of_their_prompts(ada: User) -> None:
    works = [Work(Kind.TALK, answers=2), Work(Kind.RANK, answers=2), Work(Kind.DEMONSTRATE)]
    campaign = make_campaign(works=works)
    ada = make_member(campaign)
    talk = said(campaign, ada)
    answer(campaign)

    open_tasks(campaign=campaign)

    kinds = Task.objects.filter(prompt=last(talk).prompt).values_list("kind", flat=True)
    assert sorted(kinds) == ["demonstrate", "rank"]


def test_a_conversation_is_held_out_as_a_whole(ada: User) -> None:
    """Half of all prompts are held out: of four turns, each drawn anew, some would differ."""
    works = [Work(Kind.TALK, answers=2, turns=4, held_out_share=0.5)]
    campaign = make_campaign(works=works)
    add_member(campaign=campaign, person=ada, role=Role.ANNOTATOR, by=None)
    talk = said(campaign, ada)
    for number in range(1, 4):
        answer(campaign)
        judge(last(talk), ada)
        reply = Reply(offered_last(talk))
        go_on(conversation=talk, number=number, reply=reply, text=f"And {number}?", by=ada)
    answer(campaign)

    pools = Task.objects.filter(kind=Kind.RANK).values_list("lane__pool", flat=True)

    assert (len(pools), len(set(pools))) == (4, 1)


def test_who_was_taken_out_of_the_team_goes_on_with_no_conversation(
    campaign: Campaign, ada: User, talk: Conversation
) -> None:
    answer(campaign)
    judge(last(talk), ada)
    ada.memberships.update(active=False)

    with pytest.raises(NotAllowed, match="not in the team"):
        go_on(
            conversation=talk,
            number=1,
            reply=Reply(offered_last(talk)),
            text="And then?",
            by=ada,
        )

    assert talk.turns.count() == 1
